package web

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/lendhand/lendhand/relay/internal/account"
	"github.com/lendhand/lendhand/relay/internal/download"
)

// need is what a route needs of who calls it.
type need string

// The zero value is no need at all, and a route that has it is refused when the
// server is made: nobody opens a door by forgetting to write something.
const (
	// needNothing is for what everybody may have.
	needNothing need = "public"
	// needHost is for hosts, which prove who they are by what they say next.
	needHost need = "host"
	// needToken is for who has the token of one recording, which the handler looks at.
	needToken need = "token"
	// needSignIn is for everybody who is signed in.
	needSignIn need = "signed-in"
	// The rest are for accounts of that role.
	needTechnician = need(account.RoleTechnician)
	needAuditor    = need(account.RoleAuditor)
	needAdmin      = need(account.RoleAdmin)
	// needAdminNow is for administrators who have just signed in: what they give away must
	// not be had with a browser that was left open.
	needAdminNow need = "admin-now"
	// needReview is for auditors and administrators: who reviews what happened.
	needReview need = "review"
	// needLink is for who has the link of a session: the handler looks at its token.
	needLink need = "link"
)

// route is one path that the relay answers.
type route struct {
	method string
	// path may have one segment {id}, which stands for the ID of any session.
	path   string
	needs  need
	handle http.HandlerFunc
}

// table is all of them, beside the viewer's files, which everybody may have.
func (s *Server) table() []route {
	return slices.Concat(s.programs(), s.recordingRoutes(), s.uploadRoutes(), []route{
		{http.MethodGet, "/healthz", needNothing, s.health},
		{http.MethodGet, "/.well-known/jwks.json", needNothing, s.publishedKeys},
		{http.MethodGet, "/api/get", needNothing, s.get},
		{http.MethodGet, "/ca.pem", needNothing, s.authorityFile},
		{http.MethodGet, "/api/sign-in/ways", needNothing, s.signInWays},
		{http.MethodPost, "/api/sign-in", needNothing, s.signIn},
		{http.MethodGet, "/api/sign-in/next", needNothing, s.pendingFactor},
		{http.MethodPost, "/api/sign-in/second", needNothing, s.secondFactor},
		{http.MethodPost, "/api/sign-in/passkey/begin", needNothing, s.beginPasskey},
		{http.MethodPost, "/api/sign-in/passkey", needNothing, s.passkey},
		{http.MethodGet, "/api/sign-in/openid", needNothing, s.beginOpenID},
		{http.MethodGet, OpenIDCallback, needNothing, s.endOpenID},
		{http.MethodPost, "/api/link", needNothing, s.openLink},
		{http.MethodPost, "/api/link/use", needNothing, s.useLink},
		{http.MethodGet, "/api/me", needSignIn, s.me},
		{http.MethodPost, "/api/sign-out", needSignIn, s.signOut},
		{http.MethodGet, "/api/account", needSignIn, s.ownAccount},
		{http.MethodPost, "/api/account/password", needSignIn, s.ownPassword},
		{http.MethodGet, "/api/account/photo", needSignIn, s.ownPhoto},
		{http.MethodPost, "/api/account/photo", needSignIn, s.setPhoto},
		{http.MethodPost, "/api/account/photo/remove", needSignIn, s.removePhoto},
		{http.MethodPost, "/api/account/totp/begin", needSignIn, s.beginTOTP},
		{http.MethodPost, "/api/account/totp", needSignIn, s.addTOTP},
		{http.MethodPost, "/api/account/totp/remove", needSignIn, s.removeTOTP},
		{http.MethodPost, "/api/account/passkeys/begin", needSignIn, s.beginAddPasskey},
		{http.MethodPost, "/api/account/passkeys", needSignIn, s.addPasskey},
		{http.MethodPost, "/api/account/passkeys/remove", needSignIn, s.removePasskey},
		{http.MethodPost, "/api/account/recovery", needSignIn, s.newRecoveryCodes},
		{http.MethodPost, "/api/account/sign-ins/end", needSignIn, s.endSignIns},
		{http.MethodGet, "/api/admin/people", needAdmin, s.adminPeople},
		{http.MethodPost, "/api/admin/people", needAdminNow, s.adminInvite},
		{http.MethodPost, "/api/admin/people/change", needAdminNow, s.adminChange},
		{http.MethodPost, "/api/admin/people/link", needAdminNow, s.adminLink},
		{http.MethodPost, "/api/admin/people/factors/remove", needAdminNow, s.adminRemoveFactors},
		{http.MethodPost, "/api/admin/people/sign-ins/end", needAdmin, s.adminEndSignIns},
		{http.MethodGet, "/api/admin/people/photo", needAdmin, s.adminPhoto},
		{http.MethodPost, "/api/admin/people/photo/remove", needAdmin, s.adminRemovePhoto},
		{http.MethodGet, "/api/admin/policy", needAdmin, s.adminPolicy},
		{http.MethodPost, "/api/admin/policy", needAdminNow, s.adminSetPolicy},
		{http.MethodGet, "/api/admin/sessions", needAdmin, s.adminSessions},
		{http.MethodPost, "/api/admin/sessions/end", needAdmin, s.adminEndSession},
		{http.MethodGet, "/api/admin/audit", needReview, s.auditEvents},
		{http.MethodGet, "/signal/host", needHost, s.signalHost},
		{http.MethodGet, "/signal/technician", needTechnician, s.signalTechnician},
	})
}

