package web

import (
	"encoding/json"
	"net/http"
)

// codes are recovery codes, to be shown this once.
type codes struct {
	RecoveryCodes []string `json:"recoveryCodes,omitempty"`
}

// newTOTP is a secret as people type it and as programs read it.
type newTOTP struct {
	Secret string `json:"secret"`
	URI    string `json:"uri"`
}

func (s *Server) beginTOTP(w http.ResponseWriter, r *http.Request) {
	if p, ok := readJSON(w, r, &struct{}{}); !ok {
		refuse(w, p)
		return
	}
	secret, uri, err := s.cfg.Accounts.BeginTOTP(visitorOf(r))
	if err != nil {
		s.refuseAccount(w, r, err)
		return
	}
	answer(w, http.StatusOK, newTOTP{secret, uri})
}

// addTOTP takes {"code"}.
func (s *Server) addTOTP(w http.ResponseWriter, r *http.Request) {
	var given struct{ Code string }
	if p, ok := readJSON(w, r, &given); !ok {
		refuse(w, p)
		return
	}
	list, err := s.cfg.Accounts.AddTOTP(r.Context(), visitorOf(r), given.Code)
	s.showCodes(w, r, list, err)
}

func (s *Server) removeTOTP(w http.ResponseWriter, r *http.Request) {
	if p, ok := readJSON(w, r, &struct{}{}); !ok {
		refuse(w, p)
		return
	}
	s.finish(w, r, s.cfg.Accounts.RemoveTOTP(r.Context(), visitorOf(r)))
}

func (s *Server) beginAddPasskey(w http.ResponseWriter, r *http.Request) {
	if p, ok := readJSON(w, r, &struct{}{}); !ok {
		refuse(w, p)
		return
	}
	options, err := s.cfg.Accounts.BeginAddPasskey(r.Context(), visitorOf(r))
	if err != nil {
		s.refuseAccount(w, r, err)
		return
	}
	answer(w, http.StatusOK, asked{options})
}

// addPasskey takes {"name", "credential"}.
func (s *Server) addPasskey(w http.ResponseWriter, r *http.Request) {
	var given struct {
		Name       string
		Credential json.RawMessage
	}
	if p, ok := readJSON(w, r, &given); !ok {
		refuse(w, p)
		return
	}
	list, err := s.cfg.Accounts.AddPasskey(r.Context(), visitorOf(r), given.Name, given.Credential)
	s.showCodes(w, r, list, err)
}

// removePasskey takes {"id"}.
func (s *Server) removePasskey(w http.ResponseWriter, r *http.Request) {
	var given struct{ ID string }
	if p, ok := readJSON(w, r, &given); !ok {
		refuse(w, p)
		return
	}
	s.finish(w, r, s.cfg.Accounts.RemovePasskey(r.Context(), visitorOf(r), given.ID))
}

func (s *Server) newRecoveryCodes(w http.ResponseWriter, r *http.Request) {
	if p, ok := readJSON(w, r, &struct{}{}); !ok {
		refuse(w, p)
		return
	}
	list, err := s.cfg.Accounts.NewRecoveryCodes(r.Context(), visitorOf(r))
	s.showCodes(w, r, list, err)
}

func (s *Server) showCodes(w http.ResponseWriter, r *http.Request, list []string, err error) {
	if err != nil {
		s.refuseAccount(w, r, err)
		return
	}
	answer(w, http.StatusOK, codes{list})
}
