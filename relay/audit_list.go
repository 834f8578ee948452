package main

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/lendhand/lendhand/relay/internal/audit"
	"github.com/lendhand/lendhand/relay/internal/config"
	"github.com/lendhand/lendhand/relay/internal/store"
	"github.com/lendhand/lendhand/signaling/problem"
)

type auditList struct {
	Kind    string `help:"Only events of this kind, for example sign_in." env:"-" placeholder:"KIND"`
	Actor   string `help:"Only what this account did or had done to it: its name or its ID." env:"-" placeholder:"NAME"`
	Session string `help:"Only what happened in this session." env:"-" placeholder:"ID"`
	Since   string `help:"Only events since a day (2026-11-22), a time (RFC 3339), or for so long (24h)." env:"-" placeholder:"TIME"`
	JSON    bool   `help:"Print the lines as they are stored." name:"json" env:"-"`
}

// listPage is how many events are read at once.
const listPage = 1000

// Run prints the events, the oldest first.
func (c *auditList) Run(w *world, common *config.Common) error {
	since, err := parseSince(c.Since, time.Now())
	if err != nil {
		return problem.Misuse(err)
	}
	q := audit.Query{Kind: audit.Kind(c.Kind), Actor: c.Actor, Session: c.Session, Since: since, Limit: listPage}
	return withTrail(w, common, func(db *store.Store) error {
		names, err := accountNames(w.ctx, db)
		if err != nil {
			return err
		}
		q.Actor = idOf(c.Actor, names)
		last, err := c.print(w.ctx, w.out, db, q, names)
		if err == nil && last == 0 {
			_, err = fmt.Fprintln(w.errors, "note: no event is like that")
		}
		return err
	})
}

// accountNames returns the names of accounts by their IDs.
func accountNames(ctx context.Context, db *store.Store) (map[string]string, error) {
	all, err := db.Accounts(ctx)
	if err != nil {
		return nil, err
	}
	names := make(map[string]string, len(all))
	for _, a := range all {
		names[a.ID] = a.Name
	}
	return names, nil
}

// idOf returns the ID of the account that somebody means, or what they wrote: an ID,
// or "relay".
func idOf(actor string, names map[string]string) string {
	if names[actor] == "" {
		for id, name := range names {
			if name == actor {
				return id
			}
		}
	}
	return actor
}

// print returns the number of the last event that it has printed, 0 for none.
func (c *auditList) print(ctx context.Context, out io.Writer, db *store.Store, q audit.Query, names map[string]string) (int64, error) {
	for {
		lines, err := db.AuditLines(ctx, q)
		if err != nil {
			return 0, err
		}
		for _, line := range lines {
			e, err := audit.ParseLine(line)
			if err != nil {
				return 0, problem.Wrap(fmt.Errorf("an event after %d: %w", q.After, err), "Run \"lendhand-relay audit verify\".")
			}
			text := line
			if !c.JSON {
				text = e.Text(names)
			}
			if _, err := fmt.Fprintln(out, text); err != nil {
				return 0, err
			}
			if e.Number <= q.After {
				return 0, problem.New(fmt.Sprintf("event %d stands after event %d", e.Number, q.After), "Run \"lendhand-relay audit verify\".")
			}
			q.After = e.Number
		}
		if len(lines) < q.Limit {
			return q.After, nil
		}
	}
}

func parseSince(text string, now time.Time) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	if ago, err := time.ParseDuration(text); err == nil && ago >= 0 {
		return now.Add(-ago), nil
	}
	if day, err := time.ParseInLocation(time.DateOnly, text, now.Location()); err == nil {
		return day, nil
	}
	if at, err := time.Parse(time.RFC3339, text); err == nil {
		return at, nil
	}
	return time.Time{}, problem.New(fmt.Sprintf("since: %q is no time", text), "Write a day as 2026-11-22, a time as 2026-11-22T09:00:00Z, or how long ago it was as 24h.")
}
