package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/lendhand/lendhand/relay/internal/catalogue"
)

// entryColumns are in the order of scanEntry.
const entryColumns = `c.n, c.id, c.state, c.begun, c.ended, c.length, c.bytes, c.parts,
	c.technician_id, c.technician_name, c.technician_organisation, c.host_name, c.host_os, c.ticket, c.group_name,
	c.happened, c.opens, c.notes, c.views, c.hold IS NOT NULL`

func scanEntry(scan func(...any) error, more ...any) (e catalogue.Entry, err error) {
	var begun, ended sql.NullInt64
	var opens bool
	err = scan(append([]any{
		&e.Number, &e.ID, &e.State, &begun, &ended, &e.Length, &e.Bytes, &e.Parts,
		&e.Technician.ID, &e.Technician.Name, &e.Technician.Organisation, &e.Host.Name, &e.Host.OS, &e.Ticket, &e.Group,
		&e.Happened, &opens, &e.Notes, &e.Views, &e.Held,
	}, more...)...)
	e.Begun, e.Ended, e.Opens = moment(begun), moment(ended), catalogue.OpensAuditor
	if opens {
		e.Opens = catalogue.OpensRelay
	}
	e.Objected = e.Happened&catalogue.Objected != 0
	return e, err
}

// Record implements [catalogue.Store].
func (s *Store) Record(ctx context.Context, id string) (r catalogue.Record, err error) {
	var facts sql.NullString
	row := s.read.QueryRowContext(ctx, `SELECT `+entryColumns+`, c.facts, c.covered, c.finished, w.about, w.windows, w.chat, w.files
		FROM catalogue c JOIN catalogue_words w ON w.rowid = c.n WHERE c.id = ?`, id)
	r.Entry, err = scanEntry(row.Scan, &facts, &r.Covered, &r.Finished, &r.Words.About, &r.Words.Windows, &r.Words.Chat, &r.Words.Files)
	if errors.Is(err, sql.ErrNoRows) {
		return catalogue.Record{}, catalogue.ErrNone
	}
	if err == nil && facts.Valid {
		err = json.Unmarshal([]byte(facts.String), &r.Facts)
	}
	if err != nil {
		return catalogue.Record{}, fmt.Errorf("read recording %s: %w", id, err)
	}
	return r, nil
}

// SaveRecord implements [catalogue.Store].
func (s *Store) SaveRecord(ctx context.Context, r catalogue.Record) error {
	facts, err := factsColumn(r.Facts)
	if err == nil {
		err = s.change(ctx, func(tx *sql.Tx) error { return saveRecord(ctx, tx, r, facts) })
	}
	if err != nil {
		return fmt.Errorf("save recording %s: %w", r.ID, err)
	}
	return nil
}

func factsColumn(f *catalogue.Facts) (any, error) {
	if f == nil {
		return nil, nil
	}
	text, err := json.Marshal(f)
	return string(text), err
}

func saveRecord(ctx context.Context, tx *sql.Tx, r catalogue.Record, facts any) error {
	result, err := tx.ExecContext(ctx, `UPDATE catalogue SET state = ?, ended = ?, length = ?, bytes = ?, parts = ?,
		happened = happened | ?, facts = ?, covered = ?, finished = ? WHERE id = ?`,
		string(r.State), nanos(r.Ended), r.Length, r.Bytes, r.Parts, int64(r.Happened), facts, r.Covered, r.Finished, r.ID)
	if err != nil {
		return err
	}
	if n, err := result.RowsAffected(); err != nil || n == 0 {
		return errors.Join(err, addRecord(ctx, tx, r, facts))
	}
	_, err = tx.ExecContext(ctx, `UPDATE catalogue_words SET about = ?1, windows = ?2, chat = ?3, files = ?4
		WHERE rowid = (SELECT n FROM catalogue WHERE id = ?5) AND (about, windows, chat, files) <> (?1, ?2, ?3, ?4)`,
		r.Words.About, r.Words.Windows, r.Words.Chat, r.Words.Files, r.ID)
	return err
}

