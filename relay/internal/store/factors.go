package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/lendhand/lendhand/relay/internal/account"
)

// TOTP implements [account.Store].
func (s *Store) TOTP(ctx context.Context, accountID string) (secret []byte, err error) {
	err = s.read.QueryRowContext(ctx, "SELECT totp_secret FROM accounts WHERE id = ?", accountID).Scan(&secret)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, account.ErrNoAccount
	}
	if err != nil {
		return nil, fmt.Errorf("read factor: %w", err)
	}
	return secret, nil
}

// UseTOTP implements [account.Store].
func (s *Store) UseTOTP(ctx context.Context, accountID string, step int64) (fresh bool, err error) {
	return s.once(ctx, "UPDATE accounts SET totp_step = ? WHERE id = ? AND totp_step < ?", step, accountID, step)
}

// SetTOTP implements [account.Store].
func (s *Store) SetTOTP(ctx context.Context, accountID string, secret []byte, step int64) error {
	return s.changeAccount(ctx, accountID, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, "UPDATE accounts SET totp_secret = ?, totp_step = ?, epoch = epoch + (? IS NOT NULL) WHERE id = ?",
			secret, step, secret, accountID)
		return err
	})
}

// Passkeys implements [account.Store].
func (s *Store) Passkeys(ctx context.Context, accountID string) (all []account.Passkey, err error) {
	rows, err := s.read.QueryContext(ctx, `SELECT id, account_id, name, credential_id, credential, created, used
		FROM passkeys WHERE account_id = ? ORDER BY created, id`, accountID)
	if err != nil {
		return nil, fmt.Errorf("read passkeys: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var p account.Passkey
		var created, used sql.NullInt64
		if err := rows.Scan(&p.ID, &p.AccountID, &p.Name, &p.CredentialID, &p.Credential, &created, &used); err != nil {
			return nil, fmt.Errorf("read passkey: %w", err)
		}
		p.Created, p.Used = moment(created), moment(used)
		all = append(all, p)
	}
	return all, rows.Err()
}

// AddPasskey implements [account.Store].
func (s *Store) AddPasskey(ctx context.Context, p account.Passkey) error {
	err := s.changeAccount(ctx, p.AccountID, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO passkeys (id, account_id, name, credential_id, credential, created) VALUES (?, ?, ?, ?, ?, ?)`,
			p.ID, p.AccountID, p.Name, p.CredentialID, string(p.Credential), nanos(p.Created))
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, "UPDATE accounts SET epoch = epoch + 1 WHERE id = ?", p.AccountID)
		return err
	})
	if isUnique(err) {
		return account.ErrPasskeyTaken
	}
	return err
}

// UsePasskey implements [account.Store].
func (s *Store) UsePasskey(ctx context.Context, p account.Passkey) error {
	there, err := s.once(ctx, "UPDATE passkeys SET credential = ?, used = ? WHERE id = ? AND account_id = ?",
		string(p.Credential), nanos(p.Used), p.ID, p.AccountID)
	if err == nil && !there {
		err = account.ErrNoPasskey
	}
	return err
}

// RemovePasskey implements [account.Store].
func (s *Store) RemovePasskey(ctx context.Context, accountID, id string) error {
	return s.changeAccount(ctx, accountID, func(tx *sql.Tx) error {
		result, err := tx.ExecContext(ctx, "DELETE FROM passkeys WHERE account_id = ? AND id = ?", accountID, id)
		if err != nil {
			return err
		}
		if n, err := result.RowsAffected(); err != nil || n == 0 {
			return errors.Join(err, account.ErrNoPasskey)
		}
		return nil
	})
}

// SetRecoveryCodes implements [account.Store].
func (s *Store) SetRecoveryCodes(ctx context.Context, accountID string, hashes [][]byte) error {
	return s.changeAccount(ctx, accountID, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, "DELETE FROM recovery_codes WHERE account_id = ?", accountID)
		for _, h := range hashes {
			if err == nil {
				_, err = tx.ExecContext(ctx, "INSERT INTO recovery_codes (account_id, code_hash) VALUES (?, ?)", accountID, h)
			}
		}
		return err
	})
}

// UseRecoveryCode implements [account.Store].
func (s *Store) UseRecoveryCode(ctx context.Context, accountID string, hash []byte) (bool, error) {
	return s.once(ctx, "DELETE FROM recovery_codes WHERE account_id = ? AND code_hash = ?", accountID, hash)
}

// RemoveFactors implements [account.Store].
func (s *Store) RemoveFactors(ctx context.Context, accountID string) (removed bool, err error) {
	err = s.changeAccount(ctx, accountID, func(tx *sql.Tx) error {
		for _, change := range []string{
			"UPDATE accounts SET totp_secret = NULL, totp_step = 0 WHERE id = ? AND totp_secret IS NOT NULL",
			"DELETE FROM passkeys WHERE account_id = ?",
			"DELETE FROM recovery_codes WHERE account_id = ?",
		} {
			result, err := tx.ExecContext(ctx, change, accountID)
			if err != nil {
				return err
			}
			n, err := result.RowsAffected()
			if err != nil {
				return err
			}
			removed = removed || n > 0
		}
		return takeAccess(ctx, tx, accountID, nil)
	})
	return removed, err
}

// once runs a change that must be on the disk before it counts, and reports whether
// it changed anything.
func (s *Store) once(ctx context.Context, change string, values ...any) (changed bool, err error) {
	err = s.durably(ctx, func(tx *sql.Tx) error {
		result, err := tx.ExecContext(ctx, change, values...)
		if err != nil {
			return err
		}
		n, err := result.RowsAffected()
		changed = n > 0
		return err
	})
	if err != nil {
		return false, fmt.Errorf("use factor: %w", err)
	}
	return changed, nil
}
