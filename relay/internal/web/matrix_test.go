package web

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/lendhand/lendhand/relay/internal/account"
	"github.com/lendhand/lendhand/relay/internal/policy"
)

// needs says a second time, and in a place of its own, who may use which route. A route
// that is added has to be added here too; one whose need changes fails here.
func needs() map[string]need {
	return map[string]need{
		"GET /healthz":                     needNothing,
		"GET /.well-known/jwks.json":       needNothing,
		"GET /api/sign-in/ways":            needNothing,
		"POST /api/sign-in":                needNothing,
		"GET /api/sign-in/next":            needNothing,
		"POST /api/sign-in/second":         needNothing,
		"POST /api/sign-in/passkey/begin":  needNothing,
		"POST /api/sign-in/passkey":        needNothing,
		"GET /api/sign-in/openid":          needNothing,
		"GET /api/sign-in/openid/callback": needNothing,
		"POST /api/link":                   needNothing,
		"POST /api/link/use":               needNothing,
		"GET /signal/host":                 needHost,

		"GET /.well-known/recording-keys.json": needNothing,
		"PUT /api/recordings/{id}/manifest":    needToken,
		"POST /api/recordings/{id}/parts":      needToken,
		"GET /api/recordings/{id}/next":        needToken,

		"GET /api/get":                    needNothing,
		"GET /ca.pem":                     needNothing,
		"GET /download/lendhand":          needNothing,
		"HEAD /download/lendhand":         needNothing,
		"GET /download/lendhand.exe":      needNothing,
		"HEAD /download/lendhand.exe":     needNothing,
		"GET /download/lendhand.app.zip":  needNothing,
		"HEAD /download/lendhand.app.zip": needNothing,

		"GET /api/me":                       needSignIn,
		"POST /api/sign-out":                needSignIn,
		"GET /api/account":                  needSignIn,
		"POST /api/account/password":        needSignIn,
		"GET /api/account/photo":            needSignIn,
		"POST /api/account/photo":           needSignIn,
		"POST /api/account/photo/remove":    needSignIn,
		"POST /api/account/totp/begin":      needSignIn,
		"POST /api/account/totp":            needSignIn,
		"POST /api/account/totp/remove":     needSignIn,
		"POST /api/account/passkeys/begin":  needSignIn,
		"POST /api/account/passkeys":        needSignIn,
		"POST /api/account/passkeys/remove": needSignIn,
		"POST /api/account/recovery":        needSignIn,
		"POST /api/account/sign-ins/end":    needSignIn,

		"GET /signal/technician": needTechnician,

		"GET /api/admin/people":                 needAdmin,
		"POST /api/admin/people":                needAdminNow,
		"POST /api/admin/people/change":         needAdminNow,
		"POST /api/admin/people/link":           needAdminNow,
		"POST /api/admin/people/factors/remove": needAdminNow,
		"POST /api/admin/people/sign-ins/end":   needAdmin,
		"GET /api/admin/people/photo":           needAdmin,
		"POST /api/admin/people/photo/remove":   needAdmin,
		"GET /api/admin/policy":                 needAdmin,
		"POST /api/admin/policy":                needAdminNow,
		"GET /api/admin/sessions":               needAdmin,
		"POST /api/admin/sessions/end":          needAdmin,

		"GET /api/admin/audit": needReview,

		"GET /api/recordings":                    needAuditor,
		"GET /api/recordings/sample":             needAuditor,
		"GET /api/recordings/readers":            needAuditor,
		"GET /api/recordings/filters":            needAuditor,
		"POST /api/recordings/filters":           needAuditor,
		"POST /api/recordings/filters/remove":    needAuditor,
		"GET /api/recordings/{id}":               needAuditor,
		"POST /api/recordings/{id}/open":         needAuditor,
		"GET /api/recordings/{id}/parts":         needAuditor,
		"POST /api/recordings/{id}/export":       needAuditor,
		"GET /api/recordings/{id}/file":          needAuditor,
		"POST /api/recordings/{id}/notes":        needAuditor,
		"POST /api/recordings/{id}/notes/remove": needAuditor,
		"POST /api/recordings/{id}/hold":         needAuditor,
		"POST /api/recordings/{id}/share":        needAuditor,

		"GET /api/admin/recordings":                 needAdmin,
		"POST /api/admin/recordings/readers":        needAdminNow,
		"POST /api/admin/recordings/readers/remove": needAdminNow,

		"GET /api/mine/{id}":         needLink,
		"GET /api/mine/{id}/parts":   needLink,
		"POST /api/mine/{id}/object": needLink,
	}
}

