package account_test

import (
	"context"
	"errors"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lendhand/lendhand/relay/internal/account"
	"github.com/lendhand/lendhand/relay/internal/store"
	"github.com/lendhand/lendhand/signaling/problem"
)

const (
	password      = "correct horse"
	otherPassword = "another horse by the river"
)

var here = account.From{Address: netip.MustParseAddr("192.0.2.7"), Browser: "Mozilla/5.0 (X11; Linux x86_64; rv:151.0) Gecko/20100101 Firefox/151.0"}

// clock is what a test turns by hand.
type clock struct{ t time.Time }

func (c *clock) now() time.Time { return c.t }

// house is a service with one technician, ines.
type house struct {
	*account.Service
	clock *clock
	db    *store.Store
	// required says that policy asks a second factor of everybody.
	required bool
	// pending is the token of a step.
	pending string
	mu      sync.Mutex
	events  []account.Event // guarded by mu
}

func newHouse(t testing.TB) *house {
	t.Helper()
	db, err := store.Open(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	h := &house{clock: &clock{time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)}, db: db}
	h.Service, err = account.NewService(account.Config{
		Store: db, Now: h.clock.now, Cost: account.Cost{Memory: 64, Passes: 1, Threads: 1},
		PublicURL: &url.URL{Scheme: "https", Host: "help.example:8443"}, Organisation: "Example Help Desk",
		SecondFactorRequired: func(account.Account) bool { return h.required },
		Journal: func(e account.Event) {
			h.mu.Lock()
			defer h.mu.Unlock()
			h.events = append(h.events, e)
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	h.add(t, "ines", account.RoleTechnician)
	return h
}

func (h *house) add(t testing.TB, name string, roles ...account.Role) account.Account {
	t.Helper()
	a, err := h.Create(t.Context(), account.CommandLine(), account.New{Name: name, DisplayName: "Ines Okafor", Roles: roles, Password: password})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// signIn signs ines in, who has no second factor.
func (h *house) signIn(t testing.TB, from account.From) account.Outcome {
	t.Helper()
	out, err := h.SignIn(t.Context(), "ines", password, from)
	if err != nil || out.Step != nil {
		t.Fatalf("SignIn = %+v, %v", out, err)
	}
	return out
}

// me is who the token signs in now.
func (h *house) me(t testing.TB, token string) account.Me {
	t.Helper()
	me, err := h.Authenticate(t.Context(), token)
	if err != nil {
		t.Fatal(err)
	}
	return me
}

// kinds are what the journal has heard since it was asked last.
func (h *house) kinds() (list []account.EventKind) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, e := range h.events {
		list = append(list, e.Kind)
	}
	h.events = nil
	return list
}

func newService(t *testing.T) (*account.Service, *clock) {
	t.Helper()
	h := newHouse(t)
	return h.Service, h.clock
}

func TestSignInAndOut(t *testing.T) {
	s, _ := newService(t)
	out, err := s.SignIn(t.Context(), " Ines ", password, here)
	a := out.Me.Account
	if err != nil || a.DisplayName != "Ines Okafor" || !a.Has(account.RoleTechnician) || a.Has(account.RoleAdmin) {
		t.Fatalf("SignIn = %+v, %v", a, err)
	}
	me, err := s.Authenticate(t.Context(), out.Token)
	if diff := cmp.Diff(a, me.Account); err != nil || diff != "" {
		t.Errorf("Authenticate: %v\n%s", err, diff)
	}
	if err := s.SignOut(t.Context(), me); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Authenticate(t.Context(), out.Token); !errors.Is(err, account.ErrNoSignIn) {
		t.Errorf("after signing out: %v", err)
	}
}

func TestRefusedSignIns(t *testing.T) {
	for name, c := range map[string]struct {
		name, password string
		before         func(context.Context, *account.Service) error
	}{
		"wrong password":     {"ines", "wrong horse", nil},
		"no password":        {"ines", "", nil},
		"enormous password":  {"ines", strings.Repeat("x", 1<<20), nil},
		"unknown name":       {"nobody", password, nil},
		"enormous name":      {strings.Repeat("x", 1<<20), password, nil},
		"no name":            {"", password, nil},
		"somebody else's ID": {"u_1", password, nil},
		"disabled": {"ines", password, func(ctx context.Context, s *account.Service) error {
			return s.Disable(ctx, account.CommandLine(), "ines")
		}},
		"the password before": {"ines", password, func(ctx context.Context, s *account.Service) error {
			return s.SetPassword(ctx, account.CommandLine(), "ines", otherPassword)
		}},
	} {
		t.Run(name, func(t *testing.T) {
			s, _ := newService(t)
			if c.before != nil {
				if err := c.before(t.Context(), s); err != nil {
					t.Fatal(err)
				}
			}
			out, err := s.SignIn(t.Context(), c.name, c.password, here)
			if !errors.Is(err, account.ErrWrongPassword) || out.Token != "" || out.Me.Account.ID != "" || out.Step != nil {
				t.Errorf("SignIn = %+v, %v", out, err)
			}
		})
	}
}

func TestSignInsEnd(t *testing.T) {
	for name, c := range map[string]struct {
		// pauses between uses
		pauses []time.Duration
		end    func(context.Context, *account.Service) error
		want   error
	}{
		"in use":              {pauses: []time.Duration{time.Hour, time.Hour, time.Hour}},
		"almost idle":         {pauses: []time.Duration{account.IdleLife - time.Second}},
		"idle":                {pauses: []time.Duration{account.IdleLife}, want: account.ErrNoSignIn},
		"in use for too long": {pauses: slices.Repeat([]time.Duration{time.Hour}, 12), want: account.ErrNoSignIn},
		"disabled": {end: func(ctx context.Context, s *account.Service) error {
			return s.Disable(ctx, account.CommandLine(), "ines")
		},
			want: account.ErrNoSignIn},
		"new password": {end: func(ctx context.Context, s *account.Service) error {
			return s.SetPassword(ctx, account.CommandLine(), "ines", otherPassword)
		}, want: account.ErrNoSignIn},
	} {
		t.Run(name, func(t *testing.T) {
			s, clock := newService(t)
			out, err := s.SignIn(t.Context(), "ines", password, here)
			if err != nil {
				t.Fatal(err)
			}
			token := out.Token
			for _, pause := range c.pauses {
				clock.t = clock.t.Add(pause)
				_, err = s.Authenticate(t.Context(), token)
			}
			if c.end != nil {
				if err := c.end(t.Context(), s); err != nil {
					t.Fatal(err)
				}
				_, err = s.Authenticate(t.Context(), token)
			}
			if !errors.Is(err, c.want) {
				t.Errorf("Authenticate = %v, want %v", err, c.want)
			}
		})
	}
}

func TestTokensThatNobodyHas(t *testing.T) {
	s, _ := newService(t)
	out, err := s.SignIn(t.Context(), "ines", password, here)
	if err != nil {
		t.Fatal(err)
	}
	token := out.Token
	for _, wrong := range []string{"", "x", token + "A", token[1:], strings.ToLower(token), strings.Repeat("A", len(token)), strings.Repeat("A", 1<<20)} {
		if _, err := s.Authenticate(t.Context(), wrong); !errors.Is(err, account.ErrNoSignIn) {
			t.Errorf("Authenticate(%.50q) = %v", wrong, err)
		}
	}
}

func TestTooManyWrongPasswords(t *testing.T) {
	s, clock := newService(t)
	var tooMany *account.TooManyError
	for range 50 {
		if _, err := s.SignIn(t.Context(), "ines", "wrong horse", here); errors.As(err, &tooMany) {
			break
		}
	}
	if tooMany == nil || tooMany.Wait <= 0 {
		t.Fatalf("nobody said how long to wait: %v", tooMany)
	}
	if _, err := s.SignIn(t.Context(), "ines", password, here); !errors.As(err, &tooMany) {
		t.Errorf("the right password too early: %v", err)
	}
	clock.t = clock.t.Add(tooMany.Wait)
	if _, err := s.SignIn(t.Context(), "ines", password, here); err != nil {
		t.Errorf("after the wait: %v", err)
	}
}

func TestNewAccountsAreChecked(t *testing.T) {
	roles := []account.Role{account.RoleAuditor}
	for name, c := range map[string]struct {
		new  account.New
		want string
	}{
		"plain":                {account.New{Name: "a.b_c-1", Roles: roles, Password: password}, ""},
		"capitals":             {account.New{Name: "Ines", Roles: roles, Password: password}, "name of an account"},
		"a space":              {account.New{Name: "i nes", Roles: roles, Password: password}, "name of an account"},
		"no name":              {account.New{Roles: roles, Password: password}, "name of an account"},
		"a long name":          {account.New{Name: strings.Repeat("a", 33), Roles: roles, Password: password}, "name of an account"},
		"a second line":        {account.New{Name: "aki\n", Roles: roles, Password: password}, "name of an account"},
		"looks like another":   {account.New{Name: "aki", DisplayName: "A\u200bki", Roles: roles, Password: password}, "name that people read"},
		"turned around":        {account.New{Name: "aki", DisplayName: "Aki\u202e", Roles: roles, Password: password}, "name that people read"},
		"a long display name":  {account.New{Name: "aki", DisplayName: strings.Repeat("ü", 65), Roles: roles, Password: password}, "name that people read"},
		"no role":              {account.New{Name: "aki", Password: password}, "needs a role"},
		"unknown role":         {account.New{Name: "aki", Roles: []account.Role{"root"}, Password: password}, `no role "root"`},
		"a short password":     {account.New{Name: "aki", Roles: roles, Password: "123456789"}, "too short"},
		"nine wide characters": {account.New{Name: "aki", Roles: roles, Password: strings.Repeat("ü", 9)}, "too short"},
		"an enormous password": {account.New{Name: "aki", Roles: roles, Password: strings.Repeat("x", 2000)}, "cannot be used"},
		"a common password":    {account.New{Name: "aki", Roles: roles, Password: "Password123!"}, "easy to guess"},
		"the own name":         {account.New{Name: "aki.tanaka", Roles: roles, Password: "akitanaka1"}, "easy to guess"},
		"a year":               {account.New{Name: "aki", Roles: roles, Password: "Summer2026!"}, "easy to guess"},
		"over the keyboard":    {account.New{Name: "aki", Roles: roles, Password: "qwertyuiop"}, "easy to guess"},
		"one key":              {account.New{Name: "aki", Roles: roles, Password: strings.Repeat("a", 500)}, "easy to guess"},
		"of this place":        {account.New{Name: "aki", Roles: roles, Password: "lendhand2026"}, "easy to guess"},
		"the name is taken":    {account.New{Name: "ines", Roles: roles, Password: password}, "account of this name exists"},
	} {
		t.Run(name, func(t *testing.T) {
			s, _ := newService(t)
			a, err := s.Create(t.Context(), account.CommandLine(), c.new)
			if c.want == "" {
				if err != nil || a.DisplayName != c.new.Name {
					t.Errorf("Create = %+v, %v", a, err)
				}
				return
			}
			if err == nil || !strings.Contains(err.Error(), c.want) || problem.Hint(err) == "" {
				t.Errorf("Create = %v, hint %q", err, problem.Hint(err))
			}
			if c.new.Password != "" && err != nil && strings.Contains(err.Error()+problem.Hint(err), c.new.Password) {
				t.Errorf("the password is in the error: %v", err)
			}
		})
	}
}

func TestRolesAreASet(t *testing.T) {
	s, _ := newService(t)
	given := []account.Role{account.RoleAdmin, account.RoleTechnician, account.RoleAdmin}
	a, err := s.Create(t.Context(), account.CommandLine(), account.New{Name: "aki", Roles: given, Password: password})
	if diff := cmp.Diff([]account.Role{account.RoleTechnician, account.RoleAdmin}, a.Roles); err != nil || diff != "" {
		t.Errorf("roles: %v\n%s", err, diff)
	}
	all, err := s.People(t.Context())
	if err != nil || len(all) != 2 || all[0].Name != "aki" {
		t.Errorf("List = %v, %v", all, err)
	}
}

func TestChangesOfAccountsThatAreNotThere(t *testing.T) {
	s, _ := newService(t)
	for name, err := range map[string]error{
		"SetPassword": s.SetPassword(t.Context(), account.CommandLine(), "nobody", password),
		"Disable":     s.Disable(t.Context(), account.CommandLine(), "nobody"),
	} {
		if !errors.Is(err, account.ErrNoAccount) || problem.Hint(err) == "" {
			t.Errorf("%s = %v, hint %q", name, err, problem.Hint(err))
		}
	}
	if err := s.SetPassword(t.Context(), account.CommandLine(), "ines", "short"); err == nil || problem.Hint(err) == "" {
		t.Errorf("SetPassword = %v", err)
	}
}
