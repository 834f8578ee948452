package web

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lendhand/lendhand/relay/internal/account"
	"github.com/lendhand/lendhand/relay/internal/account/accounttest"
	"github.com/lendhand/lendhand/relay/internal/account/openid"
	"github.com/lendhand/lendhand/relay/internal/account/openid/openidtest"
	"github.com/lendhand/lendhand/relay/internal/policy"
	"github.com/lendhand/lendhand/signaling"
)

// browser keeps cookies from one request to the next.
type browser struct {
	w       *world
	cookies map[string]*http.Cookie
}

func newBrowser(w *world) *browser { return &browser{w: w, cookies: map[string]*http.Cookie{}} }

func (b *browser) send(t *testing.T, method, path, body string) reply {
	t.Helper()
	var jar []string
	for name, c := range b.cookies {
		jar = append(jar, name+"="+c.Value)
	}
	header := http.Header{"User-Agent": {"Mozilla/5.0 (X11; Linux x86_64; rv:151.0) Gecko/20100101 Firefox/151.0"}}
	if jar != nil {
		header.Set("Cookie", strings.Join(jar, "; "))
	}
	got := b.w.do(t, request{method: method, path: path, body: body, header: header})
	for _, line := range got.header.Values("Set-Cookie") {
		c, err := http.ParseSetCookie(line)
		if err != nil || !c.Secure || !c.HttpOnly || c.Path != "/" || c.Domain != "" || !strings.HasPrefix(c.Name, "__Host-") {
			t.Errorf("cookie %q: %v", line, err)
		}
		if b.cookies[c.Name] = c; c.MaxAge < 0 {
			delete(b.cookies, c.Name)
		}
	}
	return got
}

// post sends values as JSON, wants the status and reads the answer into the last.
func (b *browser) post(t *testing.T, path string, status int, values map[string]any, into any) reply {
	t.Helper()
	if values == nil {
		values = map[string]any{}
	}
	body, err := json.Marshal(values)
	if err != nil {
		t.Fatal(err)
	}
	return b.read(t, b.send(t, http.MethodPost, path, string(body)), path, status, into)
}

func (b *browser) get(t *testing.T, path string, status int, into any) reply {
	t.Helper()
	return b.read(t, b.send(t, http.MethodGet, path, ""), path, status, into)
}

func (b *browser) read(t *testing.T, got reply, path string, status int, into any) reply {
	t.Helper()
	if got.status != status {
		t.Fatalf("%s: status %d, want %d: %s", path, got.status, status, got.body)
	}
	if into != nil {
		if err := json.Unmarshal([]byte(got.body), into); err != nil {
			t.Fatalf("%s: %v: %s", path, err, got.body)
		}
	}
	return got
}

func (b *browser) signIn(t *testing.T, name string) {
	t.Helper()
	b.post(t, "/api/sign-in", http.StatusOK, map[string]any{"name": name, "password": password}, nil)
	if b.cookies[cookieName] == nil {
		t.Fatal("there is no cookie")
	}
}

// refused wants a refusal with a code.
func (b *browser) refused(t *testing.T, path string, status int, code signaling.ErrorCode, values map[string]any) {
	t.Helper()
	if p := b.post(t, path, status, values, nil).problem(t); p.Code != code {
		t.Errorf("%s: code %q, want %q", path, p.Code, code)
	}
}

// enrol sets up an authenticator program and returns its secret and the recovery
// codes.
func (b *browser) enrol(t *testing.T) (string, []string) {
	t.Helper()
	var begun newTOTP
	b.post(t, "/api/account/totp/begin", http.StatusOK, nil, &begun)
	b.refused(t, "/api/account/totp", http.StatusUnauthorized, codeFactor, map[string]any{"code": "000000x"})
	var shown codes
	code := accounttest.Code(t, begun.Secret, time.Now())
	b.post(t, "/api/account/totp", http.StatusOK, map[string]any{"code": code}, &shown)
	if len(shown.RecoveryCodes) != 10 {
		t.Errorf("%d recovery codes", len(shown.RecoveryCodes))
	}
	return begun.Secret, shown.RecoveryCodes
}