// addRecord gives a recording the next number that is free from the millisecond on in which
// it began.
func addRecord(ctx context.Context, tx *sql.Tx, r catalogue.Record, facts any) error {
	n := max(1, r.Begun.UnixMilli())
	for {
		var taken bool
		if err := tx.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM catalogue WHERE n = ?)", n).Scan(&taken); err != nil {
			return err
		}
		if !taken {
			break
		}
		n++
	}
	_, err := tx.ExecContext(ctx, `INSERT INTO catalogue (n, id, state, begun, ended, length, bytes, parts,
		technician_id, technician_name, technician_organisation, host_name, host_os, ticket, group_name,
		technician_fold, host_fold, ticket_fold, happened, opens, facts, covered, finished)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		n, r.ID, string(r.State), r.Begun.UnixNano(), nanos(r.Ended), r.Length, r.Bytes, r.Parts,
		r.Technician.ID, r.Technician.Name, r.Technician.Organisation, r.Host.Name, r.Host.OS, r.Ticket, r.Group,
		catalogue.Fold(r.Technician.Name), catalogue.Fold(r.Host.Name), catalogue.Fold(r.Ticket),
		int64(r.Happened), r.Opens == catalogue.OpensRelay, facts, r.Covered, r.Finished)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, "INSERT INTO catalogue_words (rowid, about, windows, chat, files) VALUES (?, ?, ?, ?, ?)",
		n, r.Words.About, r.Words.Windows, r.Words.Chat, r.Words.Files)
	return err
}

// DeleteRecord implements [catalogue.Store].
func (s *Store) DeleteRecord(ctx context.Context, id string) error {
	err := s.change(ctx, func(tx *sql.Tx) error {
		for _, query := range []string{
			"DELETE FROM catalogue_words WHERE rowid = (SELECT n FROM catalogue WHERE id = ?)",
			"DELETE FROM catalogue WHERE id = ?",
			"DELETE FROM recording_views WHERE recording = ?",
			"DELETE FROM recording_notes WHERE recording = ?",
			"DELETE FROM recording_shares WHERE recording = ?",
			"DELETE FROM recording_objections WHERE recording = ?",
			"DELETE FROM recording_copies WHERE recording = ?",
		} {
			if _, err := tx.ExecContext(ctx, query, id); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("forget recording %s: %w", id, err)
	}
	return nil
}

// change runs a transaction.
func (s *Store) change(ctx context.Context, do func(*sql.Tx) error) (err error) {
	conn, err := s.write.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	return transact(ctx, conn, do)
}

// States implements [catalogue.Store].
func (s *Store) States(ctx context.Context) (map[string]catalogue.State, error) {
	states := make(map[string]catalogue.State)
	var id string
	var state catalogue.State
	err := s.each(ctx, "SELECT id, state FROM catalogue", nil, []any{&id, &state}, func() { states[id] = state })
	if err != nil {
		return nil, fmt.Errorf("read the catalogue: %w", err)
	}
	return states, nil
}

// RecordingCounts returns how many recordings are in the catalogue, and how many of them
// go on.
func (s *Store) RecordingCounts(ctx context.Context) (all, live int64, err error) {
	err = s.read.QueryRowContext(ctx, "SELECT count(*), coalesce(sum(state = 'live'), 0) FROM catalogue").Scan(&all, &live)
	if err != nil {
		return 0, 0, fmt.Errorf("count recordings: %w", err)
	}
	return all, live, nil
}

// StoredRecordings returns the IDs of the recordings of which something is stored.
func (s *Store) StoredRecordings(ctx context.Context) (ids []string, err error) {
	var id string
	err = s.each(ctx, "SELECT id FROM recordings WHERE head IS NOT NULL AND state <> 'deleted'", nil, []any{&id}, func() { ids = append(ids, id) })
	if err != nil {
		return nil, fmt.Errorf("read recordings: %w", err)
	}
	return ids, nil
}

// SetHold implements [catalogue.Store].
func (s *Store) SetHold(ctx context.Context, id string, h *catalogue.Hold) error {
	var column any
	if h != nil {
		text, err := json.Marshal(h)
		if err != nil {
			return fmt.Errorf("hold recording %s: %w", id, err)
		}
		column = string(text)
	}
	if _, err := s.write.ExecContext(ctx, "UPDATE catalogue SET hold = ? WHERE id = ?", column, id); err != nil {
		return fmt.Errorf("hold recording %s: %w", id, err)
	}
	return nil
}

// HoldOf implements [catalogue.Store].
func (s *Store) HoldOf(ctx context.Context, id string) (h *catalogue.Hold, err error) {
	var text sql.NullString
	err = s.read.QueryRowContext(ctx, "SELECT hold FROM catalogue WHERE id = ?", id).Scan(&text)
	if err == nil && text.Valid {
		err = json.Unmarshal([]byte(text.String), &h)
	}
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return nil, fmt.Errorf("read the hold of recording %s: %w", id, err)
	}
	return h, nil
}

// AddObjection implements [catalogue.Store].
func (s *Store) AddObjection(ctx context.Context, id string, o catalogue.Objection, most int) error {
	err := s.change(ctx, func(tx *sql.Tx) error {
		result, err := tx.ExecContext(ctx, `INSERT INTO recording_objections (recording, text, time)
			SELECT ?1, ?2, ?3 WHERE (SELECT count(*) FROM recording_objections WHERE recording = ?1) < ?4`, id, o.Text, nanos(o.Time), most)
		if err := oneRow(result, err, catalogue.ErrTooMany); err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, "UPDATE catalogue SET happened = happened | ? WHERE id = ?", int64(catalogue.Objected), id)
		return err
	})
	if err != nil {
		return fmt.Errorf("object to recording %s: %w", id, err)
	}
	return nil
}

// oneRow fails with none unless a change has found something to change.
func oneRow(result sql.Result, err, none error) error {
	if err != nil {
		return err
	}
	if n, err := result.RowsAffected(); err != nil || n == 0 {
		return errors.Join(err, none)
	}
	return nil
}

// Objections implements [catalogue.Store].
func (s *Store) Objections(ctx context.Context, id string) (list []catalogue.Objection, err error) {
	var text string
	var at int64
	err = s.each(ctx, "SELECT text, time FROM recording_objections WHERE recording = ? ORDER BY rowid", []any{id}, []any{&text, &at},
		func() { list = append(list, catalogue.Objection{Time: time.Unix(0, at).UTC(), Text: text}) })
	if err != nil {
		return nil, fmt.Errorf("read objections to recording %s: %w", id, err)
	}
	return list, nil
}

// SaveCopy implements [catalogue.Store].
func (s *Store) SaveCopy(ctx context.Context, id string, c catalogue.Copy) error {
	_, err := s.write.ExecContext(ctx, "INSERT OR REPLACE INTO recording_copies (recording, token_hash, kind, made) VALUES (?, ?, ?, ?)",
		id, c.TokenHash, string(c.Kind), nanos(c.Made))
	if err != nil {
		return fmt.Errorf("save the copy of recording %s: %w", id, err)
	}
	return nil
}

// CopyOf implements [catalogue.Store].
func (s *Store) CopyOf(ctx context.Context, id string) (c catalogue.Copy, err error) {
	var made sql.NullInt64
	err = s.read.QueryRowContext(ctx, "SELECT token_hash, kind, made FROM recording_copies WHERE recording = ?", id).Scan(&c.TokenHash, &c.Kind, &made)
	if errors.Is(err, sql.ErrNoRows) {
		return catalogue.Copy{}, catalogue.ErrNone
	}
	if err != nil {
		return catalogue.Copy{}, fmt.Errorf("read the copy of recording %s: %w", id, err)
	}
	c.Made = moment(made)
	return c, nil
}

// ForgetCopies implements [catalogue.Store].
func (s *Store) ForgetCopies(ctx context.Context, before time.Time) error {
	_, err := s.write.ExecContext(ctx, "DELETE FROM recording_copies WHERE made < ? AND recording NOT IN (SELECT id FROM catalogue)", nanos(before))
	if err != nil {
		return fmt.Errorf("forget copies: %w", err)
	}
	return nil
}