// programs are the routes of the programs: fixed paths, so that no other file has one.
func (s *Server) programs() (routes []route) {
	for _, name := range download.Names() {
		for _, method := range []string{http.MethodGet, http.MethodHead} {
			routes = append(routes, route{method, downloadPath + name, needNothing, s.download})
		}
	}
	return routes
}

func (r route) validate() error {
	known := []need{needNothing, needHost, needToken, needSignIn, needTechnician, needAuditor, needAdmin, needAdminNow, needReview, needLink}
	if !slices.Contains(known, r.needs) || r.handle == nil || !strings.HasPrefix(r.path, "/") {
		return fmt.Errorf("web: route %s %q does not say what it needs", r.method, r.path)
	}
	return nil
}

// methods are the routes of one path.
type methods map[string]route

// index checks the routes and sorts them by path and method.
func index(table []route) (map[string]methods, error) {
	routes := make(map[string]methods)
	for _, r := range table {
		if err := r.validate(); err != nil {
			return nil, err
		}
		if _, twice := routes[r.path][r.method]; twice {
			return nil, fmt.Errorf("web: route %s %s is there twice", r.method, r.path)
		}
		if routes[r.path] == nil {
			routes[r.path] = make(methods)
		}
		routes[r.path][r.method] = r
	}
	return routes, nil
}

// allowed is the value of an Allow header.
func (m methods) allowed() string { return strings.Join(slices.Sorted(maps.Keys(m)), ", ") }

// ServeHTTP implements [http.Handler].
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.secure(w.Header())
	if !s.isOurHost(r.Host) {
		refuse(w, problem{
			http.StatusMisdirectedRequest, codeWrongHost, "This relay does not go by that name.",
			"Use " + s.cfg.PublicURL.String() + ", or start the relay with the right --public-url.",
		})
		return
	}
	if err := s.origins.Check(r); err != nil {
		refuse(w, forbidden("Another page asked for this.", "Use the relay's own page: "+s.cfg.PublicURL.String()))
		return
	}
	s.dispatch(w, r)
}

func (s *Server) dispatch(w http.ResponseWriter, r *http.Request) {
	// A path that was written with escapes is in RawPath; none of ours needs any.
	if r.URL.RawPath != "" {
		refuse(w, notFound())
		return
	}
	if p, ok := s.pages[r.URL.Path]; ok {
		if r.URL.Path == sharePage {
			w.Header().Set("Permissions-Policy", sharingPermissions)
		}
		p.ServeHTTP(w, r)
		return
	}
	path, id := asTemplate(r.URL.Path)
	there, ok := s.routes[path]
	if !ok {
		refuse(w, notFound())
		return
	}
	rt, ok := there[r.Method]
	if !ok {
		w.Header().Set("Allow", there.allowed())
		refuse(w, wrongMethod(there.allowed()))
		return
	}
	r.SetPathValue("id", id)
	s.admit(w, r, rt)
}

