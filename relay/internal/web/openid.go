package web

import (
	"context"
	"errors"
	"html/template"
	"net/http"
	"net/url"

	"github.com/lendhand/lendhand/relay/internal/account"
)

// OpenIDCallback is where a provider sends browsers back to.
const OpenIDCallback = "/api/sign-in/openid/callback"

// OpenID asks a provider who somebody is; [openid.Provider] does.
type OpenID interface {
	// Name is what people call the provider.
	Name() string
	// Begin returns the address to send a browser to, and what Finish must know.
	Begin(ctx context.Context) (address string, flow any, err error)
	// Finish looks at what the provider sent back through the browser.
	Finish(ctx context.Context, flow any, sent url.Values) (account.Identity, error)
}

func (s *Server) openIDName() string {
	if s.cfg.OpenID == nil {
		return ""
	}
	return s.cfg.OpenID.Name()
}

// beginOpenID sends the browser to the provider. Nobody comes here but by going to this
// address: a foreign page that has it loaded as a picture would use up its visitor's
// tries, and replace the sign-in that they have begun.
func (s *Server) beginOpenID(w http.ResponseWriter, r *http.Request) {
	if s.cfg.OpenID == nil {
		refuse(w, notFound())
		return
	}
	if to := r.Header.Get("Sec-Fetch-Dest"); to != "" && to != "document" {
		refuse(w, forbidden("Another page asked for this.", "Use the relay's own page: "+s.cfg.PublicURL.String()))
		return
	}
	var address string
	token, err := s.cfg.Accounts.BeginOpenID(from(r), func() (flow any, err error) {
		address, flow, err = s.cfg.OpenID.Begin(r.Context())
		return flow, err
	})
	var tooMany *account.TooManyError
	if errors.As(err, &tooMany) {
		s.refuseAccount(w, r, err)
		return
	}
	if err != nil {
		s.log.Error("OpenID provider does not answer", "error", err)
		showOpenID(w, http.StatusBadGateway, "The sign-in service does not answer. Try again, or ask your administrator: the relay's log has the cause.")
		return
	}
	c := cookie(openIDName, token, int(account.StepLife.Seconds()))
	c.SameSite = http.SameSiteLaxMode
	http.SetCookie(w, c)
	w.Header().Set("Cache-Control", "no-store")
	http.Redirect(w, r, address, http.StatusFound)
}

// endOpenID is where the provider sends the browser back to. A redirect from here
// would still count as coming from there, and lack the new cookie: a page of our own
// goes on.
func (s *Server) endOpenID(w http.ResponseWriter, r *http.Request) {
	if s.cfg.OpenID == nil {
		refuse(w, notFound())
		return
	}
	http.SetCookie(w, cookie(openIDName, "", -1))
	out, err := s.finishOpenID(r)
	if err != nil {
		s.log.Warn("sign-in refused", "address", clientAddr(r), "error", err)
		status, text := http.StatusUnauthorized, "The sign-in did not work. Go back and begin again."
		if p, ok := accountProblem(err); ok {
			status, text = p.status, p.Message+" "+p.Hint
		}
		showOpenID(w, status, text)
		return
	}
	s.setCookies(w, r, out)
	if out.Step == nil {
		s.log.Info("signed in", "account", out.Me.Account.ID, "address", out.Me.Address)
		showOpenID(w, http.StatusOK, "", "/")
		return
	}
	showOpenID(w, http.StatusOK, "", "/#second-factor")
}

func (s *Server) finishOpenID(r *http.Request) (account.Outcome, error) {
	flow, err := s.cfg.Accounts.TakeOpenID(cookieOf(r, openIDName))
	if err != nil {
		return account.Outcome{}, err
	}
	who, err := s.cfg.OpenID.Finish(r.Context(), flow, r.URL.Query())
	if err != nil {
		return account.Outcome{}, err
	}
	return s.cfg.Accounts.SignInOpenID(r.Context(), who, from(r))
}

// openIDPage goes on by itself, or says what went wrong.
var openIDPage = template.Must(template.New("openid").Parse(`<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Lendhand</title>
{{if .To}}<meta http-equiv="refresh" content="0; url={{.To}}"><p>Signed in. <a href="{{.To}}">Go on</a></p>
{{else}}<p role="alert">{{.Text}}</p><p><a href="/">Back</a></p>{{end}}</html>
`))

// showOpenID writes the page; to is where it goes on to.
func showOpenID(w http.ResponseWriter, status int, text string, to ...string) {
	var page struct{ Text, To string }
	page.Text = text
	if len(to) > 0 {
		page.To = to[0]
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = openIDPage.Execute(w, page) // what can fail is the connection
}
