package web

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lendhand/lendhand/relay/internal/account"
	"github.com/lendhand/lendhand/relay/internal/audit"
	"github.com/lendhand/lendhand/relay/internal/policy"
	"github.com/lendhand/lendhand/relay/internal/store"
	"github.com/lendhand/lendhand/signaling"
	"github.com/lendhand/lendhand/signaling/broker"
)

// revokedWithinASecond waits until the broker was told to end an account's sessions.
func (w *world) revokedWithinASecond(t *testing.T, id string) {
	t.Helper()
	select {
	case <-w.broker.ended:
	case <-time.After(time.Second):
		t.Fatal("the broker was not told")
	}
	w.broker.mu.Lock()
	defer w.broker.mu.Unlock()
	if !slices.Contains(w.broker.revoked, id) {
		t.Errorf("ended the sessions of %v", w.broker.revoked)
	}
}

// desk is an administrator at work.
type desk struct {
	*world
	cookie string
	acts   []audit.Event // by one request at a time
}

func newDesk(t *testing.T) *desk {
	d := &desk{}
	d.world = newWorld(t, func(c *Config) { c.Journal = func(e audit.Event) { d.acts = append(d.acts, e) } })
	d.cookie = d.token(t, "admin")
	return d
}

// ask sends a request and reads what it is answered with into v, unless that is nil.
func (d *desk) ask(t *testing.T, method, path, body string, v any) reply {
	t.Helper()
	got := d.do(t, request{method: method, path: path, body: body, cookie: d.cookie})
	if v != nil {
		if err := json.Unmarshal([]byte(got.body), v); err != nil || got.status != http.StatusOK {
			t.Fatalf("%s %s: status %d: %s: %v", method, path, got.status, got.body, err)
		}
	}
	return got
}

func (d *desk) person(t *testing.T, name string) listed {
	t.Helper()
	var list struct{ People []listed }
	d.ask(t, "GET", "/api/admin/people", "", &list)
	i := slices.IndexFunc(list.People, func(l listed) bool { return l.Name == name })
	if i < 0 {
		t.Fatalf("%s is not listed", name)
	}
	return list.People[i]
}

func TestAdministratorsManagePeople(t *testing.T) {
	d := newDesk(t)
	d.setPolicy(t, func(p *policy.Policy) { p.Groups = map[string]policy.Rules{"night": policy.Loosest()} })
	if _, err := d.policy.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	var made struct {
		Person listed
		Link   string
	}
	d.ask(t, "POST", "/api/admin/people", `{"name": "ines", "displayName": "Ines Okafor", "roles": ["technician"], "group": "night"}`, &made)
	if !strings.HasPrefix(made.Link, public+"/welcome#") || made.Person.ID == "" {
		t.Errorf("invited: %+v", made)
	}
	want := listed{
		ID: made.Person.ID, Name: "ines", DisplayName: "Ines Okafor", Roles: []account.Role{account.RoleTechnician},
		Group: "night", Created: made.Person.Created,
	}
	if diff := cmp.Diff(want, d.person(t, "ines")); diff != "" {
		t.Error(diff)
	}
	id := `"id": "` + made.Person.ID + `"`
	var changed struct{ Person listed }
	d.ask(t, "POST", "/api/admin/people/change", `{`+id+`, "displayName": "Ines", "roles": ["auditor"], "group": "", "disabled": true}`, &changed)
	want.DisplayName, want.Roles, want.Group, want.Disabled = "Ines", []account.Role{account.RoleAuditor}, "", true
	if diff := cmp.Diff(want, changed.Person) + cmp.Diff(want, d.person(t, "ines")); diff != "" {
		t.Error(diff)
	}
	d.ask(t, "POST", "/api/admin/people/change", `{`+id+`, "disabled": false}`, &changed)
	want.Disabled = false
	if diff := cmp.Diff(want, changed.Person); diff != "" {
		t.Errorf("what was not named has changed:\n%s", diff)
	}
	var link struct{ Link string }
	d.ask(t, "POST", "/api/admin/people/link", `{`+id+`}`, &link)
	if !strings.HasPrefix(link.Link, public+"/welcome#") || link.Link == made.Link {
		t.Errorf("link %q", link.Link)
	}
}

