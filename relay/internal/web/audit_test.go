package web

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lendhand/lendhand/relay/internal/audit"
)

// fillTrail appends events to a world's trail and returns its key.
func (w *world) fillTrail(t *testing.T, events ...audit.Event) *audit.Key {
	t.Helper()
	text, err := audit.NewKey()
	if err != nil {
		t.Fatal(err)
	}
	key, err := audit.ParseKey(text)
	if err != nil {
		t.Fatal(err)
	}
	l, err := audit.New(audit.Config{Store: w.db.Store, Key: key, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	for _, e := range events {
		l.Note(e)
	}
	return key
}

func TestTheAuditTrailIsRead(t *testing.T) {
	w := newWorld(t)
	noon := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	events := make([]audit.Event, 250)
	for i := range events {
		events[i] = audit.Event{Time: noon.Add(time.Duration(i) * time.Minute), Kind: audit.SignIn, Actor: "u_1"}
	}
	events[6] = audit.Event{Time: noon, Kind: audit.Request, Actor: "u_2", Session: "s_7", Detail: map[string]string{"host": "<img src=x onerror=alert(1)>\u202e"}}
	key := w.fillTrail(t, events...)
	for query, c := range map[string]struct{ first, last, count int64 }{
		"":                            {1, 200, 200},
		"?after=200":                  {201, 250, 50},
		"?after=250":                  {0, 0, 0},
		"?before=0":                   {250, 51, 200},
		"?before=51":                  {50, 1, 50},
		"?kind=request":               {7, 7, 1},
		"?actor=u_2":                  {7, 7, 1},
		"?session=s_7&kind=sign_in":   {0, 0, 0},
		"?since=2026-11-22T16:00:00Z": {241, 250, 10},
	} {
		got := w.do(t, request{method: "GET", path: "/api/admin/audit" + query, cookie: w.token(t, "audit")})
		var page auditAnswer
		if err := json.Unmarshal([]byte(got.body), &page); err != nil || got.status != http.StatusOK || int64(len(page.Events)) != c.count {
			t.Fatalf("%s: status %d, %d events, %v", query, got.status, len(page.Events), err)
		}
		if point, err := audit.OpenCheckpoint(page.Checkpoint, key.Verifier()); err != nil || point.Size != 250 {
			t.Errorf("%s: checkpoint %+v, %v", query, point, err)
		}
		if len(page.Names) != 0 {
			t.Errorf("%s: names %v of accounts that never were", query, page.Names)
		}
		if strings.ContainsAny(got.body, "<\u202e") {
			t.Errorf("%s: the answer has raw markup", query)
		}
		if c.count == 0 {
			continue
		}
		first, err := audit.ParseLine(string(page.Events[0]))
		last, lastErr := audit.ParseLine(string(page.Events[c.count-1]))
		if err != nil || lastErr != nil || first.Number != c.first || last.Number != c.last {
			t.Errorf("%s: events %d to %d, want %d to %d", query, first.Number, last.Number, c.first, c.last)
		}
		if first.Number == 7 {
			events[6].Number = 7
			if diff := cmp.Diff(events[6], first); diff != "" {
				t.Error(diff)
			}
		}
	}
}

func TestWrongAuditQueries(t *testing.T) {
	w := newWorld(t)
	for _, query := range []string{"after=x", "after=-1", "before=9999999999999999999", "since=yesterday"} {
		got := w.do(t, request{method: "GET", path: "/api/admin/audit?" + query, cookie: w.token(t, "admin")})
		if name, _, _ := strings.Cut(query, "="); got.status != http.StatusBadRequest || !strings.Contains(got.problem(t).Message, fmt.Sprintf("%q", name)) {
			t.Errorf("%s: status %d: %s", query, got.status, got.body)
		}
	}
}

func TestTheTrailIsReadWithNames(t *testing.T) {
	w := newWorld(t)
	me, err := w.accounts.ByName(t.Context(), "audit")
	if err != nil {
		t.Fatal(err)
	}
	w.fillTrail(t,
		audit.Event{Kind: audit.SignIn, Actor: me.ID},
		audit.Event{Kind: audit.SignIn, Actor: "u_gone", Subject: me.ID})
	got := w.do(t, request{method: "GET", path: "/api/admin/audit", cookie: w.token(t, "audit")})
	var page auditAnswer
	if err := json.Unmarshal([]byte(got.body), &page); err != nil {
		t.Fatal(err)
	}
	want := map[string]string{me.ID: me.DisplayName}
	if diff := cmp.Diff(want, page.Names); diff != "" {
		t.Errorf("names (-want +got):\n%s", diff)
	}
}
