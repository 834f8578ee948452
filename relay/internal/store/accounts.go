package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"github.com/lendhand/lendhand/relay/internal/account"
)

const accountColumns = "a.id, a.name, a.display_name, a.roles, a.disabled, a.created"

// CreateAccount implements [account.Store].
func (s *Store) CreateAccount(ctx context.Context, a account.Account, passwordHash string) error {
	err := s.durably(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO accounts
			(id, name, display_name, roles, password_hash, disabled, created) VALUES (?, ?, ?, ?, ?, ?, ?)`,
			a.ID, a.Name, a.DisplayName, joinRoles(a.Roles), passwordHash, a.Disabled, nanos(a.Created))
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
	var hash string
	row := s.read.QueryRowContext(ctx, "SELECT "+accountColumns+", a.password_hash FROM accounts a WHERE a.name = ?", name)
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
func (s *Store) SetPassword(ctx context.Context, accountID, passwordHash string) error {
	return s.changeAccount(ctx, accountID, "UPDATE accounts SET password_hash = ? WHERE id = ?", passwordHash)
}

// Disable implements [account.Store].
func (s *Store) Disable(ctx context.Context, accountID string) error {
	return s.changeAccount(ctx, accountID, "UPDATE accounts SET disabled = ? WHERE id = ?", true)
}

// changeAccount sets one value of an account and ends its sign-ins.
func (s *Store) changeAccount(ctx context.Context, accountID, update string, value any) error {
	err := s.durably(ctx, func(tx *sql.Tx) error {
		result, err := tx.ExecContext(ctx, update, value, accountID)
		if err != nil {
			return err
		}
		if n, err := result.RowsAffected(); err != nil || n == 0 {
			return errors.Join(err, account.ErrNoAccount)
		}
		_, err = tx.ExecContext(ctx, "DELETE FROM sign_ins WHERE account_id = ?", accountID)
		return err
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
	var created sql.NullInt64
	err := row.Scan(append([]any{&a.ID, &a.Name, &a.DisplayName, &roles, &a.Disabled, &created}, more...)...)
	for role := range strings.FieldsSeq(roles) {
		a.Roles = append(a.Roles, account.Role(role))
	}
	a.Created = moment(created)
	return a, err
}

func joinRoles(roles []account.Role) string {
	words := make([]string, len(roles))
	for i, r := range roles {
		words[i] = string(r)
	}
	return strings.Join(words, " ")
}