func TestSignInWithASecondFactor(t *testing.T) {
	w := newWorld(t)
	home := newBrowser(w)
	home.signIn(t, "tech")
	secret, recovery := home.enrol(t)

	b := newBrowser(w)
	var asked next
	b.post(t, "/api/sign-in", http.StatusOK, map[string]any{"name": "tech", "password": password}, &asked)
	if diff := cmp.Diff(next{Next: "second-factor", Factors: []string{"totp", "recovery"}}, asked); diff != "" {
		t.Error(diff)
	}
	step := b.cookies[stepName]
	if b.cookies[cookieName] != nil || step == nil || step.SameSite != http.SameSiteStrictMode || step.MaxAge != 300 {
		t.Fatalf("cookies: %v", b.cookies)
	}
	b.get(t, "/api/me", http.StatusUnauthorized, nil)
	b.get(t, "/api/sign-in/next", http.StatusOK, &asked)
	b.refused(t, "/api/sign-in/second", http.StatusUnauthorized, codeFactor, map[string]any{"totp": "000000x"})
	b.refused(t, "/api/sign-in/second", http.StatusUnauthorized, codeFactor, nil)
	b.refused(t, "/api/sign-in/passkey", http.StatusUnauthorized, codeStep, map[string]any{"credential": map[string]any{}})
	newBrowser(w).refused(t, "/api/sign-in/second", http.StatusUnauthorized, codeStep, map[string]any{"recovery": recovery[0]})

	var me person
	// The code of now was used to set up.
	code := accounttest.Code(t, secret, time.Now().Add(30*time.Second))
	b.post(t, "/api/sign-in/second", http.StatusOK, map[string]any{"totp": code}, &me)
	if me.SignInName != "tech" || b.cookies[stepName] != nil || b.cookies[cookieName] == nil {
		t.Errorf("signed in as %+v with %v", me, b.cookies)
	}
	b.cookies[stepName] = step
	b.refused(t, "/api/sign-in/second", http.StatusUnauthorized, codeStep, map[string]any{"recovery": recovery[0]})
	b.refusedGet(t, "/api/sign-in/next", codeStep)

	var view own
	b.get(t, "/api/account", http.StatusOK, &view)
	if !view.TOTP || view.RecoveryLeft != 10 || len(view.SignIns) != 2 || view.SecondFactorRequired {
		t.Errorf("account: %+v", view)
	}
	b.post(t, "/api/account/recovery", http.StatusOK, nil, &codes{})
	b.post(t, "/api/account/totp/remove", http.StatusNoContent, nil, nil)
	newBrowser(w).signIn(t, "tech")
}

func (b *browser) refusedGet(t *testing.T, path string, code signaling.ErrorCode) {
	t.Helper()
	if got := b.send(t, http.MethodGet, path, ""); got.status != http.StatusUnauthorized || got.problem(t).Code != code {
		t.Errorf("%s: %d: %s", path, got.status, got.body)
	}
}

