package web

import (
	"encoding/json"
	"net/http"

	"github.com/lendhand/lendhand/relay/internal/account"
)

// secondFactor takes {"totp"}, {"recovery"} or {"passkey"} and answers with the
// person and a cookie.
func (s *Server) secondFactor(w http.ResponseWriter, r *http.Request) {
	var given struct {
		TOTP, Recovery string
		Passkey        json.RawMessage
	}
	if p, ok := readJSON(w, r, &given); !ok {
		refuse(w, p)
		return
	}
	proof := account.Proof{TOTP: given.TOTP, Recovery: given.Recovery, Passkey: given.Passkey}
	out, err := s.cfg.Accounts.Second(r.Context(), cookieOf(r, stepName), proof, from(r))
	s.arrive(w, r, out, err)
}

// pendingFactor says again what is asked next: who comes back from an OpenID
// provider has not heard it.
func (s *Server) pendingFactor(w http.ResponseWriter, r *http.Request) {
	step, err := s.cfg.Accounts.Pending(cookieOf(r, stepName))
	if err != nil {
		s.refuseAccount(w, r, err)
		return
	}
	answer(w, http.StatusOK, next{Next: "second-factor", Factors: step.Factors, Passkey: step.Passkey})
}

// asked is a question for an authenticator.
type asked struct {
	PublicKey json.RawMessage `json:"publicKey"`
}

func (s *Server) beginPasskey(w http.ResponseWriter, r *http.Request) {
	if p, ok := readJSON(w, r, &struct{}{}); !ok {
		refuse(w, p)
		return
	}
	token, options, err := s.cfg.Accounts.BeginPasskeySignIn(from(r))
	if err != nil {
		s.refuseAccount(w, r, err)
		return
	}
	http.SetCookie(w, stepCookie(token))
	answer(w, http.StatusOK, asked{options})
}

// passkey takes {"credential"}, the answer to beginPasskey.
func (s *Server) passkey(w http.ResponseWriter, r *http.Request) {
	var given struct{ Credential json.RawMessage }
	if p, ok := readJSON(w, r, &given); !ok {
		refuse(w, p)
		return
	}
	out, err := s.cfg.Accounts.PasskeySignIn(r.Context(), cookieOf(r, stepName), given.Credential, from(r))
	s.arrive(w, r, out, err)
}
