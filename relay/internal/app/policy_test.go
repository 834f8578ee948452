package app_test

import (
	"errors"
	"net/http"
	"net/netip"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lendhand/lendhand/relay/internal/account"
	"github.com/lendhand/lendhand/relay/internal/policy"
	"github.com/lendhand/lendhand/relay/internal/store"
	"github.com/lendhand/lendhand/signaling"
)

// onDisk works on the database of a relay that runs, as the command line does.
func onDisk(t *testing.T, dir string, do func(*store.Store) error) {
	t.Helper()
	db, err := store.Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(do(db), db.Close()); err != nil {
		t.Fatal(err)
	}
}

func setPolicy(t *testing.T, dir string, change func(*policy.Policy)) {
	t.Helper()
	onDisk(t, dir, func(db *store.Store) error {
		p, err := db.Policy(t.Context())
		if err != nil {
			return err
		}
		change(&p)
		_, err = db.SavePolicy(t.Context(), p, "test")
		return err
	})
}

// withinASecond fails the test when what follows since start took longer.
func withinASecond(t *testing.T, start time.Time) {
	t.Helper()
	if took := time.Since(start); took > time.Second {
		t.Errorf("it took %s", took)
	}
}

// What another process puts in force reaches the host of a session within a second,
// without the help of the technician's page.
func TestANarrowerPolicyReachesTheHostWithinASecond(t *testing.T) {
	view := signaling.NewScopes(signaling.ScopeView)
	watching := policy.Loosest()
	watching.Scopes = view
	for name, change := range map[string]func(t *testing.T, dir string){
		"the organisation's": func(t *testing.T, dir string) {
			setPolicy(t, dir, func(p *policy.Policy) { p.Organisation.Scopes = view })
		},
		"the group's": func(t *testing.T, dir string) {
			onDisk(t, dir, func(db *store.Store) error {
				group := "watching"
				return changeInes(t, db, account.Change{Group: &group})
			})
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			r := start(t, settings(dir))
			addTechnician(t, dir)
			setPolicy(t, dir, func(p *policy.Policy) { p.Groups = map[string]policy.Rules{"watching": watching} })
			p := inSession(t, r, dir)
			change(t, dir)
			changed := time.Now()
			if l := hear[*signaling.Limits](t, p.host, signaling.RelayToHost); !cmp.Equal(l.Scopes, view) {
				t.Errorf("the host reads %+v", l)
			}
			if g := hear[*signaling.Granted](t, p.technician, signaling.RelayToTechnician); !cmp.Equal(g.Scopes, view) {
				t.Errorf("the technician has %v", g.Scopes)
			}
			withinASecond(t, changed)
		})
	}
}

func TestAPolicyThatForbidsASessionEndsItWithinASecond(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*policy.Policy)
		want   signaling.EndReason
	}{
		"recording": {func(p *policy.Policy) { p.Organisation.Recording = policy.RecordingRequired }, signaling.EndRecordingRequired},
		"networks": {func(p *policy.Policy) {
			p.Organisation.Networks = policy.NewNetworks(netip.MustParsePrefix("192.0.2.0/24"))
		}, signaling.EndRevoked},
		"second factor": {func(p *policy.Policy) { p.Organisation.SecondFactor = policy.FactorRequired }, signaling.EndRevoked},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			r := start(t, settings(dir))
			addTechnician(t, dir)
			p := inSession(t, r, dir)
			setPolicy(t, dir, c.change)
			changed := time.Now()
			if e := hear[*signaling.Ended](t, p.host, signaling.RelayToHost); e.Reason != c.want {
				t.Errorf("the host reads %q", e.Reason)
			}
			withinASecond(t, changed)
		})
	}
}

// What another process takes from an account ends its session at the host, and its
// connection, within a second: the relay is not asked to.
func TestARoleTakenAwayEndsTheSessionWithinASecond(t *testing.T) {
	for name, change := range map[string]account.Change{
		"no technician any more": {Roles: &[]account.Role{account.RoleAuditor}},
		"disabled":               {Disabled: new(true)},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			r := start(t, settings(dir))
			addTechnician(t, dir)
			p := inSession(t, r, dir)
			onDisk(t, dir, func(db *store.Store) error { return changeInes(t, db, change) })
			changed := time.Now()
			if e := hear[*signaling.Ended](t, p.host, signaling.RelayToHost); e.Reason != signaling.EndRevoked {
				t.Errorf("the host reads %q", e.Reason)
			}
			for err := error(nil); err == nil; {
				_, _, err = p.technician.ReadMessage()
			}
			withinASecond(t, changed)
		})
	}
}

func changeInes(t *testing.T, db *store.Store, change account.Change) error {
	t.Helper()
	accounts, err := account.NewService(account.Config{Store: db})
	if err != nil {
		return err
	}
	ines, err := accounts.ByName(t.Context(), "ines")
	if err != nil {
		return err
	}
	_, err = accounts.Change(t.Context(), account.CommandLine(), ines.ID, change)
	return err
}

// The person is signed in elsewhere too: there they stay, and here all is over.
func TestSigningOutEndsTheBrowsersOwnSessionWithinASecond(t *testing.T) {
	dir := t.TempDir()
	r := start(t, settings(dir))
	addTechnician(t, dir)
	here, there := inSession(t, r, dir), inSession(t, r, dir)
	if resp := here.browser.do(t, r, "POST", "/api/sign-out", ""); resp.StatusCode != http.StatusNoContent {
		t.Fatal(resp.Status)
	}
	ended := time.Now()
	if e := hear[*signaling.Ended](t, here.host, signaling.RelayToHost); e.Reason != signaling.EndRevoked {
		t.Errorf("the host reads %q", e.Reason)
	}
	withinASecond(t, ended)
	say(t, there.host, &signaling.Candidate{Candidate: "candidate:of a session that goes on"})
	hear[*signaling.Candidate](t, there.technician, signaling.RelayToTechnician)
}

func TestNobodySignsInFromAWrongNetwork(t *testing.T) {
	dir := t.TempDir()
	setPolicy(t, dir, func(p *policy.Policy) {
		p.Organisation.Networks = policy.NewNetworks(netip.MustParsePrefix("192.0.2.0/24"))
	})
	r := start(t, settings(dir))
	addTechnician(t, dir)
	b := newBrowser(t, dir)
	right := b.do(t, r, "POST", "/api/sign-in", `{"name": "ines", "password": "correct horse"}`)
	wrong := b.do(t, r, "POST", "/api/sign-in", `{"name": "ines", "password": "wrong horse"}`)
	if right.StatusCode != http.StatusForbidden || len(right.Cookies()) != 0 {
		t.Errorf("the right password: %s, %v", right.Status, right.Cookies())
	}
	if wrong.StatusCode != http.StatusUnauthorized {
		t.Errorf("a wrong password tells about networks: %s", wrong.Status)
	}
	if me := b.do(t, r, "GET", "/api/me", ""); me.StatusCode != http.StatusUnauthorized {
		t.Errorf("signed in: %s", me.Status)
	}
}
