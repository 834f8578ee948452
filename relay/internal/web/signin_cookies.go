package web

import (
	"net/http"

	"github.com/lendhand/lendhand/relay/internal/account"
)

// Names of cookies begin with __Host-: browsers take such a cookie only over TLS,
// for this host alone, and for all of its paths (RFC 6265bis section 4.1.3.2).
const (
	// cookieName is the cookie of a sign-in, stepName that of one under way.
	cookieName = "__Host-lendhand"
	stepName   = "__Host-lendhand-step"
	// openIDName is the cookie of a sign-in that is away at the provider. It comes back
	// from another site and is Lax therefore.
	openIDName = "__Host-lendhand-openid"
)

// cookie returns one for maxAge seconds, or one that removes itself when that is
// negative. TLS has been taken off before the request gets here: Secure is always
// right.
func cookie(name, token string, maxAge int) *http.Cookie {
	return &http.Cookie{
		Name: name, Value: token, Path: "/", MaxAge: maxAge,
		Secure: true, HttpOnly: true, SameSite: http.SameSiteStrictMode,
	}
}

func stepCookie(token string) *http.Cookie {
	return cookie(stepName, token, int(account.StepLife.Seconds()))
}

// setCookies gives the browser what it has come to, and takes what that replaces.
func (s *Server) setCookies(w http.ResponseWriter, r *http.Request, out account.Outcome) {
	if out.Step != nil {
		http.SetCookie(w, stepCookie(out.Step.Token))
		return
	}
	http.SetCookie(w, cookie(cookieName, out.Token, int(account.SignInLife.Seconds())))
	if cookieOf(r, stepName) != "" {
		http.SetCookie(w, cookie(stepName, "", -1))
	}
}

// cookieOf returns the cookie's value, or nothing.
func cookieOf(r *http.Request, name string) string {
	c, err := r.Cookie(name)
	if err != nil {
		return ""
	}
	return c.Value
}

// from is where a sign-in comes from.
func from(r *http.Request) account.From {
	return account.From{Address: clientAddr(r), Browser: r.UserAgent(), Token: cookieOf(r, cookieName)}
}