func TestSignInWithAPasskey(t *testing.T) {
	w := newWorld(t)
	b := newBrowser(w)
	b.signIn(t, "tech")
	device := &accounttest.Authenticator{Origin: public}
	var question asked
	b.post(t, "/api/account/passkeys/begin", http.StatusOK, nil, &question)
	b.refused(t, "/api/account/passkeys", http.StatusBadRequest, signaling.CodeBadMessage, map[string]any{"name": "a\u202eb"})
	made := map[string]any{"name": "My laptop", "credential": json.RawMessage(device.Create(t, question.PublicKey))}
	b.post(t, "/api/account/passkeys", http.StatusOK, made, nil)
	b.refused(t, "/api/account/passkeys", http.StatusUnauthorized, codeStep, made)

	alone := newBrowser(w)
	alone.post(t, "/api/sign-in/passkey/begin", http.StatusOK, nil, &question)
	answer := map[string]any{"credential": json.RawMessage(device.Get(t, question.PublicKey))}
	newBrowser(w).refused(t, "/api/sign-in/passkey", http.StatusUnauthorized, codeStep, answer)
	alone.refused(t, "/api/sign-in/second", http.StatusUnauthorized, codeStep, map[string]any{"passkey": answer["credential"]})
	var me person
	alone.post(t, "/api/sign-in/passkey", http.StatusOK, answer, &me)
	if me.SignInName != "tech" {
		t.Errorf("signed in as %+v", me)
	}

	second := newBrowser(w)
	var ask next
	second.post(t, "/api/sign-in", http.StatusOK, map[string]any{"name": "tech", "password": password}, &ask)
	second.post(t, "/api/sign-in/second", http.StatusOK, map[string]any{"passkey": json.RawMessage(device.Get(t, ask.Passkey))}, &me)

	var view own
	alone.get(t, "/api/account", http.StatusOK, &view)
	if len(view.Passkeys) != 1 || view.Passkeys[0].Name != "My laptop" || view.Passkeys[0].Used == nil {
		t.Fatalf("account: %+v", view)
	}
	alone.refused(t, "/api/account/passkeys/remove", http.StatusNotFound, codeNotFound, map[string]any{"id": "p_9"})
	alone.post(t, "/api/account/passkeys/remove", http.StatusNoContent, map[string]any{"id": view.Passkeys[0].ID}, nil)
}

func TestWaysToSignIn(t *testing.T) {
	var got ways
	newBrowser(newWorld(t)).get(t, "/api/sign-in/ways", http.StatusOK, &got)
	if diff := cmp.Diff(ways{Passkey: true}, got); diff != "" {
		t.Error(diff)
	}
}

func TestOneTimeLinks(t *testing.T) {
	w := newWorld(t)
	_, link, err := w.accounts.Invite(t.Context(), account.CommandLine(), account.New{Name: "aki", DisplayName: "Aki", Roles: []account.Role{account.RoleAuditor}})
	if err != nil {
		t.Fatal(err)
	}
	token := strings.TrimPrefix(link, public+"/welcome#")
	b := newBrowser(w)
	var page opened
	b.post(t, "/api/link", http.StatusOK, map[string]any{"token": token}, &page)
	if diff := cmp.Diff(opened{Kind: "invitation", Name: "aki", DisplayName: "Aki", Organisation: "Example Help Desk"}, page); diff != "" {
		t.Error(diff)
	}
	b.refused(t, "/api/link/use", http.StatusBadRequest, signaling.CodeBadMessage, map[string]any{"token": token, "password": "Password123!"})
	var me person
	b.post(t, "/api/link/use", http.StatusOK, map[string]any{"token": token, "password": password}, &me)
	if me.SignInName != "aki" {
		t.Errorf("signed in as %+v", me)
	}
	// Used, unknown and empty read alike.
	for _, path := range []string{"/api/link", "/api/link/use"} {
		var bodies []string
		for _, bad := range []string{token, strings.Repeat("A", 43), ""} {
			got := newBrowser(w).post(t, path, http.StatusNotFound, map[string]any{"token": bad, "password": password}, nil)
			bodies = append(bodies, got.body)
		}
		if bodies[0] != bodies[1] || bodies[1] != bodies[2] {
			t.Errorf("%s: they differ: %v", path, bodies)
		}
	}
}

