package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"github.com/lendhand/lendhand/relay/internal/account"
)

const accountColumns = `a.id, a.name, a.display_name, a.roles, a.group_name, a.disabled, a.created, a.last_sign_in,
	a.has_password, a.epoch, a.totp_secret IS NOT NULL,
	(SELECT count(*) FROM passkeys p WHERE p.account_id = a.id),
	(SELECT count(*) FROM recovery_codes r WHERE r.account_id = a.id),
	EXISTS (SELECT 1 FROM openid_links o WHERE o.account_id = a.id),
	EXISTS (SELECT 1 FROM photos f WHERE f.account_id = a.id)`

// CreateAccount implements [account.Store].
func (s *Store) CreateAccount(ctx context.Context, a account.Account, passwordHash string, who account.Identity) error {
	err := s.durably(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO accounts
			(id, name, display_name, roles, group_name, password_hash, has_password, disabled, created) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
			a.ID, a.Name, a.DisplayName, joinRoles(a.Roles), a.Group, passwordHash, a.HasPassword, a.Disabled, nanos(a.Created))
		if err != nil || who.Issuer == "" {
			return err
		}
		_, err = tx.ExecContext(ctx, "INSERT INTO openid_links (issuer, subject, account_id) VALUES (?, ?, ?)", who.Issuer, who.Subject, a.ID)
		return err
	})
	if isUnique(err) {
		return account.ErrNameTaken
	}
	if err != nil {
		return fmt.Errorf("create account %s: %w", a.Name, err)
	}
	return nil
}

// AccountByName implements [account.Store].
func (s *Store) AccountByName(ctx context.Context, name string) (account.Account, string, error) {
	return s.account(ctx, "a.name = ?", name)
}

// AccountByID implements [account.Store].
func (s *Store) AccountByID(ctx context.Context, id string) (account.Account, string, error) {
	return s.account(ctx, "a.id = ?", id)
}

// AccountByIdentity implements [account.Store].
func (s *Store) AccountByIdentity(ctx context.Context, who account.Identity) (account.Account, error) {
	a, _, err := s.account(ctx, "a.id = (SELECT account_id FROM openid_links WHERE issuer = ? AND subject = ?)", who.Issuer, who.Subject)
	return a, err
}

// account returns the one account that the condition is true for.
func (s *Store) account(ctx context.Context, condition string, values ...any) (account.Account, string, error) {
	var hash string
	row := s.read.QueryRowContext(ctx, "SELECT "+accountColumns+", a.password_hash FROM accounts a WHERE "+condition, values...)
	a, err := scanAccount(row, &hash)
	if errors.Is(err, sql.ErrNoRows) {
		return account.Account{}, "", account.ErrNoAccount
	}
	if err != nil {
		return account.Account{}, "", fmt.Errorf("read account: %w", err)
	}
	return a, hash, nil
}

// Accounts implements [account.Store].
func (s *Store) Accounts(ctx context.Context) (all []account.Account, err error) {
	rows, err := s.read.QueryContext(ctx, "SELECT "+accountColumns+" FROM accounts a ORDER BY a.name")
	if err != nil {
		return nil, fmt.Errorf("read accounts: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		a, err := scanAccount(rows)
		if err != nil {
			return nil, fmt.Errorf("read account: %w", err)
		}
		all = append(all, a)
	}
	return all, rows.Err()
}

// SetPassword implements [account.Store].
func (s *Store) SetPassword(ctx context.Context, accountID, passwordHash string, keep []byte) error {
	return s.changeAccount(ctx, accountID, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, "UPDATE accounts SET password_hash = ?, has_password = 1 WHERE id = ?", passwordHash, accountID)
		return errors.Join(err, takeAccess(ctx, tx, accountID, keep))
	})
}

