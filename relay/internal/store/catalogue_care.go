package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/lendhand/lendhand/relay/internal/catalogue"
)

// AddView implements [catalogue.Store].
func (s *Store) AddView(ctx context.Context, id string, v catalogue.View) error {
	err := s.change(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO recording_views (recording, kind, account, name, sign_in, reason, time, until)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?)`, id, string(v.Kind), v.By.ID, v.By.Name, v.SignIn, v.Reason, nanos(v.Time), nanos(v.Until))
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, "UPDATE catalogue SET views = views + ? WHERE id = ?", v.Kind == catalogue.ViewOpen, id)
		return err
	})
	if err != nil {
		return fmt.Errorf("note a view of recording %s: %w", id, err)
	}
	return nil
}

// Views implements [catalogue.Store].
func (s *Store) Views(ctx context.Context, id string) (list []catalogue.View, err error) {
	var v catalogue.View
	var at int64
	err = s.each(ctx, "SELECT kind, account, name, reason, time FROM recording_views WHERE recording = ? ORDER BY rowid DESC LIMIT 1000", []any{id},
		[]any{&v.Kind, &v.By.ID, &v.By.Name, &v.Reason, &at}, func() {
			v.Time = time.Unix(0, at).UTC()
			list = append(list, v)
		})
	if err != nil {
		return nil, fmt.Errorf("read the views of recording %s: %w", id, err)
	}
	return list, nil
}

// Good implements [catalogue.Store].
func (s *Store) Good(ctx context.Context, id, signIn string, kind catalogue.ViewKind, now time.Time) (v catalogue.View, good bool, err error) {
	var at, until sql.NullInt64
	err = s.read.QueryRowContext(ctx, `SELECT account, name, reason, time, until FROM recording_views
		WHERE recording = ? AND sign_in = ? AND kind = ? AND until > ? ORDER BY until DESC LIMIT 1`, id, signIn, string(kind), now.UnixNano()).
		Scan(&v.By.ID, &v.By.Name, &v.Reason, &at, &until)
	if errors.Is(err, sql.ErrNoRows) {
		return v, false, nil
	}
	if err != nil {
		return v, false, fmt.Errorf("look for a view of recording %s: %w", id, err)
	}
	v.Kind, v.SignIn, v.Time, v.Until = kind, signIn, moment(at), moment(until)
	return v, true, nil
}

// AddNote implements [catalogue.Store].
func (s *Store) AddNote(ctx context.Context, id string, n catalogue.Note, most int) error {
	return s.changeNotes(ctx, id, 1, func(tx *sql.Tx) error {
		result, err := tx.ExecContext(ctx, `INSERT INTO recording_notes (id, recording, at, text, account, name, time)
			SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7 WHERE (SELECT count(*) FROM recording_notes WHERE recording = ?2) < ?8`,
			n.ID, id, n.At, n.Text, n.By.ID, n.By.Name, nanos(n.Time), most)
		return oneRow(result, err, catalogue.ErrTooMany)
	})
}

// RemoveNote implements [catalogue.Store].
func (s *Store) RemoveNote(ctx context.Context, id, note, accountID string) error {
	return s.changeNotes(ctx, id, -1, func(tx *sql.Tx) error {
		result, err := tx.ExecContext(ctx, "DELETE FROM recording_notes WHERE id = ? AND recording = ? AND account = ?", note, id, accountID)
		return oneRow(result, err, catalogue.ErrNothing)
	})
}

func (s *Store) changeNotes(ctx context.Context, id string, by int, do func(*sql.Tx) error) error {
	err := s.change(ctx, func(tx *sql.Tx) error {
		if err := do(tx); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, "UPDATE catalogue SET notes = notes + ? WHERE id = ?", by, id)
		return err
	})
	if err != nil {
		return fmt.Errorf("change the notes of recording %s: %w", id, err)
	}
	return nil
}

// Notes implements [catalogue.Store].
func (s *Store) Notes(ctx context.Context, id string) (list []catalogue.Note, err error) {
	var n catalogue.Note
	var at int64
	err = s.each(ctx, "SELECT id, at, text, account, name, time FROM recording_notes WHERE recording = ? ORDER BY at, rowid", []any{id},
		[]any{&n.ID, &n.At, &n.Text, &n.By.ID, &n.By.Name, &at}, func() {
			n.Time = time.Unix(0, at).UTC()
			list = append(list, n)
		})
	if err != nil {
		return nil, fmt.Errorf("read the notes of recording %s: %w", id, err)
	}
	return list, nil
}

// AddShare implements [catalogue.Store].
func (s *Store) AddShare(ctx context.Context, id string, share catalogue.Share) error {
	_, err := s.write.ExecContext(ctx, "INSERT OR REPLACE INTO recording_shares (recording, name, key, sealed_key, time) VALUES (?, ?, ?, ?, ?)",
		id, share.Reader.Name, share.Reader.Key, share.SealedKey, nanos(share.Time))
	if err != nil {
		return fmt.Errorf("share recording %s: %w", id, err)
	}
	return nil
}

// Shares implements [catalogue.Store].
func (s *Store) Shares(ctx context.Context, id string) (list []catalogue.Share, err error) {
	var share catalogue.Share
	var at int64
	err = s.each(ctx, "SELECT name, key, sealed_key, time FROM recording_shares WHERE recording = ? ORDER BY time", []any{id},
		[]any{&share.Reader.Name, &share.Reader.Key, &share.SealedKey, &at}, func() {
			share.Time = time.Unix(0, at).UTC()
			list = append(list, share)
		})
	if err != nil {
		return nil, fmt.Errorf("read the shares of recording %s: %w", id, err)
	}
	return list, nil
}

// SaveFilter implements [catalogue.Store].
func (s *Store) SaveFilter(ctx context.Context, accountID string, f catalogue.Filter, most int) error {
	result, err := s.write.ExecContext(ctx, `INSERT INTO recording_filters (id, account, name, query)
		SELECT ?1, ?2, ?3, ?4 WHERE (SELECT count(*) FROM recording_filters WHERE account = ?2 AND name <> ?3) < ?5
		ON CONFLICT (account, name) DO UPDATE SET id = excluded.id, query = excluded.query`, f.ID, accountID, f.Name, f.Query, most)
	if err := oneRow(result, err, catalogue.ErrTooMany); err != nil {
		return fmt.Errorf("save a filter: %w", err)
	}
	return nil
}

// RemoveFilter implements [catalogue.Store].
func (s *Store) RemoveFilter(ctx context.Context, accountID, id string) error {
	result, err := s.write.ExecContext(ctx, "DELETE FROM recording_filters WHERE account = ? AND id = ?", accountID, id)
	if err := oneRow(result, err, catalogue.ErrNothing); err != nil {
		return fmt.Errorf("remove a filter: %w", err)
	}
	return nil
}

// Filters implements [catalogue.Store].
func (s *Store) Filters(ctx context.Context, accountID string) (list []catalogue.Filter, err error) {
	var f catalogue.Filter
	err = s.each(ctx, "SELECT id, name, query FROM recording_filters WHERE account = ? ORDER BY name", []any{accountID},
		[]any{&f.ID, &f.Name, &f.Query}, func() { list = append(list, f) })
	if err != nil {
		return nil, fmt.Errorf("read filters: %w", err)
	}
	return list, nil
}