// atRecording is a path with the recording that there is.
func atRecording(path string) string { return strings.Replace(path, idSegment, theRecording, 1) }

func TestEveryRouteAsksForWhatItNeeds(t *testing.T) {
	want := needs()
	for _, r := range newWorld(t).server.table() {
		name := r.method + " " + r.path
		if need, ok := want[name]; !ok || need != r.needs {
			t.Errorf("%s needs %q; want %q", name, r.needs, need)
		}
		delete(want, name)
	}
	for name := range want {
		t.Errorf("%s is gone", name)
	}
}

// somebody is one of the matrix: who has these roles and, in the group strict, should
// have a second factor and has none.
type somebody struct {
	name   string
	roles  []account.Role
	enrol  bool
	cookie string
}

// everybody is each set of roles, with and without a factor to set up, and nobody.
func everybody(t *testing.T, w *world) []somebody {
	t.Helper()
	strict := policy.Loosest()
	strict.SecondFactor = policy.FactorRequired
	p := policy.New()
	p.Groups = map[string]policy.Rules{"strict": strict}
	if _, err := w.policy.Replace(t.Context(), p, "test"); err != nil {
		t.Fatal(err)
	}
	all := []somebody{{name: "nobody"}, {name: "a forger", cookie: strings.Repeat("A", 43)}, {name: "garbage", cookie: "x"}}
	for set := 1; set < 1<<len(account.AllRoles()); set++ {
		var roles []account.Role
		for i, r := range account.AllRoles() {
			if set&(1<<i) != 0 {
				roles = append(roles, r)
			}
		}
		for _, group := range []string{"", "strict"} {
			name := fmt.Sprintf("m%d%s", set, group)
			_, err := w.accounts.Create(t.Context(), account.CommandLine(), account.New{Name: name, Roles: roles, Group: group, Password: password})
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, somebody{name: fmt.Sprint(roles, group), roles: roles, enrol: group != "", cookie: w.token(t, name)})
		}
	}
	return all
}

// answered sends what a page of the relay's own would, but for a body.
func answered(t *testing.T, w *world, method, path, cookie string) reply {
	t.Helper()
	return w.do(t, request{method: method, path: path, cookie: cookie, header: http.Header{"Origin": {public}}})
}

// refusal is the code with which somebody has to be turned away, or "" for nobody.
func (who somebody) refusal(n need) string {
	switch {
	case n == needNothing || n == needHost:
		return ""
	case who.roles == nil || n == needToken: // whatever else they are
		return "unauthenticated"
	case n == needSignIn:
		return ""
	case who.enrol:
		return "enrol_first"
	case n == needReview && (slices.Contains(who.roles, account.RoleAuditor) || slices.Contains(who.roles, account.RoleAdmin)):
		return ""
	case !slices.Contains(who.roles, n.role()):
		return "forbidden"
	}
	return ""
}