func TestAdministratorsEndSignIns(t *testing.T) {
	for name, path := range map[string]string{
		"sign-ins": "/api/admin/people/sign-ins/end", "factors": "/api/admin/people/factors/remove",
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			token := d.token(t, "tech")
			if ws, _, refusal := d.dial(t, "/signal/technician", public, token); ws == nil {
				t.Fatalf("status %d", refusal.status)
			}
			before := d.person(t, "tech")
			if before.SignIns != 1 || before.LastSignIn == nil {
				t.Errorf("before: %+v", before)
			}
			if got := d.ask(t, "POST", path, `{"id": "`+d.ids["tech"]+`"}`, nil); got.status != http.StatusNoContent {
				t.Fatalf("status %d: %s", got.status, got.body)
			}
			d.revokedWithinASecond(t, d.ids["tech"])
			if got := d.do(t, request{method: "GET", path: "/api/me", cookie: token}); got.status != http.StatusUnauthorized {
				t.Errorf("the sign-in is still good: %d", got.status)
			}
			if after := d.person(t, "tech"); after.SignIns != 0 {
				t.Errorf("after: %+v", after)
			}
		})
	}
}

func TestAdministratorsAreRefused(t *testing.T) {
	d := newDesk(t)
	for name, c := range map[string]struct {
		path, body, code, hint string
		status                 int
	}{
		"the last one, disabled":  {"people/change", `{"id": "` + d.ids["admin"] + `", "disabled": true}`, "last_admin", "somebody else", 409},
		"the last one, no admin":  {"people/change", `{"id": "` + d.ids["admin"] + `", "roles": ["auditor"]}`, "last_admin", "somebody else", 409},
		"nobody":                  {"people/change", `{"id": "u_x", "disabled": true}`, "not_found", "", 404},
		"nobody's link":           {"people/link", `{"id": "u_x"}`, "not_found", "", 404},
		"nobody's sign-ins":       {"people/sign-ins/end", `{"id": ""}`, "not_found", "", 404},
		"nobody's factors":        {"people/factors/remove", `{"id": "u_x"}`, "not_found", "", 404},
		"no such role":            {"people/change", `{"id": "` + d.ids["tech"] + `", "roles": ["root"]}`, "bad_message", "technician, auditor and admin", 400},
		"no role":                 {"people/change", `{"id": "` + d.ids["tech"] + `", "roles": []}`, "bad_message", "what the account may do", 400},
		"a group without rules":   {"people/change", `{"id": "` + d.ids["tech"] + `", "group": "nihgt"}`, "bad_message", "policy", 400},
		"a group, from the start": {"people", `{"name": "kim", "roles": ["auditor"], "group": "nihgt"}`, "bad_message", "policy", 400},
		"a name that is taken":    {"people", `{"name": "tech", "roles": ["auditor"]}`, "taken", "another name", 409},
		"an impossible name":      {"people", `{"name": "Kim Lee", "roles": ["auditor"]}`, "bad_message", "a–z", 400},
		"no session":              {"sessions/end", `{"id": "s_x"}`, "not_found", "meantime", 404},
		"no policy":               {"policy", `{"version": 1, "organisation": {"spy": true}}`, "bad_message", "policy", 400},
		"an impossible policy":    {"policy", `{"version": 1, "organisation": {"idle": 1}}`, "bad_message", "300", 400},
		"a policy of no version":  {"policy", `{}`, "conflict", "Read it again", 409},
		"a policy of a later day": {"policy", `{"version": 2}`, "conflict", "Read it again", 409},
		"an enormous policy":      {"policy", `{"version": 1}` + strings.Repeat(" ", policy.MaxSize), "message_too_large", "", 413},
		"garbage":                 {"people/change", `id=1`, "bad_message", "", 400},
	} {
		t.Run(name, func(t *testing.T) {
			got := d.ask(t, "POST", "/api/admin/"+c.path, c.body, nil)
			p := got.problem(t)
			if got.status != c.status || string(p.Code) != c.code || !strings.Contains(p.Hint, c.hint) {
				t.Errorf("status %d: %s", got.status, got.body)
			}
		})
	}
	form := d.do(t, request{method: "POST", path: "/api/admin/policy", body: `{"version": 1}`, cookie: d.cookie, header: http.Header{"Content-Type": {"text/plain"}}})
	if form.status != http.StatusUnsupportedMediaType {
		t.Errorf("a policy as text: status %d", form.status)
	}
	if len(d.acts) != 0 {
		t.Errorf("the journal has what was not done: %+v", d.acts)
	}
	if p := d.policy.Current(); p.Version != 1 {
		t.Errorf("the policy was changed: %+v", p)
	}
}

