package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/lendhand/lendhand/relay/internal/catalogue"
)

// Readers implements [catalogue.BookStore].
func (s *Store) Readers(ctx context.Context) (list []catalogue.Reader, err error) {
	var r catalogue.Reader
	var added int64
	err = s.each(ctx, "SELECT name, key, held, added, added_by FROM recording_readers ORDER BY rowid", nil,
		[]any{&r.Name, &r.Key, &r.Held, &added, &r.By}, func() {
			r.Added = time.Unix(0, added).UTC()
			list = append(list, r)
		})
	if err != nil {
		return nil, fmt.Errorf("read the readers of recordings: %w", err)
	}
	return list, nil
}

// AddReader implements [catalogue.BookStore].
func (s *Store) AddReader(ctx context.Context, r catalogue.Reader, most int) error {
	err := s.durably(ctx, func(tx *sql.Tx) error { return addReader(ctx, tx, r, most) })
	if err != nil {
		return fmt.Errorf("add reader %q: %w", r.Name, err)
	}
	return nil
}

func addReader(ctx context.Context, tx *sql.Tx, r catalogue.Reader, most int) error {
	var taken, full bool
	err := tx.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM recording_readers WHERE name = ? OR key = ?), count(*) >= ? FROM recording_readers`,
		r.Name, r.Key, most).Scan(&taken, &full)
	switch {
	case err != nil:
		return err
	case taken:
		return catalogue.ErrReaderTaken
	case full:
		return catalogue.ErrReadersFull
	}
	_, err = tx.ExecContext(ctx, "INSERT INTO recording_readers (name, key, held, added, added_by) VALUES (?, ?, ?, ?, ?)",
		r.Name, r.Key, r.Held, r.Added.UnixNano(), r.By)
	return err
}

// RemoveReader implements [catalogue.BookStore].
func (s *Store) RemoveReader(ctx context.Context, name string) error {
	err := s.durably(ctx, func(tx *sql.Tx) error {
		result, err := tx.ExecContext(ctx, "DELETE FROM recording_readers WHERE name = ?", name)
		if err := oneRow(result, err, catalogue.ErrNoReader); err != nil {
			return err
		}
		var left bool
		if err := tx.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM recording_readers)").Scan(&left); err != nil || !left {
			return errors.Join(err, catalogue.ErrLastReader) // nothing is removed then
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("remove reader %q: %w", name, err)
	}
	return nil
}

// ReplaceReader implements [catalogue.BookStore].
func (s *Store) ReplaceReader(ctx context.Context, r catalogue.Reader) error {
	err := s.durably(ctx, func(tx *sql.Tx) error {
		result, err := tx.ExecContext(ctx, "UPDATE recording_readers SET key = ?, held = ?, added = ?, added_by = ? WHERE name = ?",
			r.Key, r.Held, r.Added.UnixNano(), r.By, r.Name)
		return oneRow(result, err, catalogue.ErrNoReader)
	})
	if err != nil {
		return fmt.Errorf("replace reader %q: %w", r.Name, err)
	}
	return nil
}

// ReadersSettled implements [catalogue.BookStore].
func (s *Store) ReadersSettled(ctx context.Context) (settled bool, err error) {
	err = s.read.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM recording_readers_settled)").Scan(&settled)
	if err != nil {
		return false, fmt.Errorf("read the readers of recordings: %w", err)
	}
	return settled, nil
}

// SettleReaders implements [catalogue.BookStore].
func (s *Store) SettleReaders(ctx context.Context, first []catalogue.Reader) error {
	err := s.durably(ctx, func(tx *sql.Tx) error {
		for _, r := range first {
			if err := addReader(ctx, tx, r, 1<<20); err != nil {
				return err
			}
		}
		_, err := tx.ExecContext(ctx, "INSERT INTO recording_readers_settled (one, time) VALUES (1, ?)", time.Now().UnixNano())
		return err
	})
	if err != nil {
		return fmt.Errorf("settle the readers of recordings: %w", err)
	}
	return nil
}