// Every route with everybody: only whom it is for gets past the door.
func TestRoutesAndRoles(t *testing.T) {
	w := newWorld(t)
	for _, who := range everybody(t, w) {
		for _, name := range slices.Sorted(maps.Keys(needs())) {
			method, path, _ := strings.Cut(name, " ")
			if name == "POST /api/sign-out" { // it would end what the rest is asked with
				continue
			}
			n := needs()[name]
			got := answered(t, w, method, atRecording(path), who.cookie)
			if n == needLink { // whoever it is: without the link's token there is nothing
				if got.status != http.StatusNotFound && got.status != http.StatusTooManyRequests && got.status != http.StatusUnsupportedMediaType {
					t.Errorf("%s as %s: status %d: %s", name, who.name, got.status, got.body)
				}
				continue
			}
			if n == needNothing { // some refuse for reasons of their own, nobody at the door
				if strings.Contains(got.body, `"unauthenticated"`) || strings.Contains(got.body, `"forbidden"`) {
					t.Errorf("%s as %s: turned away with %d: %s", name, who.name, got.status, got.body)
				}
				continue
			}
			turned := slices.Contains([]int{http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound}, got.status)
			if strings.Contains(got.body, string(codeReason)) {
				turned = false // past the door: there nobody has said why yet
			}
			want := who.refusal(n)
			if want == "" && turned {
				t.Errorf("%s as %s: turned away with %d: %s", name, who.name, got.status, got.body)
			}
			if want != "" && (!turned || string(got.problem(t).Code) != want) {
				t.Errorf("%s as %s: status %d, want a refusal %q: %s", name, who.name, got.status, want, got.body)
			}
		}
	}
}

// The same paths in other spellings lead nowhere, for nobody and for who may everything.
func TestNoOtherSpellingOfAPathLeadsAnywhere(t *testing.T) {
	w := newWorld(t)
	people := everybody(t, w)
	most := people[slices.IndexFunc(people, func(who somebody) bool { return len(who.roles) == 3 && !who.enrol })]
	for name := range needs() {
		method, path, _ := strings.Cut(name, " ")
		for _, spelling := range append(spellings(atRecording(path)), others(path)...) {
			for _, who := range []somebody{people[0], most} {
				got := answered(t, w, method, spelling, who.cookie) // the template itself is no path either
				if got.status != http.StatusNotFound && got.status != http.StatusBadRequest {
					t.Errorf("%s %s as %s: status %d: %s", method, spelling, who.name, got.status, got.body)
				}
			}
		}
	}
}

// others are spellings of paths with a recording in them, which is not there.
func others(path string) (list []string) {
	if !strings.Contains(path, idSegment) {
		return nil
	}
	for _, id := range []string{idSegment, "%7Bid%7D", "", "s_", "..", "*", theRecording + "%00", theRecording + "%2f..", "%73" + theRecording[1:]} {
		list = append(list, strings.Replace(path, idSegment, id, 1))
	}
	return list
}

// Who is an auditor and nothing else can neither connect nor change anything but their
// own account.
func TestAuditorsOnlyLook(t *testing.T) {
	w := newWorld(t)
	cookie := w.token(t, "audit")
	for _, r := range w.server.table() {
		got := answered(t, w, r.method, atRecording(r.path), cookie)
		switch {
		case (r.needs == needAuditor || r.needs == needReview) && r.method != http.MethodGet && !strings.HasPrefix(r.path, "/api/recordings/"):
			t.Errorf("%s %s is for auditors, and changes something", r.method, r.path)
		case (r.needs == needTechnician || r.needs == needAdmin || r.needs == needAdminNow) && got.status != http.StatusForbidden:
			t.Errorf("%s %s as an auditor: status %d: %s", r.method, r.path, got.status, got.body)
		}
		if r.path == "/api/sign-out" {
			cookie = w.token(t, "audit")
		}
	}
	if ws, _, refusal := w.dial(t, "/signal/technician", public, cookie); ws != nil || refusal.status != http.StatusForbidden {
		t.Errorf("an auditor connects: status %d", refusal.status)
	}
}

func TestARouteIsThereOnce(t *testing.T) {
	handle := func(http.ResponseWriter, *http.Request) {}
	open := route{http.MethodGet, "/x", needNothing, handle}
	shut := route{http.MethodGet, "/x", needAdmin, handle}
	if _, err := index([]route{shut, open}); err == nil {
		t.Error("a second route of the same path and method takes the place of the first")
	}
	if _, err := index([]route{shut, {http.MethodPost, "/x", "", handle}}); err == nil {
		t.Error("a route without a need is taken")
	}
	both, err := index([]route{shut, {http.MethodPost, "/x", needNothing, handle}})
	if err != nil || both["/x"].allowed() != "GET, POST" || both["/x"][http.MethodGet].needs != needAdmin {
		t.Errorf("index = %v, %v", both, err)
	}
}
