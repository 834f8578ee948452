package web

import (
	"net/http"
	"time"

	"github.com/lendhand/lendhand/relay/internal/account"
)

// own is what people see of their own account.
type own struct {
	Person               person       `json:"person"`
	SecondFactorRequired bool         `json:"secondFactorRequired"`
	TOTP                 bool         `json:"totp"`
	Passkeys             []ownPasskey `json:"passkeys"`
	RecoveryLeft         int          `json:"recoveryLeft"`
	SignIns              []ownSignIn  `json:"signIns"`
	Photo                bool         `json:"photo"`
}

// ownPasskey leaves Used out when it never was.
type ownPasskey struct {
	ID      string     `json:"id"`
	Name    string     `json:"name"`
	Created time.Time  `json:"created"`
	Used    *time.Time `json:"used,omitempty"`
}

type ownSignIn struct {
	ID      string    `json:"id"`
	Current bool      `json:"current"`
	Created time.Time `json:"created"`
	Used    time.Time `json:"used"`
	Address string    `json:"address"`
	Browser string    `json:"browser"`
}

func (s *Server) ownAccount(w http.ResponseWriter, r *http.Request) {
	me := visitorOf(r)
	passkeys, err := s.cfg.Accounts.Passkeys(r.Context(), me)
	if err != nil {
		s.fault(w, r, err)
		return
	}
	signIns, err := s.cfg.Accounts.SignIns(r.Context(), me)
	if err != nil {
		s.fault(w, r, err)
		return
	}
	answer(w, http.StatusOK, own{
		Person: s.person(me), SecondFactorRequired: s.cfg.Accounts.SecondFactorRequired(me.Account),
		TOTP: me.Account.Factors.TOTP, RecoveryLeft: me.Account.Factors.Recovery,
		Passkeys: ownPasskeys(passkeys), SignIns: ownSignIns(signIns, me.SignIn.ID), Photo: me.Account.HasPhoto,
	})
}

func ownPasskeys(all []account.Passkey) []ownPasskey {
	list := make([]ownPasskey, len(all))
	for i, p := range all {
		list[i] = ownPasskey{ID: p.ID, Name: p.Name, Created: p.Created}
		if !p.Used.IsZero() {
			list[i].Used = &p.Used
		}
	}
	return list
}

func ownSignIns(all []account.SignIn, current string) []ownSignIn {
	list := make([]ownSignIn, len(all))
	for i, in := range all {
		list[i] = ownSignIn{ID: in.ID, Current: in.ID == current, Created: in.Created, Used: in.Used, Browser: in.Browser}
		if in.Address.IsValid() {
			list[i].Address = in.Address.String()
		}
	}
	return list
}

// ownPassword takes {"old", "new"}.
func (s *Server) ownPassword(w http.ResponseWriter, r *http.Request) {
	var given struct{ Old, New string }
	if p, ok := readJSON(w, r, &given); !ok {
		refuse(w, p)
		return
	}
	s.finish(w, r, s.cfg.Accounts.ChangePassword(r.Context(), visitorOf(r), given.Old, given.New))
}

// endSignIns takes {"id"}, or {"others": true}.
func (s *Server) endSignIns(w http.ResponseWriter, r *http.Request) {
	var given struct {
		ID     string
		Others bool
	}
	if p, ok := readJSON(w, r, &given); !ok {
		refuse(w, p)
		return
	}
	if given.Others {
		s.finish(w, r, s.cfg.Accounts.EndOtherSignIns(r.Context(), visitorOf(r)))
		return
	}
	s.finish(w, r, s.cfg.Accounts.EndSignIn(r.Context(), visitorOf(r), given.ID))
}

// finish answers what has nothing to say but whether it was done.
func (s *Server) finish(w http.ResponseWriter, r *http.Request, err error) {
	if err != nil {
		s.refuseAccount(w, r, err)
		return
	}
	done(w)
}
