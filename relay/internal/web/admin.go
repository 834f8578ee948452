package web

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"time"

	"github.com/lendhand/lendhand/relay/internal/account"
	"github.com/lendhand/lendhand/relay/internal/audit"
	"github.com/lendhand/lendhand/relay/internal/policy"
	"github.com/lendhand/lendhand/signaling"
	hints "github.com/lendhand/lendhand/signaling/problem"
)

// codeConflict says that somebody else was faster.
const codeConflict signaling.ErrorCode = "conflict"

// by is the administrator behind r, for the journal of accounts.
func by(r *http.Request) account.By {
	me := visitorOf(r)
	return account.By{Actor: me.Account.ID, Address: me.Address}
}

// adminPolicy answers with the policy in force.
func (s *Server) adminPolicy(w http.ResponseWriter, _ *http.Request) {
	answer(w, http.StatusOK, s.cfg.Policy.Current())
}

// adminSetPolicy takes a whole policy with the version that it was made from.
func (s *Server) adminSetPolicy(w http.ResponseWriter, r *http.Request) {
	text, p, ok := readRaw(w, r, policy.MaxSize)
	if !ok {
		refuse(w, p)
		return
	}
	given, err := policy.Parse(text)
	if err != nil {
		s.refuseAccount(w, r, err) // it has a hint
		return
	}
	now, err := s.cfg.Policy.Replace(r.Context(), given, visitorOf(r).Account.ID)
	switch {
	case errors.Is(err, policy.ErrConflict):
		refuse(w, problem{http.StatusConflict, codeConflict, "The policy was changed in the meantime.", hints.Hint(err)})
	case errors.Is(err, policy.ErrGroupInUse):
		refuse(w, problem{http.StatusConflict, codeConflict, sentence(policy.ErrGroupInUse.Error()), hints.Hint(err)})
	case err != nil:
		s.fault(w, r, err)
	default:
		by := by(r)
		s.cfg.Journal(audit.Event{Kind: audit.PolicyChanged, Actor: by.Actor, Address: by.Address.String(), Detail: now.Detail()})
		answer(w, http.StatusOK, now)
	}
}

// liveSession is a session as the page of administrators shows it.
type liveSession struct {
	ID         string           `json:"id"`
	State      signaling.State  `json:"state"`
	Technician livePerson       `json:"technician"`
	Host       liveHost         `json:"host"`
	Ticket     string           `json:"ticket"`
	Scopes     signaling.Scopes `json:"scopes"`
	Created    time.Time        `json:"created"`
	Path       signaling.Path   `json:"path"`
}

type livePerson struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	// Reports is as in listed.
	Reports int `json:"reports"`
}

type liveHost struct {
	Name string `json:"name"`
	OS   string `json:"os"`
}

// adminSessions lists the sessions that technicians are in. What hosts say of
// themselves is cut and cleaned once more: a host is nobody's friend.
func (s *Server) adminSessions(w http.ResponseWriter, r *http.Request) {
	reports, err := s.reports(r.Context())
	if err != nil {
		s.fault(w, r, err)
		return
	}
	list := []liveSession{}
	for _, o := range s.cfg.Broker.Sessions() {
		scopes := o.Allowed
		if scopes == nil {
			scopes = signaling.Scopes{} // nobody has said yes
		}
		list = append(list, liveSession{
			ID: o.ID, State: o.State, Technician: livePerson{o.Technician.ID, o.Technician.Name, reports[o.Technician.ID]},
			Host:   liveHost{signaling.CleanName(o.Host.Name), signaling.CleanName(o.Host.OS)},
			Ticket: signaling.CleanName(o.Ticket), Scopes: scopes, Created: o.Created.UTC(), Path: o.Path,
		})
	}
	answer(w, http.StatusOK, map[string]any{"sessions": list})
}

// adminEndSession takes {"id"}.
func (s *Server) adminEndSession(w http.ResponseWriter, r *http.Request) {
	id, ok := readID(w, r)
	if !ok {
		return
	}
	if !s.cfg.Broker.EndSession(id, visitorOf(r).Account.ID) { // the broker's journal has it
		refuse(w, problem{http.StatusNotFound, codeNotFound, "There is no such session.", "It may have ended in the meantime."})
		return
	}
	done(w)
}

// readID reads {"id"}, or answers what is wrong.
func readID(w http.ResponseWriter, r *http.Request) (string, bool) {
	var given struct{ ID string }
	if p, ok := readJSON(w, r, &given); !ok {
		refuse(w, p)
		return "", false
	}
	return given.ID, true
}

// readRaw reads a JSON body of at most limit bytes, for who parses it by themselves.
func readRaw(w http.ResponseWriter, r *http.Request, limit int64) ([]byte, problem, bool) {
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/json" {
		return nil, problem{status: http.StatusUnsupportedMediaType, Code: "bad_message", Message: "The request must be JSON."}, false
	}
	text, err := io.ReadAll(http.MaxBytesReader(w, r.Body, limit))
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return nil, problem{status: http.StatusRequestEntityTooLarge, Code: "message_too_large", Message: "The request is too large."}, false
	case err != nil:
		return nil, badRequest("The request did not arrive whole."), false
	}
	return text, problem{}, true
}
