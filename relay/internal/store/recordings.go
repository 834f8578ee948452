package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/lendhand/lendhand/relay/internal/recordstore"
)

// recordingColumns are in the order of recordingValues and of scanRecording.
const recordingColumns = `id, state, required, begun, changed, ended, gone,
	host_name, host_os, host_key, technician_id, technician_name, technician_organisation, technician_group,
	ticket, consent, retention, held, token, copy, head`

// AddRecording implements [recordstore.Database].
func (s *Store) AddRecording(ctx context.Context, r recordstore.Record) error {
	values := recordingValues(r)
	marks := strings.TrimSuffix(strings.Repeat("?, ", len(values)), ", ")
	return s.recordingChange(ctx, "begin recording "+r.ID, "INSERT INTO recordings ("+recordingColumns+") VALUES ("+marks+")", values...)
}

func recordingValues(r recordstore.Record) []any {
	return []any{
		r.ID, string(r.State), r.Required, nanos(r.Begun), nanos(r.Changed), nanos(r.Ended), nanos(r.Gone),
		r.HostName, r.HostOS, r.HostKey.String(), r.TechnicianID, r.TechnicianName, r.Organisation, r.Group,
		r.Ticket, r.Consent, r.Retention, r.Held, r.Token, r.Copy, r.Head,
	}
}

// recordingChange runs one statement that is on the disk when it returns.
func (s *Store) recordingChange(ctx context.Context, what, query string, values ...any) error {
	err := s.durably(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, query, values...)
		return err
	})
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	return nil
}

// Recording implements [recordstore.Database].
func (s *Store) Recording(ctx context.Context, id string) (recordstore.Record, error) {
	return scanRecording(s.read.QueryRowContext(ctx, "SELECT "+recordingColumns+" FROM recordings WHERE id = ?", id))
}

func scanRecording(row *sql.Row) (recordstore.Record, error) {
	var r recordstore.Record
	var begun, changed, ended, gone sql.NullInt64
	var hostKey string
	err := row.Scan(
		&r.ID, &r.State, &r.Required, &begun, &changed, &ended, &gone,
		&r.HostName, &r.HostOS, &hostKey, &r.TechnicianID, &r.TechnicianName, &r.Organisation, &r.Group,
		&r.Ticket, &r.Consent, &r.Retention, &r.Held, &r.Token, &r.Copy, &r.Head,
	)
	if errors.Is(err, sql.ErrNoRows) {
		return r, recordstore.ErrUnknown
	}
	if err == nil {
		err = r.HostKey.UnmarshalText([]byte(hostKey))
	}
	if err != nil {
		return r, fmt.Errorf("read recording: %w", err)
	}
	r.Begun, r.Changed, r.Ended, r.Gone = moment(begun), moment(changed), moment(ended), moment(gone)
	return r, nil
}

// SessionEnded implements [recordstore.Database].
func (s *Store) SessionEnded(ctx context.Context, id string) (time.Time, error) {
	var ended sql.NullInt64
	err := s.read.QueryRowContext(ctx, "SELECT ended FROM sessions WHERE id = ?", id).Scan(&ended)
	if errors.Is(err, sql.ErrNoRows) {
		return time.Time{}, recordstore.ErrUnknown
	}
	if err != nil {
		return time.Time{}, fmt.Errorf("read the end of %s: %w", id, err)
	}
	return moment(ended), nil
}

// SetRecordingHead implements [recordstore.Database].
func (s *Store) SetRecordingHead(ctx context.Context, id string, head []byte, at time.Time) error {
	return s.recordingChange(ctx, "keep manifest of "+id, "UPDATE recordings SET head = ?, changed = ? WHERE id = ? AND head IS NULL", head, nanos(at), id)
}

// EndRecording implements [recordstore.Database].
func (s *Store) EndRecording(ctx context.Context, id string, state recordstore.State, at time.Time) error {
	return s.recordingChange(ctx, "end recording "+id, "UPDATE recordings SET state = ?, ended = ? WHERE id = ? AND state <> 'deleted'", string(state), nanos(at), id)
}

// HoldRecording implements [recordstore.Database].
func (s *Store) HoldRecording(ctx context.Context, id string, on bool) error {
	return s.durably(ctx, func(tx *sql.Tx) error {
		changed, err := tx.ExecContext(ctx, "UPDATE recordings SET held = ? WHERE id = ? AND state <> 'deleted'", on, id)
		if err != nil {
			return fmt.Errorf("hold recording %s: %w", id, err)
		}
		if n, err := changed.RowsAffected(); err != nil || n == 0 {
			return errors.Join(err, recordstore.ErrUnknown)
		}
		return nil
	})
}

// RecordingIDs implements [recordstore.Database].
func (s *Store) RecordingIDs(ctx context.Context) ([]string, error) {
	return s.recordingIDs(ctx, "SELECT id FROM recordings WHERE state <> 'deleted' ORDER BY begun, id")
}

// ForsakenRecordings implements [recordstore.Database].
func (s *Store) ForsakenRecordings(ctx context.Context, before time.Time) ([]string, error) {
	return s.recordingIDs(ctx, `SELECT r.id FROM recordings r LEFT JOIN sessions s ON s.id = r.id
		WHERE r.state = 'open' AND r.changed < ?1 AND (s.id IS NULL OR s.ended < ?1) ORDER BY r.id`, nanos(before))
}

// ExpiredRecordings implements [recordstore.Database].
func (s *Store) ExpiredRecordings(ctx context.Context, now time.Time, most int) ([]string, error) {
	return s.recordingIDs(ctx, `SELECT id FROM recordings WHERE state = 'deleted' AND gone IS NULL OR `+expired+` LIMIT ?2`, nanos(now), most)
}

// expired selects what retention may delete; ?1 is now.
const expired = `(state IN ('ended', 'incomplete') AND held = 0 AND ended + retention * 86400000000000 <= ?1)`

func (s *Store) recordingIDs(ctx context.Context, query string, values ...any) (ids []string, err error) {
	rows, err := s.read.QueryContext(ctx, query, values...)
	if err != nil {
		return nil, fmt.Errorf("look for recordings: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			return nil, fmt.Errorf("look for recordings: %w", err)
		}
		ids = append(ids, id)
	}
	return ids, rows.Err()
}

// DeleteRecording implements [recordstore.Database].
func (s *Store) DeleteRecording(ctx context.Context, id string, now time.Time) (deleted bool, err error) {
	err = s.durably(ctx, func(tx *sql.Tx) error {
		changed, err := tx.ExecContext(ctx, `UPDATE recordings SET state = 'deleted', head = NULL, consent = '', token = randomblob(32), copy = randomblob(32)
			WHERE id = ?2 AND `+expired, nanos(now), id)
		if err != nil {
			return err
		}
		n, err := changed.RowsAffected()
		deleted = n > 0
		return err
	})
	if err != nil {
		return false, fmt.Errorf("delete recording %s: %w", id, err)
	}
	return deleted, nil
}

// RecordingGone implements [recordstore.Database].
func (s *Store) RecordingGone(ctx context.Context, id string, at time.Time) error {
	err := s.durably(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, "DELETE FROM recording_volumes WHERE recording = ?", id)
		if err == nil {
			_, err = tx.ExecContext(ctx, "UPDATE recordings SET gone = ? WHERE id = ? AND state = 'deleted'", nanos(at), id)
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("forget recording %s: %w", id, err)
	}
	return nil
}
