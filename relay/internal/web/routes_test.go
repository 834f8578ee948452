package web

import (
	"net/http"
	"slices"
	"strings"
	"testing"
)

// spellings are ways to write a path that another server might take for the same.
func spellings(path string) []string {
	first, rest, _ := strings.Cut(path[1:], "/")
	list := []string{
		"/" + path, path + "/", path + "//", path + ";", path + ";x=1", path + ".", path + "/.", path + "%00", path + "%20",
		"/x/.." + path, "/." + path, "/assets/.." + path, path + "/../" + rest, "/%2e" + path, "/x/%2e%2e" + path,
		strings.ToUpper(path), "/" + strings.ToUpper(first[:1]) + first[1:] + "/" + rest,
		"/" + first + "%2f" + rest, "/%" + "61" + path[2:], `\` + path, "/" + first + `\` + rest, path + "/index.html",
	}
	return slices.DeleteFunc(list, func(s string) bool { return s == path })
}

func TestRoutesTakeTheirMethods(t *testing.T) {
	w := newWorld(t)
	takes := make(map[string][]string)
	for _, r := range w.server.table() {
		takes[r.path] = append(takes[r.path], r.method)
		slices.Sort(takes[r.path])
	}
	for path, methods := range takes {
		for _, method := range []string{"GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "get", "BREW"} {
			if slices.Contains(methods, method) {
				continue
			}
			got := w.do(t, request{method: method, path: atRecording(path), cookie: w.token(t, "both")})
			if want := strings.Join(methods, ", "); got.status != http.StatusMethodNotAllowed || got.header.Get("Allow") != want {
				t.Errorf("%s %s: status %d, allow %q, want %q", method, path, got.status, got.header.Get("Allow"), want)
			}
		}
	}
}

func TestARouteThatNeedsNothingByMistakeIsRefused(t *testing.T) {
	handle := func(http.ResponseWriter, *http.Request) {}
	for name, r := range map[string]route{
		"no need":      {http.MethodGet, "/x", "", handle},
		"unknown need": {http.MethodGet, "/x", "everybody", handle},
		"no handler":   {http.MethodGet, "/x", needNothing, nil},
		"no path":      {http.MethodGet, "x", needNothing, handle},
	} {
		if r.validate() == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

func TestHosts(t *testing.T) {
	w := newWorld(t)
	for host, want := range map[string]int{
		"help.example:8443": 200, "HELP.example:8443": 200, "help.example": 200, "help.example:9000": 200,
		"localhost": 200, "localhost:8443": 200, "127.0.0.1:8443": 200, "[::1]:8443": 200, "127.9.9.9": 200,
		"evil.example": 421, "help.example.evil.example": 421, "evil.example:8443": 421, "192.0.2.1:8443": 421, "localhost.evil.example": 421,
	} {
		got := w.do(t, request{method: "GET", path: "/healthz", host: host})
		if got.status != want {
			t.Errorf("Host %s: status %d, want %d", host, got.status, want)
		}
		if want == 421 && !strings.Contains(got.problem(t).Hint, public) {
			t.Errorf("Host %s: the hint does not name the address: %s", host, got.body)
		}
	}
}

func TestHeadersOfEveryAnswer(t *testing.T) {
	want := map[string]string{
		"Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; " +
			"media-src 'self' blob:; font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; " +
			"require-trusted-types-for 'script'; trusted-types lendhand-worker",
		"X-Content-Type-Options":     "nosniff",
		"Referrer-Policy":            "no-referrer",
		"Cross-Origin-Opener-Policy": "same-origin",
	}
	for _, development := range []bool{false, true} {
		w := newWorld(t, func(c *Config) { c.Development = development })
		for _, r := range []request{
			{method: "GET", path: "/"}, {method: "GET", path: "/assets/main-1a2b.js"}, {method: "GET", path: "/nothing"},
			{method: "GET", path: "/api/me"}, {method: "POST", path: "/api/sign-in", body: "{}"},
			{method: "GET", path: "/healthz"}, {method: "GET", path: "/healthz", host: "evil.example"}, {method: "GET", path: "/signal/host"},
		} {
			got := w.do(t, r)
			for name, value := range want {
				if got.header.Get(name) != value {
					t.Errorf("%s %s: %s is %q", r.method, r.path, name, got.header.Get(name))
				}
			}
			if !strings.Contains(got.header.Get("Permissions-Policy"), "microphone=()") {
				t.Errorf("%s %s: no Permissions-Policy", r.method, r.path)
			}
			if insists := got.header.Get("Strict-Transport-Security") != ""; insists == development {
				t.Errorf("%s %s: HSTS is %v with development %v", r.method, r.path, insists, development)
			}
		}
	}
}

func TestTemplates(t *testing.T) {
	long := "s_" + strings.Repeat("A", maxSessionID-2)
	for path, want := range map[string][2]string{
		"/api/me":                       {"/api/me", ""},
		"/api/recordings/s_A2":          {"/api/recordings/{id}", "s_A2"},
		"/api/recordings/s_A2/parts":    {"/api/recordings/{id}/parts", "s_A2"},
		"/api/recordings/s_A2/s_B":      {"/api/recordings/{id}/s_B", "s_A2"},
		"/api/recordings/" + long:       {"/api/recordings/{id}", long},
		"/api/recordings/" + long + "A": {"/api/recordings/" + long + "A", ""},
		"/api/recordings/s_":            {"/api/recordings/s_", ""},
		"/api/recordings/s_A.":          {"/api/recordings/s_A.", ""},
		"/api/recordings/s_../x":        {"/api/recordings/s_../x", ""},
		"/api/recordings/S_A":           {"/api/recordings/S_A", ""},
		"/api/recordings/{id}":          {"", ""},
		"/api/recordings/{id}/s_A":      {"", ""},
		"":                              {"", ""},
	} {
		if templated, id := asTemplate(path); templated != want[0] || id != want[1] {
			t.Errorf("asTemplate(%q) = %q, %q; want %q", path, templated, id, want)
		}
	}
}