// ChangeAccount implements [account.Store].
func (s *Store) ChangeAccount(ctx context.Context, id string, change func(account.Account) (account.Account, error), protect bool) (before, after account.Account, err error) {
	err = s.changeAccount(ctx, id, func(tx *sql.Tx) error {
		before, err = scanAccount(tx.QueryRowContext(ctx, "SELECT "+accountColumns+" FROM accounts a WHERE a.id = ?", id))
		if err != nil {
			return err
		}
		if after, err = change(before); err != nil {
			return err
		}
		there, err := admins(ctx, tx)
		if err != nil {
			return err
		}
		if err := saveAccount(ctx, tx, after); err != nil || !protect {
			return err
		}
		left, err := admins(ctx, tx)
		if err == nil && there > 0 && left == 0 {
			err = account.ErrLastAdmin
		}
		return err
	})
	return before, after, err
}

func saveAccount(ctx context.Context, tx *sql.Tx, a account.Account) error {
	_, err := tx.ExecContext(ctx, "UPDATE accounts SET display_name = ?, roles = ?, group_name = ?, disabled = ? WHERE id = ?",
		a.DisplayName, joinRoles(a.Roles), a.Group, a.Disabled, a.ID)
	if err == nil && a.Disabled {
		err = takeAccess(ctx, tx, a.ID, nil)
	}
	return err
}

// admins counts those who can sign in.
func admins(ctx context.Context, tx *sql.Tx) (n int, err error) {
	err = tx.QueryRowContext(ctx, `SELECT count(*) FROM accounts a
		WHERE a.disabled = 0 AND ' ' || a.roles || ' ' LIKE '% admin %' AND (a.has_password
		OR EXISTS (SELECT 1 FROM passkeys p WHERE p.account_id = a.id)
		OR EXISTS (SELECT 1 FROM openid_links o WHERE o.account_id = a.id))`).Scan(&n)
	return n, err
}

// takeAccess ends what the account has open, but for the sign-in with the hash keep.
func takeAccess(ctx context.Context, tx *sql.Tx, accountID string, keep []byte) error {
	_, err := tx.ExecContext(ctx, "UPDATE accounts SET epoch = epoch + 1 WHERE id = ?", accountID)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, "DELETE FROM sign_ins WHERE account_id = ? AND token_hash IS NOT ?", accountID, keep)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, "DELETE FROM links WHERE account_id = ?", accountID)
	return err
}

// changeAccount runs change, durably, if there is such an account.
func (s *Store) changeAccount(ctx context.Context, accountID string, change func(*sql.Tx) error) error {
	err := s.durably(ctx, func(tx *sql.Tx) error {
		var there int
		if err := tx.QueryRowContext(ctx, "SELECT count(*) FROM accounts WHERE id = ?", accountID).Scan(&there); err != nil {
			return err
		}
		if there == 0 {
			return account.ErrNoAccount
		}
		return change(tx)
	})
	if err != nil {
		return fmt.Errorf("change account %s: %w", accountID, err)
	}
	return nil
}

// scanAccount reads accountColumns and what the query has after them.
func scanAccount(row interface{ Scan(...any) error }, more ...any) (account.Account, error) {
	var a account.Account
	var roles string
	var created, last sql.NullInt64
	err := row.Scan(append([]any{
		&a.ID, &a.Name, &a.DisplayName, &roles, &a.Group, &a.Disabled, &created, &last,
		&a.HasPassword, &a.Epoch, &a.Factors.TOTP, &a.Factors.Passkeys, &a.Factors.Recovery, &a.OpenID, &a.HasPhoto,
	}, more...)...)
	for role := range strings.FieldsSeq(roles) {
		a.Roles = append(a.Roles, account.Role(role))
	}
	a.Created, a.LastSignIn = moment(created), moment(last)
	return a, err
}

func joinRoles(roles []account.Role) string {
	words := make([]string, len(roles))
	for i, r := range roles {
		words[i] = string(r)
	}
	return strings.Join(words, " ")
}
