package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/lendhand/lendhand/relay/internal/account"
)

const liveLink = "FROM links l JOIN accounts a ON a.id = l.account_id WHERE l.token_hash = ? AND l.expires > ? AND a.disabled = 0"

// SetLink implements [account.Store].
func (s *Store) SetLink(ctx context.Context, l account.Link) error {
	return s.changeAccount(ctx, l.AccountID, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, "INSERT OR REPLACE INTO links (account_id, token_hash, kind, created, expires) VALUES (?, ?, ?, ?, ?)",
			l.AccountID, l.TokenHash, string(l.Kind), nanos(l.Created), nanos(l.Expires))
		return err
	})
}

// Link implements [account.Store].
func (s *Store) Link(ctx context.Context, tokenHash []byte, now time.Time) (account.Link, account.Account, error) {
	l := account.Link{TokenHash: tokenHash}
	var created, expires sql.NullInt64
	row := s.read.QueryRowContext(ctx, "SELECT "+accountColumns+", l.account_id, l.kind, l.created, l.expires "+liveLink, tokenHash, nanos(now))
	a, err := scanAccount(row, &l.AccountID, &l.Kind, &created, &expires)
	if errors.Is(err, sql.ErrNoRows) {
		return account.Link{}, account.Account{}, account.ErrNoLink
	}
	if err != nil {
		return account.Link{}, account.Account{}, fmt.Errorf("read link: %w", err)
	}
	l.Created, l.Expires = moment(created), moment(expires)
	return l, a, nil
}

// UseLink implements [account.Store].
func (s *Store) UseLink(ctx context.Context, tokenHash []byte, now time.Time, passwordHash string) (a account.Account, err error) {
	err = s.durably(ctx, func(tx *sql.Tx) error {
		var id string
		err := tx.QueryRowContext(ctx, "SELECT a.id "+liveLink, tokenHash, nanos(now)).Scan(&id)
		if errors.Is(err, sql.ErrNoRows) {
			return account.ErrNoLink
		}
		if err != nil {
			return err
		}
		if _, err = tx.ExecContext(ctx, "UPDATE accounts SET password_hash = ?, has_password = 1 WHERE id = ?", passwordHash, id); err != nil {
			return err
		}
		if err := takeAccess(ctx, tx, id, nil); err != nil {
			return err
		}
		a, err = scanAccount(tx.QueryRowContext(ctx, "SELECT "+accountColumns+" FROM accounts a WHERE a.id = ?", id))
		return err
	})
	if err != nil {
		return account.Account{}, fmt.Errorf("use link: %w", err)
	}
	return a, nil
}