func TestOwnSignIns(t *testing.T) {
	w := newWorld(t)
	b, other, third, stranger := newBrowser(w), newBrowser(w), newBrowser(w), newBrowser(w)
	for _, each := range []*browser{b, other, third} {
		each.signIn(t, "tech")
	}
	stranger.signIn(t, "audit")
	var view own
	other.get(t, "/api/account", http.StatusOK, &view)
	if len(view.SignIns) != 3 || view.SignIns[0].Browser != "Firefox 151 on Linux" || view.SignIns[0].Address != "127.0.0.1" {
		t.Fatalf("sign-ins: %+v", view.SignIns)
	}
	var ours string
	for _, in := range view.SignIns {
		if in.Current {
			ours = in.ID
		}
	}
	stranger.refused(t, "/api/account/sign-ins/end", http.StatusNotFound, codeNotFound, map[string]any{"id": ours})
	b.post(t, "/api/account/sign-ins/end", http.StatusNoContent, map[string]any{"id": ours}, nil)
	other.get(t, "/api/me", http.StatusUnauthorized, nil)
	b.post(t, "/api/account/sign-ins/end", http.StatusNoContent, map[string]any{"others": true}, nil)
	third.get(t, "/api/me", http.StatusUnauthorized, nil)
	b.get(t, "/api/me", http.StatusOK, nil)
	stranger.get(t, "/api/me", http.StatusOK, nil)
}

func TestOwnPassword(t *testing.T) {
	w := newWorld(t)
	b := newBrowser(w)
	b.signIn(t, "tech")
	b.refused(t, "/api/account/password", http.StatusUnauthorized, codeSignIn, map[string]any{"old": "wrong horse", "new": "another horse by the river"})
	b.refused(t, "/api/account/password", http.StatusBadRequest, signaling.CodeBadMessage, map[string]any{"old": password, "new": "Password123!"})
	b.post(t, "/api/account/password", http.StatusNoContent, map[string]any{"old": password, "new": "another horse by the river"}, nil)
	b.get(t, "/api/me", http.StatusOK, nil)
	newBrowser(w).refused(t, "/api/sign-in", http.StatusUnauthorized, codeSignIn, map[string]any{"name": "tech", "password": password})
}

func TestChangesNeedARecentSignIn(t *testing.T) {
	var late *account.Service
	w := newWorld(t, func(c *Config) {
		var err error
		late, err = account.NewService(account.Config{
			Store: c.Audit.(account.Store), PublicURL: c.PublicURL, Cost: account.Cost{Memory: 64, Passes: 1, Threads: 1},
			Now: func() time.Time { return time.Now().Add(account.RecentLife) },
		})
		if err != nil {
			t.Fatal(err)
		}
		c.Accounts = late
	})
	token := w.token(t, "tech") // ten minutes ago, as the server sees it
	b := newBrowser(w)
	b.cookies[cookieName] = &http.Cookie{Name: cookieName, Value: token}
	for _, path := range []string{
		"password", "totp/begin", "totp", "totp/remove", "passkeys/begin", "passkeys/remove", "recovery",
	} {
		b.refused(t, "/api/account/"+path, http.StatusForbidden, codeSignInAgain, nil)
	}
	b.refused(t, "/api/account/passkeys", http.StatusForbidden, codeSignInAgain, map[string]any{"name": "x"})
	b.get(t, "/api/account", http.StatusOK, nil)
	b.signIn(t, "tech")
	b.post(t, "/api/account/totp/begin", http.StatusOK, nil, nil)
}

func TestWhoMustEnrolHasNothingElse(t *testing.T) {
	w := newWorld(t)
	rules := policy.Default()
	rules.SecondFactor = policy.FactorRequired
	if _, err := w.policy.Replace(t.Context(), policy.Policy{Version: w.policy.Current().Version, Organisation: rules}, "test"); err != nil {
		t.Fatal(err)
	}
	b := newBrowser(w)
	b.signIn(t, "admin")
	var me person
	b.get(t, "/api/me", http.StatusOK, &me)
	if !me.MustEnrol {
		t.Errorf("me: %+v", me)
	}
	for _, r := range w.server.table() {
		if r.needs == needNothing || r.needs == needHost || r.needs == needToken || r.needs == needLink || r.needs == needSignIn {
			continue
		}
		if got := b.send(t, r.method, atRecording(r.path), "{}"); got.status != http.StatusForbidden || got.problem(t).Code != codeEnrolFirst {
			t.Errorf("%s: status %d: %s", r.path, got.status, got.body)
		}
	}
	b.enrol(t)
	b.get(t, "/api/admin/people", http.StatusOK, nil)
	b.refused(t, "/api/account/totp/remove", http.StatusBadRequest, signaling.CodeBadMessage, nil)
}