func TestAdministratorsSetThePolicy(t *testing.T) {
	d := newDesk(t)
	shown := d.ask(t, "GET", "/api/admin/policy", "", nil)
	text := strings.Replace(shown.body, `"secondFactor":"optional"`, `"secondFactor":"required"`, 1)
	var now struct {
		Version      int64
		Organisation struct{ SecondFactor string }
	}
	d.cookie = d.token(t, "admin")
	d.ask(t, "POST", "/api/admin/policy", text, &now)
	if now.Version != 2 || now.Organisation.SecondFactor != "required" || d.policy.Effective("").SecondFactor != policy.FactorRequired {
		t.Errorf("now %+v", now)
	}
	if len(d.acts) != 1 || d.acts[0].Kind != audit.PolicyChanged || d.acts[0].Actor != d.ids["admin"] || d.acts[0].Address != "127.0.0.1" ||
		d.acts[0].Detail["version"] != "2" || !strings.Contains(d.acts[0].Detail["policy"], `"required"`) {
		t.Errorf("journal: %+v", d.acts)
	}
	// It holds at once, for its maker too.
	if got := d.ask(t, "GET", "/api/admin/policy", "", nil); got.status != http.StatusForbidden || got.problem(t).Code != "enrol_first" {
		t.Errorf("without a factor: status %d: %s", got.status, got.body)
	}
}

func TestAGroupWithPeopleStaysInThePolicy(t *testing.T) {
	d := newDesk(t)
	d.ask(t, "POST", "/api/admin/policy", `{"version": 1, "groups": {"night": {"scopes": ["view"]}}}`, nil)
	d.ask(t, "POST", "/api/admin/people/change", `{"id": "`+d.ids["tech"]+`", "group": "night"}`, nil)
	got := d.ask(t, "POST", "/api/admin/policy", `{"version": 2, "groups": {"evening": {"scopes": ["view"]}}}`, nil)
	if p := got.problem(t); got.status != http.StatusConflict || !strings.Contains(p.Hint, "another group") {
		t.Errorf("status %d: %s", got.status, got.body)
	}
}

