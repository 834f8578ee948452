package web

import (
	"net/http"

	"github.com/lendhand/lendhand/relay/internal/account"
)

// opened is what the page of a one-time link says.
type opened struct {
	Kind         account.LinkKind `json:"kind"`
	Name         string           `json:"name"`
	DisplayName  string           `json:"displayName"`
	Organisation string           `json:"organisation"`
}

// openLink takes {"token"} and says whose it is.
func (s *Server) openLink(w http.ResponseWriter, r *http.Request) {
	var given struct{ Token string }
	if p, ok := readJSON(w, r, &given); !ok {
		refuse(w, p)
		return
	}
	l, a, err := s.cfg.Accounts.OpenLink(r.Context(), given.Token)
	if err != nil {
		s.refuseAccount(w, r, err)
		return
	}
	answer(w, http.StatusOK, opened{Kind: l.Kind, Name: a.Name, DisplayName: a.DisplayName, Organisation: s.cfg.Organisation})
}

// useLink takes {"token", "password"} and signs in.
func (s *Server) useLink(w http.ResponseWriter, r *http.Request) {
	var given struct{ Token, Password string }
	if p, ok := readJSON(w, r, &given); !ok {
		refuse(w, p)
		return
	}
	out, err := s.cfg.Accounts.UseLink(r.Context(), given.Token, given.Password, from(r))
	s.arrive(w, r, out, err)
}
