package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/lendhand/lendhand/relay/internal/audit"
)

// querier is a transaction, or readers.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// AppendAudit implements [audit.Store].
func (s *Store) AppendAudit(ctx context.Context, build func(audit.End) (audit.Addition, error)) error {
	return s.durably(ctx, func(tx *sql.Tx) error {
		numbers, err := auditEnd(ctx, tx)
		if err != nil {
			return err
		}
		note, err := auditCheckpoint(ctx, tx)
		if err != nil {
			return err
		}
		a, err := build(audit.End{Numbers: numbers, Note: note, Hashes: tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
			return auditHashes(ctx, tx, indexes)
		})})
		if err != nil {
			return err
		}
		return addAudit(ctx, tx, a)
	})
}

func addAudit(ctx context.Context, tx *sql.Tx, a audit.Addition) error {
	for i, line := range a.Lines {
		if _, err := tx.ExecContext(ctx, "INSERT INTO audit_lines (n, line) VALUES (?, ?)", a.First+int64(i), line); err != nil {
			return fmt.Errorf("add line %d: %w", a.First+int64(i), err)
		}
	}
	first := tlog.StoredHashIndex(0, a.First-1)
	for i, hash := range a.Hashes {
		level, n := tlog.SplitStoredHashIndex(first + int64(i))
		if _, err := tx.ExecContext(ctx, "INSERT OR REPLACE INTO audit_hashes (level, n, hash) VALUES (?, ?, ?)", level, n, hash[:]); err != nil {
			return fmt.Errorf("add hash %d of level %d: %w", n, level, err)
		}
	}
	_, err := tx.ExecContext(ctx, "INSERT INTO audit_checkpoints (size, note) VALUES (?, ?)", a.Checkpoint.Size, a.Checkpoint.Note)
	if err != nil {
		return fmt.Errorf("add checkpoint %d: %w", a.Checkpoint.Size, err)
	}
	return nil
}

// AuditEnd implements [audit.Store].
func (s *Store) AuditEnd(ctx context.Context) (audit.Numbers, error) { return auditEnd(ctx, s.read) }

func auditEnd(ctx context.Context, q querier) (n audit.Numbers, err error) {
	err = q.QueryRowContext(ctx, `SELECT
		(SELECT coalesce(max(n), 0) FROM audit_lines),
		(SELECT coalesce(max(n) + 1, 0) FROM audit_hashes WHERE level = 0),
		(SELECT coalesce(max(size), 0) FROM audit_checkpoints)`).Scan(&n.Line, &n.Leaf, &n.Checkpoint)
	if err != nil {
		return audit.Numbers{}, fmt.Errorf("read the end of the audit trail: %w", err)
	}
	return n, nil
}

// AuditHashes implements [audit.Store].
func (s *Store) AuditHashes(ctx context.Context, indexes []int64) ([]tlog.Hash, error) {
	return auditHashes(ctx, s.read, indexes)
}

func auditHashes(ctx context.Context, q querier, indexes []int64) ([]tlog.Hash, error) {
	hashes := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		level, n := tlog.SplitStoredHashIndex(index)
		var hash []byte
		if err := q.QueryRowContext(ctx, "SELECT hash FROM audit_hashes WHERE level = ? AND n = ?", level, n).Scan(&hash); err != nil {
			return nil, fmt.Errorf("read hash %d of level %d of the audit trail: %w", n, level, err)
		}
		copy(hashes[i][:], hash)
	}
	return hashes, nil
}

// AuditCheckpoint implements [audit.Store].
func (s *Store) AuditCheckpoint(ctx context.Context) (string, error) {
	return auditCheckpoint(ctx, s.read)
}

func auditCheckpoint(ctx context.Context, q querier) (note string, err error) {
	err = q.QueryRowContext(ctx, "SELECT note FROM audit_checkpoints ORDER BY size DESC LIMIT 1").Scan(&note)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return "", fmt.Errorf("read the newest checkpoint: %w", err)
	}
	return note, nil
}

// AuditRange implements [audit.Store].
func (s *Store) AuditRange(ctx context.Context, first, last int64) ([]audit.Stored, error) {
	if first < 1 || last < first {
		return nil, nil
	}
	parts := make([]audit.Stored, last-first+1)
	var n int64
	var line, note string
	var hash []byte
	for _, part := range []struct {
		query string
		into  any
		keep  func(*audit.Stored)
	}{
		{"SELECT n, line FROM audit_lines WHERE n BETWEEN ? AND ?", &line, func(p *audit.Stored) { p.Line = line }},
		{"SELECT n + 1, hash FROM audit_hashes WHERE level = 0 AND n BETWEEN ? - 1 AND ? - 1", &hash, func(p *audit.Stored) { copy(p.Leaf[:], hash) }},
		{"SELECT size, note FROM audit_checkpoints WHERE size BETWEEN ? AND ?", &note, func(p *audit.Stored) { p.Note = note }},
	} {
		err := s.each(ctx, part.query, []any{first, last}, []any{&n, part.into}, func() { part.keep(&parts[n-first]) })
		if err != nil {
			return nil, fmt.Errorf("read the audit trail: %w", err)
		}
	}
	return parts, nil
}

// each reads rows into the given places and calls do after each.
func (s *Store) each(ctx context.Context, query string, args, into []any, do func()) (err error) {
	rows, err := s.read.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return err
		}
		do()
	}
	return rows.Err()
}

// AuditLines implements [audit.Store].
func (s *Store) AuditLines(ctx context.Context, q audit.Query) (lines []string, err error) {
	query, args := auditQuery(q)
	var line string
	if err := s.each(ctx, query, args, []any{&line}, func() { lines = append(lines, line) }); err != nil {
		return nil, fmt.Errorf("search the audit trail: %w", err)
	}
	return lines, nil
}

// AuditCounts counts the events of a kind since a time by their subject.
func (s *Store) AuditCounts(ctx context.Context, kind audit.Kind, since time.Time) (map[string]int, error) {
	counts := make(map[string]int)
	var subject string
	var n int
	err := s.each(ctx, "SELECT subject, count(*) FROM audit_lines WHERE kind = ? AND time >= ? AND subject IS NOT NULL GROUP BY subject",
		[]any{string(kind), audit.FormatTime(since)}, []any{&subject, &n}, func() { counts[subject] = n })
	if err != nil {
		return nil, fmt.Errorf("count in the audit trail: %w", err)
	}
	return counts, nil
}

// auditQuery writes the search; values are arguments of it, never text.
func auditQuery(q audit.Query) (query string, args []any) {
	query, args = "SELECT line FROM audit_lines WHERE n > ?", []any{q.After}
	and := func(condition string, values ...any) { query, args = query+" AND "+condition, append(args, values...) }
	if q.Before > 0 {
		and("n < ?", q.Before)
	}
	if q.Kind != "" {
		and("kind = ?", string(q.Kind))
	}
	if q.Actor != "" {
		and("(actor = ? OR subject = ?)", q.Actor, q.Actor)
	}
	if q.Session != "" {
		and("session = ?", q.Session)
	}
	if !q.Since.IsZero() {
		and("time >= ?", audit.FormatTime(q.Since))
	}
	query += " ORDER BY n"
	if q.Newest {
		query += " DESC"
	}
	return query + " LIMIT ?", append(args, q.Limit)
}
