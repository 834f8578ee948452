package web

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"strconv"
	"strings"
)

const (
	indexFile = "index.html"
	// assets have a hash of their contents in their names.
	assets = "assets/"
	// sharePage is the one page that may capture a screen.
	sharePage = "/share"
)

// page is one of the viewer's files.
type page struct {
	content []byte
	kind    string // Content-Type
	cache   string // Cache-Control
	tag     string // ETag
}

// views are the addresses of the page beside "/": it looks at its own address.
func views() []string {
	return []string{"/welcome", "/get", "/join", sharePage, "/account", "/admin", "/recordings", "/mine"}
}

// loadPages reads all files. Index.html is served at "/" and as the views, and under
// no other address.
func loadPages(files fs.FS) (map[string]page, error) {
	pages := make(map[string]page)
	err := fs.WalkDir(files, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || strings.HasPrefix(entry.Name(), ".") {
			return err
		}
		content, err := fs.ReadFile(files, name)
		if err != nil {
			return err
		}
		at := "/" + name
		if name == indexFile {
			at = "/"
		}
		pages[at] = newPage(name, content)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read the viewer's files: %w", err)
	}
	index, ok := pages["/"]
	if !ok {
		return nil, fmt.Errorf("read the viewer's files: %s: %w", indexFile, fs.ErrNotExist)
	}
	for _, path := range views() {
		pages[path] = index
	}
	return pages, nil
}

func newPage(name string, content []byte) page {
	sum := sha256.Sum256(content)
	p := page{content: content, kind: contentType(name), cache: "no-cache", tag: strconv.Quote(base64.RawURLEncoding.EncodeToString(sum[:12]))}
	if strings.HasPrefix(name, assets) {
		p.cache = "public, max-age=31536000, immutable"
	}
	return p
}

// contentType does not ask the system, whose table differs from one to the next.
func contentType(name string) string {
	known := map[string]string{
		".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8",
		".json": "application/json", ".svg": "image/svg+xml", ".png": "image/png", ".ico": "image/x-icon",
		".woff2": "font/woff2", ".wasm": "application/wasm", ".txt": "text/plain; charset=utf-8", ".webmanifest": "application/manifest+json",
	}
	if kind, ok := known[path.Ext(name)]; ok {
		return kind
	}
	return "application/octet-stream"
}

// ServeHTTP implements [http.Handler].
func (p page) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		h.Set("Allow", "GET, HEAD")
		refuse(w, wrongMethod(http.MethodGet))
		return
	}
	h.Set("Cache-Control", p.cache)
	h.Set("ETag", p.tag)
	if r.Header.Get("If-None-Match") == p.tag {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	h.Set("Content-Type", p.kind)
	h.Set("Content-Length", strconv.Itoa(len(p.content)))
	if r.Method == http.MethodGet {
		_, _ = w.Write(p.content) // what can fail is the connection
	}
}
