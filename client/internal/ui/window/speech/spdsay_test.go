//go:build !windows

package speech_test

import (
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/lendhand/lendhand/client/internal/ui/window/speech"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// install makes a spd-say that writes its arguments into a file, and returns that.
func install(t *testing.T, then string) string {
	t.Helper()
	dir := t.TempDir()
	said := filepath.Join(dir, "said")
	script := "#!/bin/sh\necho \"$@\" >>" + said + "\n" + then + "\n"
	if err := os.WriteFile(filepath.Join(dir, "spd-say"), []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir+":/usr/bin:/bin")
	return said
}

func waitFor(t *testing.T, file, want string) {
	t.Helper()
	for range 500 {
		if data, err := os.ReadFile(file); err == nil && strings.Contains(string(data), want) {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	data, _ := os.ReadFile(file)
	t.Fatalf("%q was not said, but %q", want, data)
}

func TestSpeak(t *testing.T) {
	said := install(t, "")
	s := speech.Open(slog.New(slog.DiscardHandler))
	s.Speak("--version 4 8 2", "de")
	waitFor(t, said, "--language de -- --version 4 8 2")
	s.Close()
	s.Speak("too late", "de")
	s.Close()
	if data, _ := os.ReadFile(said); strings.Contains(string(data), "late") {
		t.Errorf("%q was said", data)
	}
}

// A newer text takes the place of one that is being said, and Close ends that.
func TestSpeakingIsInterrupted(t *testing.T) {
	said := install(t, "exec sleep 60")
	s := speech.Open(slog.New(slog.DiscardHandler))
	began := time.Now()
	s.Speak("first", "en")
	waitFor(t, said, "first")
	s.Speak("second", "en")
	waitFor(t, said, "second")
	s.Close()
	if took := time.Since(began); took > 9*time.Second {
		t.Errorf("it took %s", took)
	}
}

// What is being said is ended, and the next is said.
func TestQuiet(t *testing.T) {
	said := install(t, "echo pid $$ >>$(dirname $0)/said; exec sleep 60")
	s := speech.Open(slog.New(slog.DiscardHandler))
	defer s.Close()
	s.Quiet() // nothing is being said
	s.Speak("first", "en")
	waitFor(t, said, "pid")
	s.Quiet()
	pid := pidOf(t, said)
	for began := time.Now(); syscall.Kill(pid, 0) == nil; time.Sleep(10 * time.Millisecond) {
		if time.Since(began) > 5*time.Second {
			t.Fatal("it is still being said")
		}
	}
	s.Speak("second", "en")
	waitFor(t, said, "second")
}

func pidOf(t *testing.T, file string) int {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	_, after, _ := strings.Cut(string(data), "pid ")
	pid, err := strconv.Atoi(strings.TrimSpace(after))
	if err != nil {
		t.Fatal(err)
	}
	return pid
}

func TestNobodySpeaks(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	if s := speech.Open(slog.New(slog.DiscardHandler)); s != nil {
		t.Error("something speaks")
	}
}
