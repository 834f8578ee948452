package web

import (
	"fmt"
	"net/http"
	"time"

	"github.com/lendhand/lendhand/relay/internal/account"
	hints "github.com/lendhand/lendhand/signaling/problem"
)

// listed is a person as administrators see them.
type listed struct {
	ID string `json:"id"`
	// Name is what is typed to sign in, DisplayName what people read.
	Name        string         `json:"name"`
	DisplayName string         `json:"displayName"`
	Roles       []account.Role `json:"roles"`
	Group       string         `json:"group"`
	Disabled    bool           `json:"disabled"`
	Created     time.Time      `json:"created"`
	// LastSignIn is null when there was none.
	LastSignIn *time.Time `json:"lastSignIn"`
	TOTP       bool       `json:"totp"`
	Passkeys   int        `json:"passkeys"`
	OpenID     bool       `json:"openid"`
	SignIns    int        `json:"signIns"`
	Photo      bool       `json:"photo"`
	// Reports is how often somebody whom they asked said within the last ninety days that
	// they had called nobody.
	Reports int `json:"reports"`
}

func listedOf(p account.Person) listed {
	l := listed{
		ID: p.ID, Name: p.Name, DisplayName: p.DisplayName, Roles: p.Roles, Group: p.Group, Disabled: p.Disabled,
		Created: p.Created, TOTP: p.Factors.TOTP, Passkeys: p.Factors.Passkeys, OpenID: p.OpenID, SignIns: p.SignIns,
		Photo: p.HasPhoto,
	}
	if !p.LastSignIn.IsZero() {
		l.LastSignIn = &p.LastSignIn
	}
	return l
}

// adminPeople lists everybody.
func (s *Server) adminPeople(w http.ResponseWriter, r *http.Request) {
	people, err := s.cfg.Accounts.People(r.Context())
	if err != nil {
		s.fault(w, r, err)
		return
	}
	reports, err := s.reports(r.Context())
	if err != nil {
		s.fault(w, r, err)
		return
	}
	list := make([]listed, len(people))
	for i, p := range people {
		list[i] = listedOf(p)
		list[i].Reports = reports[p.ID]
	}
	answer(w, http.StatusOK, map[string]any{"people": list})
}

// adminInvite takes {"name", "displayName", "roles", "group"} and answers with the
// person and the link that they set their password with.
func (s *Server) adminInvite(w http.ResponseWriter, r *http.Request) {
	var given struct {
		Name, DisplayName, Group string
		Roles                    []account.Role
	}
	if p, ok := readJSON(w, r, &given); !ok {
		refuse(w, p)
		return
	}
	if err := s.checkGroup(given.Group); err != nil {
		s.refuseAccount(w, r, err)
		return
	}
	a, link, err := s.cfg.Accounts.Invite(r.Context(), by(r), account.New{
		Name: given.Name, DisplayName: given.DisplayName, Roles: given.Roles, Group: given.Group,
	})
	if err != nil {
		s.refuseAccount(w, r, err)
		return
	}
	answer(w, http.StatusOK, map[string]any{"person": listedOf(account.Person{Account: a}), "link": link})
}

// adminChange takes {"id"} and what shall be different of displayName, roles, group
// and disabled.
func (s *Server) adminChange(w http.ResponseWriter, r *http.Request) {
	var given struct {
		ID          string
		DisplayName *string
		Roles       *[]account.Role
		Group       *string
		Disabled    *bool
	}
	if p, ok := readJSON(w, r, &given); !ok {
		refuse(w, p)
		return
	}
	if given.Group != nil {
		if err := s.checkGroup(*given.Group); err != nil {
			s.refuseAccount(w, r, err)
			return
		}
	}
	a, err := s.cfg.Accounts.Change(r.Context(), by(r), given.ID, account.Change{
		DisplayName: given.DisplayName, Roles: given.Roles, Group: given.Group, Disabled: given.Disabled,
	})
	if err != nil {
		s.refuseAccount(w, r, err)
		return
	}
	answer(w, http.StatusOK, map[string]any{"person": listedOf(account.Person{Account: a})})
}

// checkGroup refuses a group that the policy has no rules for: a slip of the pen would
// put somebody under looser rules than were meant.
func (s *Server) checkGroup(group string) error {
	if s.cfg.Policy.Current().HasGroup(group) {
		return nil
	}
	return hints.New(fmt.Sprintf("the policy has no group %.64q", group), "Name one that it has, or add this one to the policy first.")
}

// adminLink takes {"id"} and answers with a link to set a new password with. Nothing
// ends before it is used.
func (s *Server) adminLink(w http.ResponseWriter, r *http.Request) {
	id, ok := readID(w, r)
	if !ok {
		return
	}
	link, err := s.cfg.Accounts.MakeLink(r.Context(), by(r), id)
	if err != nil {
		s.refuseAccount(w, r, err)
		return
	}
	answer(w, http.StatusOK, map[string]string{"link": link})
}

// adminRemoveFactors takes {"id"}.
func (s *Server) adminRemoveFactors(w http.ResponseWriter, r *http.Request) {
	id, ok := readID(w, r)
	if !ok {
		return
	}
	_, err := s.cfg.Accounts.RemoveFactors(r.Context(), by(r), id)
	s.finish(w, r, err)
}

// adminEndSignIns takes {"id"}.
func (s *Server) adminEndSignIns(w http.ResponseWriter, r *http.Request) {
	id, ok := readID(w, r)
	if !ok {
		return
	}
	s.finish(w, r, s.cfg.Accounts.EndSignInsOf(r.Context(), by(r), id))
}
