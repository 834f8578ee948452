package web

import (
	"encoding/json"
	"net/http"

	"github.com/lendhand/lendhand/relay/internal/account"
	"github.com/lendhand/lendhand/relay/internal/policy"
)

// person is what the page learns of who is signed in.
type person struct {
	ID string `json:"id"`
	// Name is what other people read, SignInName what is typed.
	Name         string         `json:"name"`
	SignInName   string         `json:"signInName"`
	Organisation string         `json:"organisation"`
	Roles        []account.Role `json:"roles"`
	// MustEnrol says that nothing else is open before a second factor is set up.
	MustEnrol bool `json:"mustEnrol"`
	// Recording is what the organisation wants of the recordings of their sessions.
	Recording policy.Recording `json:"recording"`
}

func (s *Server) person(me account.Me) person {
	return person{
		ID: me.Account.ID, Name: me.Account.DisplayName, SignInName: me.Account.Name, Organisation: s.cfg.Organisation,
		Roles: me.Account.Roles, MustEnrol: s.cfg.Accounts.MustEnrol(me),
		Recording: s.cfg.Policy.Current().Effective(me.Account.Group).Recording,
	}
}

// ways is how people can sign in here, beside a name and a password.
type ways struct {
	Passkey bool `json:"passkey"`
	// OpenID is the name of the provider, or empty.
	OpenID string `json:"openid"`
}

func (s *Server) signInWays(w http.ResponseWriter, _ *http.Request) {
	answer(w, http.StatusOK, ways{Passkey: s.cfg.Accounts.HasPasskeys(), OpenID: s.openIDName()})
}

// signIn takes {"name", "password"} and answers with the person and a cookie, or
// with what is asked next.
func (s *Server) signIn(w http.ResponseWriter, r *http.Request) {
	var given struct{ Name, Password string }
	if p, ok := readJSON(w, r, &given); !ok {
		refuse(w, p)
		return
	}
	out, err := s.cfg.Accounts.SignIn(r.Context(), given.Name, given.Password, from(r))
	s.arrive(w, r, out, err)
}

// next is the answer to a right password that is not enough.
type next struct {
	Next    string   `json:"next"`
	Factors []string `json:"factors"`
	// Passkey is a PublicKeyCredentialRequestOptionsJSON.
	Passkey json.RawMessage `json:"passkey,omitempty"`
}

// arrive answers with what came of a factor: the person and a cookie, the next step
// and another cookie, or a refusal.
func (s *Server) arrive(w http.ResponseWriter, r *http.Request, out account.Outcome, err error) {
	if err != nil {
		s.refuseAccount(w, r, err)
		return
	}
	s.setCookies(w, r, out)
	if out.Step != nil {
		answer(w, http.StatusOK, next{Next: "second-factor", Factors: out.Step.Factors, Passkey: out.Step.Passkey})
		return
	}
	s.log.Info("signed in", "account", out.Me.Account.ID, "address", out.Me.Address)
	answer(w, http.StatusOK, s.person(out.Me))
}

func (s *Server) me(w http.ResponseWriter, r *http.Request) {
	answer(w, http.StatusOK, s.person(visitorOf(r)))
}

// signOut ends the sign-in, and by that the browser's connections.
func (s *Server) signOut(w http.ResponseWriter, r *http.Request) {
	me := visitorOf(r)
	if err := s.cfg.Accounts.SignOut(r.Context(), me); err != nil {
		s.fault(w, r, err)
		return
	}
	s.log.Info("signed out", "account", me.Account.ID)
	http.SetCookie(w, cookie(cookieName, "", -1))
	done(w)
}

// done answers that something was done and there is nothing to say of it.
func done(w http.ResponseWriter) {
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(http.StatusNoContent)
}
