package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/lendhand/lendhand/relay/internal/recordstore"
	"github.com/lendhand/lendhand/relay/recording"
)

// AddRecordingVolume implements [recordstore.Database].
func (s *Store) AddRecordingVolume(ctx context.Context, id string, v recordstore.Volume, at time.Time) error {
	err := s.durably(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO recording_volumes (recording, number, stored, first, next, start, until, bytes, link, parts)
			VALUES (?, ?, 0, ?, ?, ?, ?, ?, ?, ?)`,
			id, v.Number, v.First, v.Next, int64(v.Start), int64(v.Until), v.Bytes, v.Link[:], v.EncodeParts())
		if err == nil {
			_, err = tx.ExecContext(ctx, "UPDATE recordings SET changed = max(changed, ?) WHERE id = ?", nanos(at), id)
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("add volume %d of %s: %w", v.Number, id, err)
	}
	return nil
}

const volumeColumns = "number, stored, first, next, start, until, bytes, link, parts"

// RecordingVolumes implements [recordstore.Database].
func (s *Store) RecordingVolumes(ctx context.Context, id string, from int) ([]recordstore.Volume, error) {
	return s.volumes(ctx, id, "recording = ?1 AND number >= ?2", id, from)
}

// VolumesWithParts implements [recordstore.Database].
func (s *Store) VolumesWithParts(ctx context.Context, id string, from, to int64) ([]recordstore.Volume, error) {
	return s.volumes(ctx, id, `recording = ?1 AND first <= ?3 AND next > ?2 AND number >= coalesce(
		(SELECT number FROM recording_volumes WHERE recording = ?1 AND first <= ?2 ORDER BY first DESC, number DESC LIMIT 1), 0)`, id, from, to)
}

func (s *Store) volumes(ctx context.Context, id, which string, values ...any) (volumes []recordstore.Volume, err error) {
	rows, err := s.read.QueryContext(ctx, "SELECT "+volumeColumns+" FROM recording_volumes WHERE "+which+" ORDER BY number", values...)
	if err != nil {
		return nil, fmt.Errorf("read volumes of %s: %w", id, err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		v, err := scanVolume(rows.Scan)
		if err != nil {
			return nil, fmt.Errorf("read volumes of %s: %w", id, err)
		}
		volumes = append(volumes, v)
	}
	return volumes, rows.Err()
}

// LastRecordingVolume implements [recordstore.Database].
func (s *Store) LastRecordingVolume(ctx context.Context, id string) (recordstore.Volume, bool, error) {
	row := s.read.QueryRowContext(ctx, "SELECT "+volumeColumns+" FROM recording_volumes WHERE recording = ? ORDER BY number DESC LIMIT 1", id)
	v, err := scanVolume(row.Scan)
	if errors.Is(err, sql.ErrNoRows) {
		return v, false, nil
	}
	if err != nil {
		return v, false, fmt.Errorf("read last volume of %s: %w", id, err)
	}
	return v, true, nil
}

func scanVolume(scan func(...any) error) (recordstore.Volume, error) {
	var v recordstore.Volume
	var link, parts []byte
	var start, until int64
	if err := scan(&v.Number, &v.Stored, &v.First, &v.Next, &start, &until, &v.Bytes, &link, &parts); err != nil {
		return v, err
	}
	v.Start, v.Until = recording.Time(start), recording.Time(until)
	copy(v.Link[:], link)
	return v, v.DecodeParts(parts)
}

// WaitingVolumes implements [recordstore.Database].
func (s *Store) WaitingVolumes(ctx context.Context, most int) (waiting []recordstore.Waiting, err error) {
	rows, err := s.read.QueryContext(ctx, `SELECT v.recording, v.number, v.bytes FROM recording_volumes v JOIN recordings r ON r.id = v.recording
		WHERE v.stored = 0 AND r.state <> 'deleted' ORDER BY v.recording, v.number LIMIT ?`, most)
	if err != nil {
		return nil, fmt.Errorf("look for waiting volumes: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var w recordstore.Waiting
		if err := rows.Scan(&w.ID, &w.Number, &w.Bytes); err != nil {
			return nil, fmt.Errorf("look for waiting volumes: %w", err)
		}
		waiting = append(waiting, w)
	}
	return waiting, rows.Err()
}

// VolumeStored implements [recordstore.Database].
func (s *Store) VolumeStored(ctx context.Context, id string, number int) error {
	return s.recordingChange(ctx, "note a stored volume of "+id, "UPDATE recording_volumes SET stored = 1 WHERE recording = ? AND number = ?", id, number)
}

// RecordingSize implements [recordstore.Database].
func (s *Store) RecordingSize(ctx context.Context, id string) (n int64, err error) {
	if err := s.read.QueryRowContext(ctx, "SELECT coalesce(sum(bytes), 0) FROM recording_volumes WHERE recording = ?", id).Scan(&n); err != nil {
		return 0, fmt.Errorf("count what is recorded of %s: %w", id, err)
	}
	return n, nil
}

// RecordingBytes implements [recordstore.Database].
func (s *Store) RecordingBytes(ctx context.Context) (n int64, err error) {
	if err := s.read.QueryRowContext(ctx, "SELECT coalesce(sum(bytes), 0) FROM recording_volumes").Scan(&n); err != nil {
		return 0, fmt.Errorf("count what is recorded: %w", err)
	}
	return n, nil
}