func TestRoutesOfAccountsReadJSONOnly(t *testing.T) {
	w := newWorld(t)
	token := w.token(t, "both")
	for _, r := range w.server.table() {
		if r.method != http.MethodPost || r.needs == needToken || r.path == "/api/sign-out" || r.path == "/api/account/photo" || r.needs.role() == account.RoleAdmin {
			continue
		}
		for body, want := range map[string]int{"[]": 400, "{} {}": 400, "{": 400, `{"x": "` + strings.Repeat("x", maxSealedBody) + `"}`: 413} {
			got := w.do(t, request{method: r.method, path: atRecording(r.path), body: body, cookie: token})
			if got.status != want {
				t.Errorf("%s with %.10q: status %d, want %d", r.path, body, got.status, want)
			}
		}
		got := w.do(t, request{method: r.method, path: atRecording(r.path), body: "x=1", cookie: token, header: http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}})
		if got.status != http.StatusUnsupportedMediaType {
			t.Errorf("%s with a form: status %d", r.path, got.status)
		}
	}
}

// atProvider is a world whose people sign in at an issuer.
func atProvider(t *testing.T) (*world, *openidtest.Issuer) {
	t.Helper()
	i := openidtest.New(t)
	i.Claims = map[string]any{"groups": []string{"desk"}, "preferred_username": "kim", "name": "Kim Lee"}
	provider, err := openid.New(openid.Config{
		Issuer: i.URL, ClientID: openidtest.ClientID, Secret: openidtest.Secret, Name: "Example ID",
		Roles:    map[string][]account.Role{"desk": {account.RoleTechnician}},
		Callback: public + OpenIDCallback, Transport: i.Client().Transport,
	})
	if err != nil {
		t.Fatal(err)
	}
	return newWorld(t, func(c *Config) { c.OpenID = provider }), i
}

// away sends the browser to the provider and returns what it comes back with.
func (b *browser) away(t *testing.T, i *openidtest.Issuer) url.Values {
	t.Helper()
	got := b.get(t, "/api/sign-in/openid", http.StatusFound, nil)
	if c := b.cookies[openIDName]; c == nil || c.SameSite != http.SameSiteLaxMode {
		t.Fatalf("cookies: %v", b.cookies)
	}
	return i.SignIn(t, got.header.Get("Location"))
}

func TestSignInAtAProvider(t *testing.T) {
	w, i := atProvider(t)
	b := newBrowser(w)
	var can ways
	if b.get(t, "/api/sign-in/ways", http.StatusOK, &can); can.OpenID != "Example ID" {
		t.Errorf("ways: %+v", can)
	}
	sent := b.away(t, i)
	step := b.cookies[openIDName]
	got := b.get(t, OpenIDCallback+"?"+sent.Encode(), http.StatusOK, nil)
	if !strings.Contains(got.body, `content="0; url=/"`) || b.cookies[openIDName] != nil {
		t.Errorf("page: %s, cookies %v", got.body, b.cookies)
	}
	var me person
	b.get(t, "/api/me", http.StatusOK, &me)
	if me.SignInName != "kim" || me.Name != "Kim Lee" {
		t.Errorf("signed in as %+v", me)
	}
	again := newBrowser(w)
	again.cookies[openIDName] = step
	again.get(t, OpenIDCallback+"?"+sent.Encode(), http.StatusUnauthorized, nil)

	device := &accounttest.Authenticator{Origin: public}
	var question asked
	b.post(t, "/api/account/passkeys/begin", http.StatusOK, nil, &question)
	b.post(t, "/api/account/passkeys", http.StatusOK, map[string]any{"name": "x", "credential": json.RawMessage(device.Create(t, question.PublicKey))}, nil)
	second := newBrowser(w)
	got = second.get(t, OpenIDCallback+"?"+second.away(t, i).Encode(), http.StatusOK, nil)
	if !strings.Contains(got.body, `url=/#second-factor"`) || second.cookies[cookieName] != nil {
		t.Errorf("page: %s, cookies %v", got.body, second.cookies)
	}
	var ask next
	second.get(t, "/api/sign-in/next", http.StatusOK, &ask)
	second.post(t, "/api/sign-in/second", http.StatusOK, map[string]any{"passkey": json.RawMessage(device.Get(t, ask.Passkey))}, &me)
}

