package web

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/lendhand/lendhand/relay/internal/account"
	"github.com/lendhand/lendhand/relay/internal/audit"
)

// auditPage is how many events one answer has at most.
const auditPage = 200

// Audit reads the audit trail; the relay's store does.
type Audit interface {
	AuditLines(ctx context.Context, q audit.Query) ([]string, error)
	AuditCheckpoint(ctx context.Context) (string, error)
	// AuditCounts counts the events of a kind since a time by their subject.
	AuditCounts(ctx context.Context, kind audit.Kind, since time.Time) (map[string]int, error)
}

// auditAnswer is a page of the trail.
type auditAnswer struct {
	// Events are as AUDIT.md describes them.
	Events []json.RawMessage `json:"events"`
	// Checkpoint is the newest one, to be kept elsewhere.
	Checkpoint string `json:"checkpoint"`
	// Names are those that the accounts among the actors and subjects have now, by their IDs.
	Names map[string]string `json:"names"`
}

// auditEvents takes after, or before for the newest first (0 for the very newest),
// and kind, actor, session and since (RFC 3339), all of which must be met.
func (s *Server) auditEvents(w http.ResponseWriter, r *http.Request) {
	q, wrong := auditQuery(r)
	if wrong != "" {
		refuse(w, badRequest(wrong))
		return
	}
	lines, err := s.cfg.Audit.AuditLines(r.Context(), q)
	if err != nil {
		s.fault(w, r, err)
		return
	}
	checkpoint, err := s.cfg.Audit.AuditCheckpoint(r.Context())
	if err != nil {
		s.fault(w, r, err)
		return
	}
	names, err := s.namesIn(r.Context(), lines)
	if err != nil {
		s.fault(w, r, err)
		return
	}
	page := auditAnswer{Events: make([]json.RawMessage, 0, len(lines)), Checkpoint: checkpoint, Names: names}
	for _, line := range lines {
		if json.Valid([]byte(line)) { // "audit verify" names one that is not
			page.Events = append(page.Events, json.RawMessage(line))
		}
	}
	answer(w, http.StatusOK, page)
}

// namesIn returns the names of the accounts in lines of the trail, which says IDs alone.
func (s *Server) namesIn(ctx context.Context, lines []string) (map[string]string, error) {
	names := make(map[string]string)
	for _, line := range lines {
		var said struct{ Actor, Subject string }
		if json.Unmarshal([]byte(line), &said) != nil {
			continue
		}
		for _, id := range []string{said.Actor, said.Subject} {
			if err := s.addName(ctx, names, id); err != nil {
				return nil, err
			}
		}
	}
	return names, nil
}

func (s *Server) addName(ctx context.Context, names map[string]string, id string) error {
	if _, known := names[id]; known || !strings.HasPrefix(id, "u_") {
		return nil
	}
	a, err := s.cfg.Accounts.ByID(ctx, id)
	switch {
	case err == nil:
		names[id] = a.DisplayName
	case !errors.Is(err, account.ErrNoAccount):
		return fmt.Errorf("name of %q: %w", id, err)
	}
	return nil
}

// auditQuery returns what is asked for, or what is wrong with it.
func auditQuery(r *http.Request) (q audit.Query, wrong string) {
	given := r.URL.Query()
	q = audit.Query{
		Kind: audit.Kind(given.Get("kind")), Actor: given.Get("actor"), Session: given.Get("session"),
		Newest: given.Has("before"), Limit: auditPage,
	}
	for name, into := range map[string]*int64{"after": &q.After, "before": &q.Before} {
		if text := given.Get(name); text != "" {
			number, err := strconv.ParseInt(text, 10, 64)
			if err != nil || number < 0 {
				return q, fmt.Sprintf("The value of %q is not the number of an event.", name)
			}
			*into = number
		}
	}
	if text := given.Get("since"); text != "" {
		since, err := time.Parse(time.RFC3339, text)
		if err != nil {
			return q, `The value of "since" is not a time.`
		}
		q.Since = since
	}
	return q, ""
}
