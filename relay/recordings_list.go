package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"github.com/lendhand/lendhand/relay/internal/audit"
	"github.com/lendhand/lendhand/relay/internal/config"
	"github.com/lendhand/lendhand/relay/internal/recordstore"
	"github.com/lendhand/lendhand/signaling/problem"
)

type recordingsList struct {
	Since string `help:"Only recordings begun since a day (2026-11-22), a time (RFC 3339), or for so long (24h)." env:"-" placeholder:"TIME"`
	recordingsPlace
}

// Run prints the recordings that the audit trail knows of, and fails when one is not there
// that nobody has deleted.
func (c *recordingsList) Run(w *world, common *config.Common) error {
	since, err := parseSince(c.Since, time.Now())
	if err != nil {
		return problem.Misuse(err)
	}
	return c.withStored(w, common, func(s *stored) error {
		out := tabwriter.NewWriter(w.out, 0, 0, 2, ' ', 0)
		if _, err := fmt.Fprintln(out, "RECORDING\tBEGUN\tSTATE\tTECHNICIAN\tHOST\tTICKET"); err != nil {
			return err
		}
		missing := 0
		err := s.begun(w.ctx, since, func(e audit.Event) error {
			gone, err := s.print(w.ctx, out, e)
			missing += gone
			return err
		})
		if err = errors.Join(err, out.Flush()); err != nil || missing == 0 {
			return err
		}
		return problem.New(fmt.Sprintf("recordings that are missing: %d. The audit trail knows that they were begun, and of no deletion", missing),
			"Somebody has removed them, or the database is older than the trail. Restore both from a backup, and compare.")
	})
}

// begun calls do with each event that a recording was begun, the oldest first.
func (s *stored) begun(ctx context.Context, since time.Time, do func(audit.Event) error) error {
	q := audit.Query{Kind: audit.RecordingBegun, Since: since, Limit: listPage}
	for {
		lines, err := s.db.AuditLines(ctx, q)
		if err != nil {
			return err
		}
		for _, line := range lines {
			e, err := audit.ParseLine(line)
			if err != nil {
				return problem.Wrap(err, "Run \"lendhand-relay audit verify\".")
			}
			if err := do(e); err != nil {
				return err
			}
			q.After = e.Number
		}
		if len(lines) < q.Limit {
			return nil
		}
	}
}

// print prints one, and returns 1 when it is missing.
func (s *stored) print(ctx context.Context, out io.Writer, e audit.Event) (missing int, err error) {
	r, err := s.Record(ctx, e.Session)
	state := string(r.State)
	if errors.Is(err, recordstore.ErrUnknown) || r.State == recordstore.StateDeleted {
		var known trailed
		if known, err = s.trailOf(ctx, e.Session); !known.deleted && (r.ID == "" || !r.Gone.IsZero()) {
			state, missing = "missing", 1
		}
	}
	if err != nil {
		return missing, err
	}
	_, err = fmt.Fprintf(out, "%s\t%s\t%s\t%s\t%s\t%s\n", shown(e.Session), e.Time.UTC().Format(time.RFC3339), cmp.Or(state, "deleted"),
		shown(r.TechnicianName), shown(r.HostName), shown(r.Ticket))
	return missing, err
}
