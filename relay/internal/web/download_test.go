package web

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lendhand/lendhand/certs"
	"github.com/lendhand/lendhand/relay/internal/download"
)

// shelf has what a folder has, hashed at every look.
type shelf struct {
	folder string

	mu   sync.Mutex // guards the rest
	fail error
}

func (s *shelf) Programs(context.Context) ([]download.Program, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := []download.Program{}
	for _, name := range download.Names() {
		if content, err := os.ReadFile(filepath.Join(s.folder, name)); err == nil {
			sum := sha256.Sum256(content)
			list = append(list, download.Program{
				System: download.Windows, Name: name, SaveAs: "lendhand@help.example_8443.exe", Pointed: true, Size: int64(len(content)),
				SHA256: hex.EncodeToString(sum[:]), Kind: "application/vnd.microsoft.portable-executable",
			})
		}
	}
	return list, s.fail
}

func (s *shelf) Open(ctx context.Context, name string) (*download.File, error) {
	list, err := s.Programs(ctx)
	if err != nil {
		return nil, err
	}
	for _, p := range list {
		if p.Name == name {
			file, err := os.Open(filepath.Join(s.folder, name))
			return &download.File{File: file, Program: p, Changed: time.Unix(1_700_000_000, 0)}, err
		}
	}
	return nil, download.ErrNone
}

