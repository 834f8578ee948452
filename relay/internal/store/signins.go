package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/netip"
	"time"

	"github.com/lendhand/lendhand/relay/internal/account"
)

const signInColumns = "s.token_hash, s.id, s.account_id, s.created, s.used, s.proven, s.strong, s.address, s.browser"

// CreateSignIn implements [account.Store]. The epoch is compared in the same
// statement: a password that was replaced while it was being checked signs nobody in.
func (s *Store) CreateSignIn(ctx context.Context, in account.SignIn, epoch int64, old []byte) error {
	err := s.within(ctx, func(tx *sql.Tx) error {
		if old != nil {
			if _, err := tx.ExecContext(ctx, "DELETE FROM sign_ins WHERE token_hash = ?", old); err != nil {
				return err
			}
		}
		result, err := tx.ExecContext(ctx, "UPDATE accounts SET last_sign_in = ? WHERE id = ? AND epoch = ? AND disabled = 0",
			nanos(in.Proven), in.AccountID, epoch)
		if err != nil {
			return err
		}
		if n, err := result.RowsAffected(); err != nil || n == 0 {
			return errors.Join(err, account.ErrNoAccount)
		}
		_, err = tx.ExecContext(ctx, `INSERT INTO sign_ins
			(token_hash, id, account_id, created, used, proven, strong, address, browser) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
			in.TokenHash, in.ID, in.AccountID, nanos(in.Created), nanos(in.Used), nanos(in.Proven), in.Strong, addressText(in.Address), in.Browser)
		return err
	})
	if err != nil {
		return fmt.Errorf("save sign-in: %w", err)
	}
	return nil
}

// SignIn implements [account.Store].
func (s *Store) SignIn(ctx context.Context, tokenHash []byte) (account.SignIn, account.Account, error) {
	return s.signIn(ctx, "s.token_hash = ?", tokenHash)
}

// SignInByID implements [account.Store].
func (s *Store) SignInByID(ctx context.Context, id string) (account.SignIn, account.Account, error) {
	return s.signIn(ctx, "s.id = ?", id)
}

func (s *Store) signIn(ctx context.Context, condition string, value any) (account.SignIn, account.Account, error) {
	var in signInRow
	row := s.read.QueryRowContext(ctx, "SELECT "+accountColumns+", "+signInColumns+
		" FROM sign_ins s JOIN accounts a ON a.id = s.account_id WHERE "+condition, value)
	a, err := scanAccount(row, in.places()...)
	if errors.Is(err, sql.ErrNoRows) {
		return account.SignIn{}, account.Account{}, account.ErrNoSignIn
	}
	if err != nil {
		return account.SignIn{}, account.Account{}, fmt.Errorf("read sign-in: %w", err)
	}
	return in.signIn(), a, nil
}

// SignIns implements [account.Store].
func (s *Store) SignIns(ctx context.Context, accountID string) (all []account.SignIn, err error) {
	rows, err := s.read.QueryContext(ctx, "SELECT "+signInColumns+" FROM sign_ins s WHERE s.account_id = ? ORDER BY s.created DESC, s.id", accountID)
	if err != nil {
		return nil, fmt.Errorf("read sign-ins: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var in signInRow
		if err := rows.Scan(in.places()...); err != nil {
			return nil, fmt.Errorf("read sign-in: %w", err)
		}
		all = append(all, in.signIn())
	}
	return all, rows.Err()
}

// SignInCounts implements [account.Store].
func (s *Store) SignInCounts(ctx context.Context, created, used time.Time) (counts map[string]int, err error) {
	rows, err := s.read.QueryContext(ctx,
		"SELECT account_id, count(*) FROM sign_ins WHERE created > ? AND used > ? GROUP BY account_id", nanos(created), nanos(used))
	if err != nil {
		return nil, fmt.Errorf("count sign-ins: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	counts = make(map[string]int)
	for rows.Next() {
		var id string
		var n int
		if err := rows.Scan(&id, &n); err != nil {
			return nil, fmt.Errorf("count sign-ins: %w", err)
		}
		counts[id] = n
	}
	return counts, rows.Err()
}

// UseSignIn implements [account.Store].
func (s *Store) UseSignIn(ctx context.Context, id string, used time.Time) error {
	_, err := s.write.ExecContext(ctx, "UPDATE sign_ins SET used = ? WHERE id = ? AND used < ?", nanos(used), id, nanos(used))
	if err != nil {
		return fmt.Errorf("save sign-in: %w", err)
	}
	return nil
}

// EndSignIn implements [account.Store].
func (s *Store) EndSignIn(ctx context.Context, tokenHash []byte) error {
	err := s.durably(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, "DELETE FROM sign_ins WHERE token_hash = ?", tokenHash)
		return err
	})
	if err != nil {
		return fmt.Errorf("end sign-in: %w", err)
	}
	return nil
}

// EndSignInsOf implements [account.Store].
func (s *Store) EndSignInsOf(ctx context.Context, accountID, id string, keep []byte) (ended int, err error) {
	err = s.durably(ctx, func(tx *sql.Tx) error {
		result, err := tx.ExecContext(ctx, "DELETE FROM sign_ins WHERE account_id = ? AND (? = '' OR id = ?) AND token_hash IS NOT ?",
			accountID, id, id, keep)
		if err != nil {
			return err
		}
		n, err := result.RowsAffected()
		ended = int(n)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("end sign-ins: %w", err)
	}
	return ended, nil
}

// EndSignIns implements [account.Store].
func (s *Store) EndSignIns(ctx context.Context, created time.Time) error {
	_, err := s.write.ExecContext(ctx, "DELETE FROM sign_ins WHERE created < ?", nanos(created))
	if err != nil {
		return fmt.Errorf("end old sign-ins: %w", err)
	}
	return nil
}

// signInRow is signInColumns as they are read.
type signInRow struct {
	in                    account.SignIn
	created, used, proven sql.NullInt64
	address               string
}

func (r *signInRow) places() []any {
	return []any{&r.in.TokenHash, &r.in.ID, &r.in.AccountID, &r.created, &r.used, &r.proven, &r.in.Strong, &r.address, &r.in.Browser}
}

func (r *signInRow) signIn() account.SignIn {
	in := r.in
	in.Created, in.Used, in.Proven = moment(r.created), moment(r.used), moment(r.proven)
	in.Address, _ = netip.ParseAddr(r.address) // not valid when it was none
	return in
}

func addressText(a netip.Addr) string {
	if !a.IsValid() {
		return ""
	}
	return a.String()
}

// within runs change in a transaction. A crash of the machine may lose it: then
// somebody signs in once more.
func (s *Store) within(ctx context.Context, change func(*sql.Tx) error) error {
	tx, err := s.write.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	if err := change(tx); err != nil {
		return errors.Join(err, tx.Rollback())
	}
	return tx.Commit()
}