// idSegment is how routes write the ID of a session in their path.
const idSegment = "{id}"

// asTemplate returns a path as the table writes it, and the ID of a session in it, if there
// is one. Who writes the template itself asks for something that is not there.
func asTemplate(path string) (templated, id string) {
	if strings.Contains(path, idSegment) {
		return "", ""
	}
	segments := strings.Split(path, "/")
	for i, s := range segments {
		if isSessionID(s) {
			id, segments[i] = s, idSegment
			break // a second one has no route
		}
	}
	return strings.Join(segments, "/"), id
}

// maxSessionID is far more than the ID of a session has.
const maxSessionID = 64

func isSessionID(s string) bool {
	rest, ok := strings.CutPrefix(s, "s_")
	return ok && rest != "" && len(s) <= maxSessionID && !strings.ContainsFunc(rest, func(r rune) bool {
		return (r < 'A' || r > 'Z') && (r < 'a' || r > 'z') && (r < '0' || r > '9')
	})
}

func wrongMethod(allowed string) problem {
	return problem{http.StatusMethodNotAllowed, codeMethod, "This address takes " + allowed + " only.", ""}
}

// admit checks what the route needs, then lets it answer.
func (s *Server) admit(w http.ResponseWriter, r *http.Request, rt route) {
	if rt.needs == needNothing || rt.needs == needHost || rt.needs == needToken || rt.needs == needLink {
		rt.handle(w, r)
		return
	}
	me, err := s.visitor(r)
	switch {
	case errors.Is(err, account.ErrNoSignIn):
		refuse(w, unauthenticated())
	case err != nil:
		s.fault(w, r, err)
	case rt.needs != needSignIn && s.cfg.Accounts.MustEnrol(me):
		refuse(w, enrolFirst())
	case !rt.needs.metBy(me.Account):
		refuse(w, forbidden("Your account may not do that.", fmt.Sprintf("It lacks the role %q. Ask your administrator.", rt.needs.role())))
	case rt.needs == needTechnician && !s.reaches(me.Account, me.Address):
		refuse(w, wrongNetwork())
	case rt.needs == needAdminNow && s.cfg.Accounts.Recent(me) != nil:
		s.refuseAccount(w, r, account.ErrSignInAgain)
	default:
		rt.handle(w, r.WithContext(context.WithValue(r.Context(), visitorKey{}, me)))
	}
}

type visitorKey struct{}

// visitor returns who sent a request.
func (s *Server) visitor(r *http.Request) (account.Me, error) {
	cookie, err := r.Cookie(cookieName)
	if err != nil {
		return account.Me{}, account.ErrNoSignIn
	}
	me, err := s.cfg.Accounts.Authenticate(r.Context(), cookie.Value)
	me.Address = clientAddr(r)
	return me, err
}

// metBy reports whether an account that is signed in has what is needed.
func (n need) metBy(a account.Account) bool {
	switch n {
	case needSignIn:
		return true
	case needReview:
		return a.Has(account.RoleAuditor) || a.Has(account.RoleAdmin)
	}
	return a.Has(n.role())
}

// role returns the role to ask for.
func (n need) role() account.Role {
	switch n {
	case needReview:
		return account.RoleAuditor
	case needAdminNow:
		return account.RoleAdmin
	}
	return account.Role(n)
}

// visitorOf returns whom admit let in; it is for handlers of routes that need a
// sign-in.
func visitorOf(r *http.Request) account.Me {
	me, _ := r.Context().Value(visitorKey{}).(account.Me)
	return me
}

// fault answers what is nobody's mistake but ours.
func (s *Server) fault(w http.ResponseWriter, r *http.Request, err error) {
	if r.Context().Err() == nil { // otherwise they just went away
		s.log.Error("request failed", "path", r.URL.Path, "error", err)
	}
	refuse(w, internal())
}