// put lays a program onto the shelf, and returns its hash.
func (s *shelf) put(t *testing.T, name, content string) string {
	t.Helper()
	if err := os.WriteFile(filepath.Join(s.folder, name), []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256([]byte(content))
	return hex.EncodeToString(sum[:])
}

func TestPeopleFetchAProgram(t *testing.T) {
	w := newWorld(t)
	hash := w.programs.put(t, "lendhand.exe", "MZ a program")
	for name, c := range map[string]struct {
		method string
		header http.Header
		status int
		body   string
	}{
		"whole":     {"GET", nil, 200, "MZ a program"},
		"its head":  {"HEAD", nil, 200, ""},
		"a part":    {"GET", http.Header{"Range": {"bytes=3-"}}, 206, "a program"},
		"no part":   {"GET", http.Header{"Range": {"bytes=99-"}}, 416, "invalid range: failed to overlap\n"},
		"known":     {"GET", http.Header{"If-None-Match": {`"` + hash + `"`}}, 304, ""},
		"resumed":   {"GET", http.Header{"Range": {"bytes=3-3"}, "If-Range": {`"` + hash + `"`}}, 206, "a"},
		"new since": {"GET", http.Header{"Range": {"bytes=3-3"}, "If-Range": {`"another"`}}, 200, "MZ a program"},
		// A name that the request makes up is not what the program is called.
		"another name": {"GET", http.Header{"X-Forwarded-Host": {"evil.example"}, "Forwarded": {"host=evil.example"}}, 200, "MZ a program"},
	} {
		got := w.do(t, request{method: c.method, path: "/download/lendhand.exe", header: c.header, host: "localhost:8443"})
		if got.status != c.status || got.body != c.body {
			t.Errorf("%s: status %d, %q", name, got.status, got.body)
		}
		if got.status == http.StatusNotModified || got.status == http.StatusRequestedRangeNotSatisfiable {
			continue
		}
		for header, want := range map[string]string{
			"Content-Disposition": "attachment; filename=\"lendhand@help.example_8443.exe\"", "Etag": `"` + hash + `"`,
			"Content-Type": "application/vnd.microsoft.portable-executable", "X-Content-Type-Options": "nosniff", "Accept-Ranges": "bytes",
		} {
			if got.header.Get(header) != want {
				t.Errorf("%s: %s: %s", name, header, got.header.Get(header))
			}
		}
	}
}

func TestOnlyTheProgramsAreFetched(t *testing.T) {
	w := newWorld(t)
	w.programs.put(t, "lendhand.exe", "MZ")
	w.programs.put(t, "lendhand.db", "secret")
	for _, path := range []string{
		"/download/", "/download", "/download/lendhand", "/download/lendhand.db", "/download/../lendhand.db", "/download/./lendhand.exe",
		"/download//lendhand.exe", "/download/%6cendhand.exe", "/download/lendhand.exe/", "/download/LENDHAND.EXE", `/download/..\lendhand.db`,
		"/download/lendhand.exe%00.db", "/download/lendhand.exe::$DATA",
	} {
		got := w.do(t, request{method: "GET", path: path})
		if got.status != http.StatusNotFound || got.problem(t).Code != codeNotFound {
			t.Errorf("%s: status %d: %s", path, got.status, got.body)
		}
	}
}

func TestWhatThePageForPeopleLearns(t *testing.T) {
	w := newWorld(t)
	hash := w.programs.put(t, "lendhand.exe", "MZ a program")
	var g getting
	got := w.do(t, request{method: "GET", path: "/api/get", host: "localhost:8443"})
	if err := json.Unmarshal([]byte(got.body), &g); err != nil {
		t.Fatal(err)
	}
	want := getting{Server: public, Organisation: "Example Help Desk", Programs: []gettable{{
		System: download.Windows, Name: "lendhand.exe", SaveAs: "lendhand@help.example_8443.exe", Pointed: true, Size: 12, SHA256: hash,
	}}}
	if diff := cmp.Diff(want, g); diff != "" {
		t.Error(diff)
	}
	if got := w.do(t, request{method: "GET", path: "/ca.pem"}); got.status != http.StatusNotFound {
		t.Errorf("ca.pem: status %d", got.status)
	}
}

func TestTheAuthoritysCertificateAndNothingElse(t *testing.T) {
	dir := t.TempDir()
	source, err := certs.SelfSigned(dir, []string{"help.example"})
	if err != nil {
		t.Fatal(err)
	}
	public, err := os.ReadFile(source.CAFile())
	if err != nil {
		t.Fatal(err)
	}
	key, err := os.ReadFile(filepath.Join(dir, "ca.key"))
	if err != nil {
		t.Fatal(err)
	}
	// Some keep both in one file.
	own, err := ParseAuthority(append(append([]byte("our authority\n"), key...), public...))
	if err != nil {
		t.Fatal(err)
	}
	w := newWorld(t, func(c *Config) { c.Authority = own })
	got := w.do(t, request{method: "GET", path: "/ca.pem"})
	block, rest := pem.Decode([]byte(got.body))
	if block == nil || block.Type != "CERTIFICATE" || len(block.Headers) > 0 || len(rest) > 0 {
		t.Fatalf("status %d: %s", got.status, got.body)
	}
	sum := sha256.Sum256(block.Bytes)
	var g getting
	if err := json.Unmarshal([]byte(w.do(t, request{method: "GET", path: "/api/get"}).body), &g); err != nil {
		t.Fatal(err)
	}
	if g.Authority == nil || g.Authority.SHA256 != hex.EncodeToString(sum[:]) {
		t.Errorf("authority %+v", g.Authority)
	}
	for _, file := range []string{"", string(key), "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"} {
		if a, err := ParseAuthority([]byte(file)); err == nil {
			t.Errorf("ParseAuthority(%.30q) = %v", file, a)
		}
	}
}

func TestDownloadsHaveLimits(t *testing.T) {
	now := time.Unix(0, 0)
	a, b := netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("192.0.2.2")
	d := newDownloads(3, 2)
	var ends []func()
	begin := func(addr netip.Addr) bool {
		end, err := d.begin(addr, now)
		if err == nil {
			ends = append(ends, end)
		}
		return err == nil
	}
	for i, c := range []struct {
		from netip.Addr
		want bool
	}{{a, true}, {a, true}, {a, false}, {b, true}, {b, false}} { // two of an address, three in all
		if begin(c.from) != c.want {
			t.Errorf("download %d: begun: %v", i, !c.want)
		}
	}
	for _, end := range ends {
		end()
	}
	if len(d.per) != 0 || d.running != 0 {
		t.Errorf("%d run, of %v", d.running, d.per)
	}
	begun := 0
	for range downloadsAtOnce * 2 {
		if end, err := d.begin(a, now); err == nil {
			begun++
			end()
		}
	}
	if begun != downloadsAtOnce-2 {
		t.Errorf("%d begun one after the other", begun)
	}
	if !begin(b) {
		t.Error("one address keeps another one out")
	}
}

func TestAProgramThatIsBeingReplaced(t *testing.T) {
	w := newWorld(t)
	w.programs.mu.Lock()
	w.programs.fail = download.ErrChanged
	w.programs.mu.Unlock()
	got := w.do(t, request{method: "GET", path: "/download/lendhand.exe"})
	if got.status != http.StatusServiceUnavailable || got.header.Get("Retry-After") == "" || !strings.Contains(got.body, "replaced") {
		t.Errorf("status %d: %s", got.status, got.body)
	}
}
