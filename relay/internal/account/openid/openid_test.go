package openid_test

import (
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lendhand/lendhand/relay/internal/account"
	"github.com/lendhand/lendhand/relay/internal/account/openid"
	"github.com/lendhand/lendhand/relay/internal/account/openid/openidtest"
	"github.com/lendhand/lendhand/signaling/problem"
)

func config(i *openidtest.Issuer) openid.Config {
	return openid.Config{
		Issuer: i.URL, ClientID: openidtest.ClientID, Secret: openidtest.Secret, Name: "Example ID",
		Roles:     map[string][]account.Role{"desk": {account.RoleTechnician}, "review": {account.RoleAuditor, account.RoleTechnician}},
		Callback:  "https://help.example/api/sign-in/openid/callback",
		Transport: i.Client().Transport,
	}
}

func newProvider(t *testing.T, i *openidtest.Issuer) *openid.Provider {
	t.Helper()
	p, err := openid.New(config(i))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestWhoTheProviderSaysSomebodyIs(t *testing.T) {
	for name, c := range map[string]struct {
		claims, info map[string]any
		want         account.Identity
	}{
		"nothing but a subject": {nil, nil, account.Identity{}},
		"a group that gives a role": {map[string]any{"groups": []string{"other", "desk"}, "preferred_username": "ines@help.example", "name": "Ines"}, nil,
			account.Identity{Name: "ines@help.example", DisplayName: "Ines", Roles: []account.Role{account.RoleTechnician}}},
		"one group": {map[string]any{"groups": "desk"}, nil, account.Identity{Roles: []account.Role{account.RoleTechnician}}},
		"groups that give the same": {map[string]any{"groups": []string{"desk", "review"}}, nil,
			account.Identity{Roles: []account.Role{account.RoleTechnician, account.RoleAuditor}}},
		"groups that are no names": {map[string]any{"groups": []any{1, map[string]any{}}}, nil, account.Identity{}},
		"groups in another case":   {map[string]any{"groups": []string{"DESK"}}, nil, account.Identity{}},
		"groups beside the token":  {nil, map[string]any{"sub": "1", "groups": []string{"desk"}}, account.Identity{Roles: []account.Role{account.RoleTechnician}}},
		"none in the token counts": {map[string]any{"groups": []string{}}, map[string]any{"sub": "1", "groups": []string{"desk"}}, account.Identity{}},
		"more than one factor":     {map[string]any{"amr": []string{"pwd", "mfa"}}, nil, account.Identity{Strong: true}},
		"only a password":          {map[string]any{"amr": []string{"pwd"}}, nil, account.Identity{}},
	} {
		t.Run(name, func(t *testing.T) {
			i := openidtest.New(t)
			i.Claims, i.UserInfo = c.claims, c.info
			p := newProvider(t, i)
			address, flow, err := p.Begin(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			got, err := p.Finish(t.Context(), flow, i.SignIn(t, address))
			c.want.Issuer, c.want.Subject = i.URL, "1"
			if diff := cmp.Diff(c.want, got); err != nil || diff != "" {
				t.Errorf("Finish: %v\n%s", err, diff)
			}
		})
	}
}

func TestAnswersThatAreRefused(t *testing.T) {
	_, foreign, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	for name, spoil := range map[string]func(i *openidtest.Issuer, sent url.Values){
		"another state":      func(_ *openidtest.Issuer, sent url.Values) { sent.Set("state", "x") },
		"no state":           func(_ *openidtest.Issuer, sent url.Values) { sent.Del("state") },
		"two states":         func(_ *openidtest.Issuer, sent url.Values) { sent.Add("state", "x") },
		"no code":            func(_ *openidtest.Issuer, sent url.Values) { sent.Del("code") },
		"another code":       func(_ *openidtest.Issuer, sent url.Values) { sent.Set("code", "x") },
		"an error":           func(_ *openidtest.Issuer, sent url.Values) { sent.Set("error", "access_denied") },
		"another issuer":     func(_ *openidtest.Issuer, sent url.Values) { sent.Set("iss", "https://evil.example") },
		"enormous":           func(_ *openidtest.Issuer, sent url.Values) { sent.Set("x", strings.Repeat("x", 5000)) },
		"another nonce":      func(i *openidtest.Issuer, _ url.Values) { i.Claims["nonce"] = "x" },
		"no nonce":           func(i *openidtest.Issuer, _ url.Values) { i.Claims["nonce"] = "" },
		"for another client": func(i *openidtest.Issuer, _ url.Values) { i.Claims["aud"] = "other" },
		"of another issuer":  func(i *openidtest.Issuer, _ url.Values) { i.Claims["iss"] = "https://evil.example" },
		"expired":            func(i *openidtest.Issuer, _ url.Values) { i.Claims["exp"] = time.Now().Add(-time.Minute).Unix() },
		"signed by another":  func(i *openidtest.Issuer, _ url.Values) { i.Key = foreign },
		"groups of another": func(i *openidtest.Issuer, _ url.Values) {
			i.UserInfo = map[string]any{"sub": "2", "groups": []string{"desk"}}
		},
	} {
		t.Run(name, func(t *testing.T) {
			i := openidtest.New(t)
			p := newProvider(t, i)
			address, flow, err := p.Begin(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			sent := i.SignIn(t, address)
			spoil(i, sent)
			if who, err := p.Finish(t.Context(), flow, sent); !errors.Is(err, openid.ErrRefused) || who.Subject != "" {
				t.Errorf("Finish = %+v, %v", who, err)
			}
		})
	}
}

// A code that was stolen on its way is of no use: the proof key stayed here.
func TestACodeIsGoodForItsOwnSignIn(t *testing.T) {
	i := openidtest.New(t)
	p := newProvider(t, i)
	victims, _, err := p.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	own, flow, err := p.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	sent := i.SignIn(t, own)
	sent.Set("code", i.SignIn(t, victims).Get("code"))
	if who, err := p.Finish(t.Context(), flow, sent); !errors.Is(err, openid.ErrRefused) {
		t.Errorf("Finish = %+v, %v", who, err)
	}
	if who, err := p.Finish(t.Context(), nil, sent); !errors.Is(err, openid.ErrRefused) {
		t.Errorf("nobody has begun it: %+v, %v", who, err)
	}
}

func TestAProviderThatIsDownIsAskedAgain(t *testing.T) {
	i := openidtest.New(t)
	cfg, now := config(i), time.Now()
	cfg.Now = func() time.Time { return now }
	reach := &reaching{RoundTripper: cfg.Transport, down: true}
	cfg.Transport = reach
	p, err := openid.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	for range 3 { // asked once, then left alone for a while
		if _, _, err := p.Begin(t.Context()); err == nil {
			t.Error("a provider that is down has answered")
		}
	}
	if reach.asked != 1 {
		t.Errorf("it was asked %d times", reach.asked)
	}
	reach.down, now = false, now.Add(5*time.Second)
	if _, _, err := p.Begin(t.Context()); err != nil {
		t.Errorf("though it is up again: %v", err)
	}
}

// reaching is a way to a provider that may be down.
type reaching struct {
	http.RoundTripper
	down  bool
	asked int
}

func (r *reaching) RoundTrip(request *http.Request) (*http.Response, error) {
	r.asked++
	if r.down {
		return nil, errors.New("nobody there")
	}
	return r.RoundTripper.RoundTrip(request)
}

func TestConfigurationsThatAreRefused(t *testing.T) {
	i := openidtest.New(t)
	for name, change := range map[string]func(*openid.Config){
		"no TLS":      func(c *openid.Config) { c.Issuer = "http://id.example" },
		"no issuer":   func(c *openid.Config) { c.Issuer = "" },
		"a query":     func(c *openid.Config) { c.Issuer += "?x=1" },
		"no client":   func(c *openid.Config) { c.ClientID = "" },
		"no roles":    func(c *openid.Config) { c.Roles = nil },
		"no callback": func(c *openid.Config) { c.Callback = "" },
	} {
		cfg := config(i)
		change(&cfg)
		if _, err := openid.New(cfg); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

func TestParseRoles(t *testing.T) {
	want := map[string][]account.Role{
		"desk": {account.RoleTechnician, account.RoleAdmin}, "cn=review": {account.RoleAuditor}, "/a b": {account.RoleAuditor},
	}
	got, err := openid.ParseRoles("desk=technician, desk=admin ,/a b=auditor,cn=review=auditor,")
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("ParseRoles: %v\n%s", err, diff)
	}
	for _, text := range []string{"desk", "=admin", "desk=", "desk=root", "desk=Admin", "a=admin,,b"} {
		if roles, err := openid.ParseRoles(text); err == nil {
			t.Errorf("ParseRoles(%q) = %v", text, roles)
		}
	}
}

func TestReadSecret(t *testing.T) {
	dir := t.TempDir()
	for name, c := range map[string]struct {
		content string
		mode    os.FileMode
		want    string
	}{
		"private":       {"hush\n", 0o600, ""},
		"read-only":     {"hush", 0o400, ""},
		"the group's":   {"hush", 0o640, "others can read it"},
		"everybody's":   {"hush", 0o644, "others can read it"},
		"empty":         {" \n", 0o600, "is empty"},
		"much too long": {strings.Repeat("x", 5000), 0o600, "is larger"},
	} {
		path := filepath.Join(dir, name)
		if err := errors.Join(os.WriteFile(path, []byte(c.content), c.mode), os.Chmod(path, c.mode)); err != nil {
			t.Fatal(err)
		}
		secret, err := openid.ReadSecret(path)
		if c.want == "" {
			if err != nil || secret != "hush" {
				t.Errorf("%s: %q, %v", name, secret, err)
			}
			continue
		}
		if err == nil || !strings.Contains(err.Error(), c.want) || problem.Hint(err) == "" {
			t.Errorf("%s: %q, %v", name, secret, err)
		}
	}
	if _, err := openid.ReadSecret(filepath.Join(dir, "none")); !errors.Is(err, os.ErrNotExist) || problem.Hint(err) == "" {
		t.Errorf("no file: %v", err)
	}
}
