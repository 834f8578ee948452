package web

import (
	"net/http"
	"net/netip"
	"strings"
	"testing"

	"github.com/lendhand/lendhand/relay/internal/account"
	"github.com/lendhand/lendhand/relay/internal/policy"
)

func networks(prefixes ...string) policy.Networks {
	var list []netip.Prefix
	for _, p := range prefixes {
		list = append(list, netip.MustParsePrefix(p))
	}
	return policy.NewNetworks(list...)
}

// setPolicy changes the policy as another process does.
func (w *world) setPolicy(t *testing.T, change func(*policy.Policy)) {
	t.Helper()
	p, err := w.db.Policy(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	change(&p)
	if _, err := w.db.SavePolicy(t.Context(), p, "test"); err != nil {
		t.Fatal(err)
	}
}

func TestTechniciansWorkFromTheirNetworks(t *testing.T) {
	w := newWorld(t)
	w.setPolicy(t, func(p *policy.Policy) {
		p.Organisation.Networks = networks("127.0.0.0/8", "192.0.2.0/24")
		elsewhere := policy.Loosest()
		elsewhere.Networks = networks("192.0.2.0/24")
		p.Groups = map[string]policy.Rules{"elsewhere": elsewhere}
	})
	if _, err := w.policy.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	for name, roles := range map[string][]account.Role{"away": {account.RoleTechnician}, "away-admin": {account.RoleTechnician, account.RoleAdmin}} {
		if _, err := w.accounts.Create(t.Context(), account.CommandLine(), account.New{Name: name, Roles: roles, Group: "elsewhere", Password: password}); err != nil {
			t.Fatal(err)
		}
	}
	if ws, _, refusal := w.dial(t, "/signal/technician", public, w.token(t, "tech")); ws == nil {
		t.Errorf("a technician at the right place: status %d: %s", refusal.status, refusal.body)
	}
	for _, name := range []string{"away", "away-admin"} {
		_, _, refusal := w.dial(t, "/signal/technician", public, w.token(t, name))
		if p := refusal.problem(t); refusal.status != http.StatusForbidden || p.Code != "wrong_network" || p.Hint == "" || strings.Contains(refusal.body, "192.0.2") {
			t.Errorf("%s: status %d: %s", name, refusal.status, refusal.body)
		}
	}
	if got := w.do(t, request{method: "GET", path: "/api/admin/policy", cookie: w.token(t, "away-admin")}); got.status != http.StatusOK {
		t.Errorf("an administrator is held to the networks of technicians: %d", got.status)
	}
}

// A policy that another process puts in force ends what it forbids, within a second.
func TestAChangedPolicyEndsConnections(t *testing.T) {
	for name, change := range map[string]func(*policy.Policy){
		"another network":         func(p *policy.Policy) { p.Organisation.Networks = networks("192.0.2.0/24") },
		"a factor that they lack": func(p *policy.Policy) { p.Organisation.SecondFactor = policy.FactorRequired },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			ws, _, _ := w.dial(t, "/signal/technician", public, w.token(t, "tech"))
			w.setPolicy(t, func(p *policy.Policy) { p.Organisation.Networks = networks("127.0.0.0/8") })
			if gone(ws) {
				t.Fatal("the connection ended though it is allowed")
			}
			ws, _, _ = w.dial(t, "/signal/technician", public, w.token(t, "tech"))
			w.setPolicy(t, change)
			w.revokedWithinASecond(t, w.ids["tech"])
			if ws == nil {
				t.Error("no connection")
			}
		})
	}
}
