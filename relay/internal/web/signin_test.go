package web

import (
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lendhand/lendhand/relay/internal/account"
	"github.com/lendhand/lendhand/relay/internal/policy"
)

const right = `{"name": "tech", "password": "correct horse"}`

func TestSignInMeAndOut(t *testing.T) {
	w := newWorld(t)
	got := w.do(t, request{method: "POST", path: "/api/sign-in", body: right})
	if got.status != http.StatusOK {
		t.Fatalf("status %d: %s", got.status, got.body)
	}
	line := got.header.Get("Set-Cookie")
	cookie, err := http.ParseSetCookie(line)
	if err != nil {
		t.Fatal(err)
	}
	if cookie.Name != "__Host-lendhand" || !cookie.Secure || !cookie.HttpOnly || cookie.SameSite != http.SameSiteStrictMode ||
		cookie.Path != "/" || cookie.Domain != "" || cookie.MaxAge != 12*3600 {
		t.Errorf("cookie: %s", strings.Replace(line, cookie.Value, "…", 1))
	}
	if got.header.Get("Cache-Control") != "no-store" || strings.Contains(got.body, cookie.Value) {
		t.Errorf("the token may be kept: %v", got.header)
	}
	want := person{
		ID: w.ids["tech"], Name: "The tech", SignInName: "tech", Organisation: "Example Help Desk",
		Roles: []account.Role{account.RoleTechnician}, Recording: policy.RecordingOptional,
	}
	me := w.do(t, request{method: "GET", path: "/api/me", cookie: cookie.Value})
	for _, body := range []string{got.body, me.body} {
		var p person
		if err := json.Unmarshal([]byte(body), &p); err != nil || !cmp.Equal(want, p) {
			t.Errorf("person: %v\n%s", err, cmp.Diff(want, p))
		}
	}
	out := w.do(t, request{method: "POST", path: "/api/sign-out", cookie: cookie.Value})
	if out.status != http.StatusNoContent || !strings.Contains(out.header.Get("Set-Cookie"), "Max-Age=0") {
		t.Errorf("sign-out: %d, %v", out.status, out.header)
	}
	if again := w.do(t, request{method: "GET", path: "/api/me", cookie: cookie.Value}); again.status != http.StatusUnauthorized {
		t.Errorf("after signing out: status %d", again.status)
	}
}

func TestSignInsThatAreRefused(t *testing.T) {
	w := newWorld(t)
	for name, c := range map[string]struct {
		body   string
		header http.Header
		status int
	}{
		"wrong password": {body: `{"name": "tech", "password": "wrong horse"}`, status: 401},
		"unknown name":   {body: `{"name": "nobody", "password": "correct horse"}`, status: 401},
		"nothing":        {body: `{}`, status: 401},
		"not JSON":       {body: `name=tech`, status: 400},
		"two values":     {body: right + right, status: 400},
		"a list":         {body: `[]`, status: 400},
		"a form":         {body: right, header: http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}, status: 415},
		"plain text":     {body: right, header: http.Header{"Content-Type": {"text/plain"}}, status: 415},
		"enormous":       {body: `{"name": "` + strings.Repeat("x", 1<<20) + `"}`, status: 413},
		"another page, by origin": {body: right, header: http.Header{
			"Content-Type": {"application/json"}, "Origin": {"https://evil.example"},
		}, status: 403},
		"another page, by the browser's word": {body: right, header: http.Header{
			"Content-Type": {"application/json"}, "Sec-Fetch-Site": {"cross-site"},
		}, status: 403},
		"a neighbouring page": {body: right, header: http.Header{
			"Content-Type": {"application/json"}, "Sec-Fetch-Site": {"same-site"},
		}, status: 403},
	} {
		t.Run(name, func(t *testing.T) {
			got := w.do(t, request{method: "POST", path: "/api/sign-in", body: c.body, header: c.header})
			if got.status != c.status || got.header.Get("Set-Cookie") != "" {
				t.Errorf("status %d, want %d: %s", got.status, c.status, got.body)
			}
			got.problem(t)
		})
	}
}

func TestUnknownNamesAndWrongPasswordsReadAlike(t *testing.T) {
	w := newWorld(t)
	wrong := w.do(t, request{method: "POST", path: "/api/sign-in", body: `{"name": "tech", "password": "wrong horse"}`})
	unknown := w.do(t, request{method: "POST", path: "/api/sign-in", body: `{"name": "nobody", "password": "wrong horse"}`})
	if wrong.status != unknown.status || wrong.body != unknown.body {
		t.Errorf("they differ:\n%s\n%s", wrong.body, unknown.body)
	}
}

func TestTooManyWrongPasswordsAreToldTheWait(t *testing.T) {
	w := newWorld(t)
	for range 50 {
		got := w.do(t, request{method: "POST", path: "/api/sign-in", body: `{"name": "tech", "password": "wrong horse"}`})
		if got.status == http.StatusUnauthorized {
			continue
		}
		seconds, err := strconv.Atoi(got.header.Get("Retry-After"))
		if got.status != http.StatusTooManyRequests || err != nil || seconds < 1 || !strings.Contains(got.problem(t).Hint, strconv.Itoa(seconds)) {
			t.Errorf("status %d, Retry-After %q: %s", got.status, got.header.Get("Retry-After"), got.body)
		}
		return
	}
	t.Error("nobody was made to wait")
}

func TestHealth(t *testing.T) {
	w := newWorld(t)
	got := w.do(t, request{method: "GET", path: "/healthz"})
	var h Health
	if err := json.Unmarshal([]byte(got.body), &h); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(Health{Status: "ok", Version: "v1.2.3", Waiting: 3, Active: 3}, h); diff != "" || got.status != http.StatusOK {
		t.Errorf("status %d\n%s", got.status, diff)
	}
	w.db.mu.Lock()
	w.db.fail = errors.New("gone")
	w.db.mu.Unlock()
	if got := w.do(t, request{method: "GET", path: "/healthz"}); got.status != http.StatusServiceUnavailable || !strings.Contains(got.body, "failing") || strings.Contains(got.body, "gone") {
		t.Errorf("status %d: %s", got.status, got.body)
	}
}
