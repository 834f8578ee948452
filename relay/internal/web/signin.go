package web

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"mime"
	"net/http"
	"strconv"

	"github.com/lendhand/lendhand/relay/internal/account"
	"github.com/lendhand/lendhand/signaling"
)

// cookieName begins with __Host-: browsers take such a cookie only over TLS, for
// this host alone, and for all of its paths (RFC 6265bis section 4.1.3.2).
const cookieName = "__Host-lendhand"

// person is what the page learns of who is signed in.
type person struct {
	ID string `json:"id"`
	// Name is what other people read, SignInName what is typed.
	Name         string         `json:"name"`
	SignInName   string         `json:"signInName"`
	Organisation string         `json:"organisation"`
	Roles        []account.Role `json:"roles"`
}

func (s *Server) person(a account.Account) person {
	return person{ID: a.ID, Name: a.DisplayName, SignInName: a.Name, Organisation: s.cfg.Organisation, Roles: a.Roles}
}

// signIn takes {"name", "password"} and answers with the person and a cookie.
func (s *Server) signIn(w http.ResponseWriter, r *http.Request) {
	var given struct{ Name, Password string }
	if p, ok := readJSON(w, r, &given); !ok {
		refuse(w, p)
		return
	}
	addr := clientAddr(r)
	token, a, err := s.cfg.Accounts.SignIn(r.Context(), given.Name, given.Password, addr)
	var tooMany *account.TooManyError
	switch {
	case errors.As(err, &tooMany):
		seconds := int(math.Ceil(tooMany.Wait.Seconds()))
		w.Header().Set("Retry-After", strconv.Itoa(seconds))
		refuse(w, problem{http.StatusTooManyRequests, signaling.CodeTooManyTries, "Too many wrong passwords.", fmt.Sprintf("Try again in %d seconds.", seconds)})
	case errors.Is(err, account.ErrWrongPassword):
		s.log.Warn("sign-in refused", "address", addr)
		refuse(w, problem{http.StatusUnauthorized, codeSignIn, "The name or the password is wrong.", "Check both. Your administrator can give you a new password."})
	case err != nil:
		s.fault(w, r, err)
	default:
		s.log.Info("signed in", "account", a.ID, "address", addr)
		http.SetCookie(w, cookie(token, int(account.SignInLife.Seconds())))
		answer(w, http.StatusOK, s.person(a))
	}
}

func (s *Server) me(w http.ResponseWriter, r *http.Request) {
	answer(w, http.StatusOK, s.person(visitorOf(r).account))
}

// signOut ends the sign-in, and by that the browser's connections.
func (s *Server) signOut(w http.ResponseWriter, r *http.Request) {
	v := visitorOf(r)
	if err := s.cfg.Accounts.SignOut(r.Context(), v.token); err != nil {
		s.fault(w, r, err)
		return
	}
	s.log.Info("signed out", "account", v.account.ID)
	http.SetCookie(w, cookie("", -1))
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(http.StatusNoContent)
}

// cookie returns one for maxAge seconds, or one that removes itself when that is
// negative. TLS has been taken off before the request gets here: Secure is always
// right.
func cookie(token string, maxAge int) *http.Cookie {
	return &http.Cookie{
		Name: cookieName, Value: token, Path: "/", MaxAge: maxAge,
		Secure: true, HttpOnly: true, SameSite: http.SameSiteStrictMode,
	}
}

// readJSON reads a small JSON body into v, or returns what is wrong with it.
func readJSON(w http.ResponseWriter, r *http.Request, v any) (problem, bool) {
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/json" {
		return problem{status: http.StatusUnsupportedMediaType, Code: "bad_message", Message: "The request must be JSON."}, false
	}
	d := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxBody))
	err := d.Decode(v)
	if err == nil && d.Decode(&struct{}{}) != io.EOF {
		err = errors.New("more than one value")
	}
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return problem{status: http.StatusRequestEntityTooLarge, Code: "message_too_large", Message: "The request is too large."}, false
	case err != nil:
		return badRequest("The request is not the JSON that was expected."), false
	}
	return problem{}, true
}
