package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// Photo implements [account.Store].
func (s *Store) Photo(ctx context.Context, accountID string) (png []byte, err error) {
	err = s.read.QueryRowContext(ctx, "SELECT png FROM photos WHERE account_id = ?", accountID).Scan(&png)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return nil, fmt.Errorf("read photo: %w", err)
	}
	return png, nil
}

// SetPhoto implements [account.Store].
func (s *Store) SetPhoto(ctx context.Context, accountID string, png []byte) (changed bool, err error) {
	err = s.changeAccount(ctx, accountID, func(tx *sql.Tx) error {
		query, args := "DELETE FROM photos WHERE account_id = ?", []any{accountID}
		if png != nil {
			query, args = "INSERT OR REPLACE INTO photos (account_id, png) VALUES (?, ?)", []any{accountID, png}
		}
		result, err := tx.ExecContext(ctx, query, args...)
		if err != nil {
			return err
		}
		n, err := result.RowsAffected()
		changed = n > 0
		return err
	})
	return changed, err
}