func TestAdministratorsSeeAndEndSessions(t *testing.T) {
	d := newDesk(t)
	if got := d.ask(t, "GET", "/api/admin/sessions", "", nil); got.body != `{"sessions":[]}`+"\n" {
		t.Errorf("none: %s", got.body)
	}
	created := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	evil := "<img src=x onerror=alert(1)>\x1b[2J\u202e" + strings.Repeat("x", 100)
	d.broker.sessions = []broker.Overview{
		{
			ID: "s_1", State: signaling.StateActive, Host: signaling.HostInfo{Name: evil, OS: evil}, Ticket: evil, Created: created,
			Technician: signaling.Person{ID: "u_1", Name: "Ines Okafor", Organisation: "Example"}, Path: signaling.PathRelay,
			Asked: signaling.AllScopes(), Allowed: signaling.NewScopes(signaling.ScopeView),
		},
		{ID: "s_2", State: signaling.StateRequested, Created: created, Asked: signaling.AllScopes()},
	}
	now := time.Now()
	d.fillTrail(t,
		audit.Event{Time: now.Add(-time.Hour), Kind: audit.Reported, Actor: audit.ActorHost, Subject: "u_1"},
		audit.Event{Time: now.Add(-reportedWithin + time.Hour), Kind: audit.Reported, Actor: audit.ActorHost, Subject: "u_1"},
		audit.Event{Time: now.Add(-reportedWithin - time.Hour), Kind: audit.Reported, Actor: audit.ActorHost, Subject: "u_1"},
		audit.Event{Time: now, Kind: audit.SessionEnded, Actor: audit.ActorHost, Subject: "u_1"},
		audit.Event{Time: now, Kind: audit.Reported, Actor: audit.ActorHost, Subject: d.ids["tech"]},
		audit.Event{Time: now, Kind: audit.Reported, Actor: audit.ActorHost},
	)
	if tech, admin := d.person(t, "tech"), d.person(t, "admin"); tech.Reports != 1 || admin.Reports != 0 {
		t.Errorf("reports: %d, %d", tech.Reports, admin.Reports)
	}
	var list struct{ Sessions []liveSession }
	d.ask(t, "GET", "/api/admin/sessions", "", &list)
	clean := "<img src=x onerror=alert(1)>[2J" + strings.Repeat("x", 33)
	want := []liveSession{
		{
			ID: "s_1", State: signaling.StateActive, Technician: livePerson{"u_1", "Ines Okafor", 2}, Host: liveHost{clean, clean},
			Ticket: clean, Scopes: signaling.NewScopes(signaling.ScopeView), Created: created, Path: signaling.PathRelay,
		},
		{ID: "s_2", State: signaling.StateRequested, Scopes: signaling.Scopes{}, Created: created},
	}
	if diff := cmp.Diff(want, list.Sessions); diff != "" {
		t.Error(diff)
	}
	if got := d.ask(t, "POST", "/api/admin/sessions/end", `{"id": "s_1"}`, nil); got.status != http.StatusNoContent {
		t.Errorf("status %d: %s", got.status, got.body)
	}
	if left := d.broker.Sessions(); len(left) != 1 || left[0].ID != "s_2" {
		t.Errorf("left: %+v", left)
	}
	if !cmp.Equal(d.broker.endedBy, []string{d.ids["admin"]}) {
		t.Errorf("ended by %v", d.broker.endedBy)
	}
}

// A browser that was left open ends sessions and sign-ins, and gives nothing away.
func TestAdministratorsProveThemselvesBeforeTheyGive(t *testing.T) {
	var late atomic.Bool
	w := newWorld(t, func(c *Config) {
		accounts, err := account.NewService(account.Config{
			Store: c.Audit.(*store.Store), PublicURL: c.PublicURL, Cost: account.Cost{Memory: 64, Passes: 1, Threads: 1},
			Now: func() time.Time {
				if late.Load() {
					return time.Now().Add(account.RecentLife)
				}
				return time.Now()
			},
		})
		if err != nil {
			t.Fatal(err)
		}
		c.Accounts = accounts
	})
	token := w.token(t, "admin")
	for _, now := range []bool{true, false} {
		late.Store(!now)
		for _, r := range w.server.table() {
			if r.method != http.MethodPost || r.needs.role() != account.RoleAdmin {
				continue
			}
			got := w.do(t, request{method: r.method, path: r.path, body: "[]", cookie: token, header: http.Header{"Origin": {public}}})
			refused := got.status == http.StatusForbidden && got.problem(t).Code == codeSignInAgain
			// What only takes away is done at once.
			if ends := strings.HasSuffix(r.path, "/end") || strings.HasSuffix(r.path, "/photo/remove"); refused != (!now && !ends) {
				t.Errorf("%s, just signed in: %t: status %d: %s", r.path, now, got.status, got.body)
			}
		}
	}
}
