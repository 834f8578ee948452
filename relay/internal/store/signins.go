package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/lendhand/lendhand/relay/internal/account"
)

// CreateSignIn implements [account.Store]. The password is compared in the same
// statement: one that was replaced while it was being checked signs nobody in.
func (s *Store) CreateSignIn(ctx context.Context, in account.SignIn, passwordHash string) error {
	result, err := s.write.ExecContext(ctx, `INSERT INTO sign_ins (token_hash, account_id, created, used)
		SELECT ?, id, ?, ? FROM accounts WHERE id = ? AND password_hash = ? AND disabled = 0`,
		in.TokenHash, nanos(in.Created), nanos(in.Used), in.AccountID, passwordHash)
	if err != nil {
		return fmt.Errorf("save sign-in: %w", err)
	}
	if n, err := result.RowsAffected(); err != nil || n == 0 {
		return errors.Join(err, account.ErrNoAccount)
	}
	return nil
}

// SignIn implements [account.Store].
func (s *Store) SignIn(ctx context.Context, tokenHash []byte) (account.SignIn, account.Account, error) {
	in := account.SignIn{TokenHash: tokenHash}
	var created, used sql.NullInt64
	row := s.read.QueryRowContext(ctx, "SELECT "+accountColumns+`, s.account_id, s.created, s.used
		FROM sign_ins s JOIN accounts a ON a.id = s.account_id WHERE s.token_hash = ?`, tokenHash)
	a, err := scanAccount(row, &in.AccountID, &created, &used)
	if errors.Is(err, sql.ErrNoRows) {
		return account.SignIn{}, account.Account{}, account.ErrNoSignIn
	}
	if err != nil {
		return account.SignIn{}, account.Account{}, fmt.Errorf("read sign-in: %w", err)
	}
	in.Created, in.Used = moment(created), moment(used)
	return in, a, nil
}

// UseSignIn implements [account.Store].
func (s *Store) UseSignIn(ctx context.Context, tokenHash []byte, used time.Time) error {
	_, err := s.write.ExecContext(ctx, "UPDATE sign_ins SET used = ? WHERE token_hash = ? AND used < ?", nanos(used), tokenHash, nanos(used))
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

// EndSignIns implements [account.Store].
func (s *Store) EndSignIns(ctx context.Context, created, used time.Time) error {
	_, err := s.write.ExecContext(ctx, "DELETE FROM sign_ins WHERE created < ? OR used < ?", nanos(created), nanos(used))
	if err != nil {
		return fmt.Errorf("end old sign-ins: %w", err)
	}
	return nil
}