func TestAnswersOfAProviderThatAreRefused(t *testing.T) {
	for name, c := range map[string]struct {
		spoil  func(b *browser, i *openidtest.Issuer, sent url.Values)
		status int
	}{
		"another browser":   {func(b *browser, _ *openidtest.Issuer, _ url.Values) { b.cookies = map[string]*http.Cookie{} }, 401},
		"another state":     {func(_ *browser, _ *openidtest.Issuer, sent url.Values) { sent.Set("state", "x") }, 401},
		"nothing but a try": {func(_ *browser, _ *openidtest.Issuer, sent url.Values) { clear(sent) }, 401},
		"no group":          {func(_ *browser, i *openidtest.Issuer, _ url.Values) { delete(i.Claims, "groups") }, 403},
		"markup": {func(_ *browser, _ *openidtest.Issuer, sent url.Values) {
			sent.Set("error", "<script>alert(1)</script>")
		}, 401},
	} {
		t.Run(name, func(t *testing.T) {
			w, i := atProvider(t)
			b := newBrowser(w)
			sent := b.away(t, i)
			c.spoil(b, i, sent)
			got := b.get(t, OpenIDCallback+"?"+sent.Encode(), c.status, nil)
			if b.cookies[cookieName] != nil || strings.Contains(got.body, "<script") || got.header.Get("Content-Type") != "text/html; charset=utf-8" {
				t.Errorf("page: %s, cookies %v", got.body, b.cookies)
			}
		})
	}
}

func TestWithoutAProvider(t *testing.T) {
	b := newBrowser(newWorld(t))
	b.get(t, "/api/sign-in/openid", http.StatusNotFound, nil)
	b.get(t, OpenIDCallback, http.StatusNotFound, nil)
}

func TestAProviderThatDoesNotAnswer(t *testing.T) {
	w := newWorld(t, func(c *Config) { c.OpenID = silent{} })
	got := newBrowser(w).get(t, "/api/sign-in/openid", http.StatusBadGateway, nil)
	if strings.Contains(got.body, "secret cause") {
		t.Errorf("page: %s", got.body)
	}
}

type silent struct{ OpenID }

func (silent) Begin(context.Context) (string, any, error) {
	return "", nil, fmt.Errorf("a secret cause")
}

func TestSignInsThatAnybodyBeginsArePaced(t *testing.T) {
	b := newBrowser(newWorld(t))
	for range 100 {
		if got := b.send(t, http.MethodPost, "/api/sign-in/passkey/begin", "{}"); got.status == http.StatusTooManyRequests {
			if got.header.Get("Retry-After") == "" {
				t.Error("nobody says how long to wait")
			}
			return
		}
	}
	t.Error("nobody was made to wait")
}

func TestForeignPagesBeginNoSignInAtAProvider(t *testing.T) {
	w, _ := atProvider(t)
	for to, want := range map[string]int{"": 302, "document": 302, "image": 403, "iframe": 403, "empty": 403} {
		header := http.Header{"Sec-Fetch-Site": {"cross-site"}}
		if to != "" {
			header.Set("Sec-Fetch-Dest", to)
		}
		got := w.do(t, request{method: http.MethodGet, path: "/api/sign-in/openid", header: header})
		if cookies := got.header.Values("Set-Cookie"); got.status != want || (len(cookies) > 0) != (want == 302) {
			t.Errorf("as %q: status %d, cookies %q", to, got.status, cookies)
		}
	}
}
