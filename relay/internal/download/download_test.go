package download

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func address(t *testing.T, text string) *url.URL {
	t.Helper()
	u, err := url.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func write(t *testing.T, folder, name, content string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(folder, name), []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

// start runs a shelf until the test ends.
func start(t *testing.T, every time.Duration, folders ...string) *Shelf {
	t.Helper()
	s, err := New(Config{Folders: folders, Relay: address(t, "https://help.example:8443"), Every: every, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() {
		if err := s.Run(ctx); err != nil {
			t.Errorf("Run: %v", err)
		}
	})
	t.Cleanup(func() { cancel(); running.Wait() })
	return s
}

func programs(t *testing.T, s *Shelf) []Program {
	t.Helper()
	list, err := s.Programs(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// eventually waits for what is to become true.
func eventually(t *testing.T, what string, is func() bool) {
	t.Helper()
	for end := time.Now().Add(5 * time.Second); !is(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("not in time: " + what)
		}
	}
}

const (
	hashOfOne = "7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed"
	hashOfTwo = "3fc4ccfe745870e2c0d99f71f30ff0656c8dedd41cc1d7d3d376b0dbe685e2f3"
)

func TestTheFirstFolderWins(t *testing.T) {
	first, second := t.TempDir(), t.TempDir()
	write(t, first, "lendhand.exe", "one")
	write(t, second, "lendhand.exe", "another")
	write(t, second, "lendhand", "two")
	write(t, second, "lendhand-relay", "not for people")
	s := start(t, time.Hour, filepath.Join(first, "is not there"), first, second)
	want := []Program{
		{System: Windows, Name: "lendhand.exe", SaveAs: "lendhand@help.example_8443.exe", Pointed: true, Size: 3, SHA256: hashOfOne, Kind: "application/vnd.microsoft.portable-executable"},
		{System: Linux, Name: "lendhand", SaveAs: "lendhand@help.example_8443", Pointed: true, Size: 3, SHA256: hashOfTwo, Kind: "application/octet-stream"},
	}
	if diff := cmp.Diff(want, programs(t, s)); diff != "" {
		t.Error(diff)
	}
}

func TestAFileThatChangesIsHashedAgain(t *testing.T) {
	folder := t.TempDir()
	write(t, folder, "lendhand", "one")
	s := start(t, time.Hour, folder)
	if got := programs(t, s)[0].SHA256; got != hashOfOne {
		t.Fatalf("hash %s", got)
	}
	write(t, folder, "new", "two")
	if err := os.Rename(filepath.Join(folder, "new"), filepath.Join(folder, "lendhand")); err != nil {
		t.Fatal(err)
	}
	// Nothing is served under the hash of something else; asking makes the shelf look.
	if f, err := s.Open(t.Context(), "lendhand"); !errors.Is(err, ErrChanged) {
		t.Fatalf("Open = %v, %v", f, err)
	}
	eventually(t, "the new hash", func() bool { return programs(t, s)[0].SHA256 == hashOfTwo })
	f, err := s.Open(t.Context(), "lendhand")
	if err != nil {
		t.Fatal(err)
	}
	content, err := io.ReadAll(f)
	if err := errors.Join(err, f.Close()); err != nil || string(content) != "two" || f.SHA256 != hashOfTwo {
		t.Errorf("%q, %v", content, err)
	}
}

func TestAFileThatComesAndGoes(t *testing.T) {
	folder := t.TempDir()
	s := start(t, 10*time.Millisecond, folder)
	if list := programs(t, s); len(list) != 0 {
		t.Fatalf("there are %v", list)
	}
	write(t, folder, "lendhand", "one")
	eventually(t, "it is there", func() bool { return len(programs(t, s)) == 1 })
	if err := os.Remove(filepath.Join(folder, "lendhand")); err != nil {
		t.Fatal(err)
	}
	eventually(t, "it is gone", func() bool { return len(programs(t, s)) == 0 })
}

func TestAnEmptyFileIsNoProgram(t *testing.T) {
	folder := t.TempDir()
	write(t, folder, "lendhand", "")
	if list := programs(t, start(t, time.Hour, folder)); len(list) != 0 {
		t.Errorf("there are %v", list)
	}
}

func TestProgramsWaitsForTheFirstLookAndNoLonger(t *testing.T) {
	s, err := New(Config{Relay: address(t, "https://help.example"), Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if list, err := s.Programs(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("Programs = %v, %v", list, err)
	}
}

func TestNamesThatPoint(t *testing.T) {
	for _, c := range []struct {
		relay, name, want string
		pointed           bool
	}{
		{"https://help.example", "lendhand.exe", "lendhand@help.example.exe", true},
		{"https://help.example:443", "lendhand", "lendhand@help.example", true},
		{"https://HELP.example:8443", "lendhand", "lendhand@help.example_8443", true},
		{"https://192.0.2.7:8443", "lendhand.exe", "lendhand@192.0.2.7_8443.exe", true},
		{"https://[2001:db8::7]:8443", "lendhand.exe", "lendhand.exe", false},
		{"https://h%22;x", "lendhand.exe", "lendhand.exe", false},
		{"https://bücher.example", "lendhand.exe", "lendhand.exe", false},
		{"https://help.example", "lendhand.app.zip", "lendhand.app.zip", false},
		{"http://help.example", "lendhand", "lendhand", false},
	} {
		relay, err := url.Parse(c.relay)
		if err != nil {
			relay = &url.URL{Scheme: "https", Host: strings.TrimPrefix(c.relay, "https://")}
		}
		if got, pointed := saveAs(c.name, relay); got != c.want || pointed != c.pointed {
			t.Errorf("saveAs(%s, %s) = %s, %v", c.name, c.relay, got, pointed)
		}
	}
}

// windowsProgram is as much of one as says whether it is signed.
func windowsProgram(signature uint32) string {
	file := make([]byte, 0x400)
	copy(file, "MZ")
	file[0x3c] = 0x40
	copy(file[0x40:], "PE\x00\x00\x64\x86\x00\x00") // amd64, no sections
	file[0x54], file[0x55] = 0xf0, 0                // size of the optional header
	copy(file[0x58:], "\x0b\x02")                   // PE32+
	file[0x58+108] = 16                             // number of directories
	table := 0x58 + 112 + 4*8
	file[table+4] = byte(signature)
	return string(file)
}

func TestWhetherAProgramIsSigned(t *testing.T) {
	for content, want := range map[string]bool{
		windowsProgram(0): false, windowsProgram(8): true, "MZ but nothing else": false, "MZ" + strings.Repeat("\xff", 4096): false,
	} {
		folder := t.TempDir()
		write(t, folder, "lendhand.exe", content)
		if got := programs(t, start(t, time.Hour, folder)); len(got) != 1 || got[0].Signed != want {
			t.Errorf("%.20q: %+v, want %v", content, got, want)
		}
	}
}

func TestWhatAShelfNeeds(t *testing.T) {
	for _, cfg := range []Config{{}, {Relay: &url.URL{}}, {Relay: address(t, "https://help.example")}} {
		if _, err := New(cfg); err == nil {
			t.Error(fmt.Sprintf("%+v", cfg) + " is enough")
		}
	}
}
