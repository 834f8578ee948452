package web

import (
	"net/http"
	"strings"
	"testing"
	"testing/fstest"
)

func TestPages(t *testing.T) {
	w := newWorld(t)
	for path, c := range map[string]struct {
		status            int
		kind, cache, text string
	}{
		"/":                      {200, "text/html; charset=utf-8", "no-cache", "<!doctype html>"},
		"/?path=relay":           {200, "text/html; charset=utf-8", "no-cache", "<!doctype html>"},
		"/assets/main-1a2b.js":   {200, "text/javascript; charset=utf-8", "public, max-age=31536000, immutable", "let x"},
		"/welcome":               {200, "text/html; charset=utf-8", "no-cache", "<!doctype html>"},
		"/join":                  {200, "text/html; charset=utf-8", "no-cache", "<!doctype html>"},
		"/get":                   {200, "text/html; charset=utf-8", "no-cache", "<!doctype html>"},
		"/share":                 {200, "text/html; charset=utf-8", "no-cache", "<!doctype html>"},
		"/recordings":            {200, "text/html; charset=utf-8", "no-cache", "<!doctype html>"},
		"/welcome/":              {404, "application/json", "no-store", ""},
		"/index.html":            {404, "application/json", "no-store", ""},
		"/assets/":               {404, "application/json", "no-store", ""},
		"/assets/main.js":        {404, "application/json", "no-store", ""},
		"/assets/../index.html":  {404, "application/json", "no-store", ""},
		"/assets/%2e%2e/main.js": {404, "application/json", "no-store", ""},
		"/.gitkeep":              {404, "application/json", "no-store", ""},
		"/sessions":              {404, "application/json", "no-store", ""},
	} {
		got := w.do(t, request{method: "GET", path: path})
		if got.status != c.status || got.header.Get("Content-Type") != c.kind || got.header.Get("Cache-Control") != c.cache || !strings.Contains(got.body, c.text) {
			t.Errorf("%s: %d, %v: %q", path, got.status, got.header, got.body)
		}
	}
}

func TestPagesAreAskedForOnce(t *testing.T) {
	w := newWorld(t)
	first := w.do(t, request{method: "GET", path: "/"})
	again := w.do(t, request{method: "GET", path: "/", header: http.Header{"If-None-Match": {first.header.Get("Etag")}}})
	if again.status != http.StatusNotModified || again.body != "" {
		t.Errorf("status %d: %q", again.status, again.body)
	}
	head := w.do(t, request{method: "HEAD", path: "/"})
	if head.status != http.StatusOK || head.body != "" || head.header.Get("Content-Length") == "0" {
		t.Errorf("HEAD: %d, %v", head.status, head.header)
	}
	if post := w.do(t, request{method: "POST", path: "/", body: "x"}); post.status != http.StatusMethodNotAllowed {
		t.Errorf("POST: status %d", post.status)
	}
}

func TestAViewerWithoutItsPage(t *testing.T) {
	if _, err := loadPages(fstest.MapFS{"assets/x.js": {}}); err == nil || !strings.Contains(err.Error(), "index.html") {
		t.Errorf("loadPages = %v", err)
	}
}

// Only the page on which people share their screen may ask a browser for it.
func TestWhichPageMayCaptureAScreen(t *testing.T) {
	w := newWorld(t)
	for _, path := range append(views(), "/", "/healthz", "/assets/main-1a2b.js") {
		got := w.do(t, request{method: "GET", path: path}).header.Get("Permissions-Policy")
		if may := strings.Contains(got, "display-capture=(self)"); may != (path == "/share") {
			t.Errorf("%s: %s", path, got)
		}
	}
}
