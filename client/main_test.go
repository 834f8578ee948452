package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lendhand/lendhand/client/internal/encode"
	"github.com/lendhand/lendhand/client/internal/ui"
)

// lonely keeps the machine's own configuration and display out of a test.
func lonely(t *testing.T) {
	t.Helper()
	t.Setenv("XDG_CONFIG_HOME", t.TempDir())
	t.Setenv("DISPLAY", "")
	t.Setenv("LENDHAND_SERVER", "")
	if err := os.Unsetenv("LENDHAND_SERVER"); err != nil {
		t.Fatal(err)
	}
}

func TestExitCodes(t *testing.T) {
	lonely(t)
	noFile := filepath.Join(t.TempDir(), "no", "such", "file")
	for _, c := range []struct {
		args []string
		code int
		want string // part of what is written to standard error
	}{
		{[]string{"--version"}, 0, ""},
		{[]string{"--help"}, 0, ""},
		{[]string{"--no-such-flag"}, 2, "--no-such-flag"},
		{[]string{"--ui", "web"}, 2, "--ui must be one of"},
		{[]string{"--udp-ports", "9-1"}, 2, "not a range of ports"},
		{[]string{"--server", "https://help.example", "--ui", "terminal", "--invitation", "48291307"}, 2, "no invitation"},
		{[]string{"--log-level", "loud"}, 2, "log-level"},
		{[]string{"--config", noFile}, 2, "no such file"},
		{nil, 2, "no relay is named"},
		{[]string{"--server", "http://help.example"}, 2, "begins with https://"},
		{[]string{"--server", "x\nhint: \x1b[2J"}, 2, "not the address of a relay"},
		{[]string{"--server", "localhost:1", "--ca", noFile}, 1, "pass the relay's authority with --ca"},
		{[]string{"--server", "localhost:1", "--invitation", "48291307"}, 2, "no invitation"},
		{[]string{"--server", "localhost:1", "--allow", "everything"}, 2, "--allow"},
		{[]string{"--stop-key", "End"}, 2, "End has none of Ctrl, Alt and Super"},
		{[]string{"--stop-key", "Ctrl+Alt+\x1b[2J"}, 2, "is no key"},
		{[]string{"--server", "localhost:1", "--longest=-1h"}, 2, "below zero"},
		{[]string{"--server", "localhost:1", "--ui", "window"}, 1, "--ui terminal"},
		{[]string{"--server", "localhost:1", "--events", noFile}, 1, "--events"},
		{[]string{"--server", "localhost:1"}, 1, "no desktop to share"},
		{[]string{"dance", "--server", "localhost:1"}, 2, "dance"},
		{[]string{"doctor"}, 2, "no relay is named"},
		{[]string{"doctor", "--server", "localhost:1"}, 1, "something will not work"},
	} {
		t.Run(strings.Join(c.args, " "), func(t *testing.T) {
			var out, errOut bytes.Buffer
			code := run(t.Context(), c.args, strings.NewReader(""), &out, &errOut)
			if code != c.code {
				t.Errorf("exit code %d, want %d", code, c.code)
			}
			if !strings.Contains(strings.ToLower(errOut.String()), strings.ToLower(c.want)) {
				t.Errorf("%q is missing from %q", c.want, errOut.String())
			}
			if c.code == 0 {
				if out.Len() == 0 || errOut.Len() > 0 {
					t.Errorf("wrote %q and %q", out.String(), errOut.String())
				}
				return
			}
			lines := strings.Split(strings.TrimSpace(errOut.String()), "\n")
			if strings.Contains(errOut.String(), "\x1b") || len(lines) != 2 || !strings.HasPrefix(lines[0], "error: ") || !strings.HasPrefix(lines[1], "hint: ") {
				t.Errorf("not one line of error and one of hint: %q", lines)
			}
		})
	}
}

// Flags win over the environment, and that over the one configuration file.
func TestWhereSettingsComeFrom(t *testing.T) {
	lonely(t)
	write := func(path string, settings map[string]string) {
		t.Helper()
		data, err := json.Marshal(settings)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	home := filepath.Join(os.Getenv("XDG_CONFIG_HOME"), "lendhand", "config.json")
	write(home, map[string]string{"server": "https://file.example", "udp-ports": "40000-40100", "log-level": "debug", "events": "file"})
	other := filepath.Join(t.TempDir(), "other.json")
	write(other, map[string]string{"server": "https://other.example"})
	t.Setenv("LENDHAND_EVENTS", "environment")

	for _, c := range []struct {
		args []string
		want string
	}{
		{nil, "https://file.example 40000-40100 DEBUG environment"},
		{[]string{"--server", "https://flag.example"}, "https://flag.example 40000-40100 DEBUG environment"},
		{[]string{"--config", other}, "https://other.example 0-0 WARN environment"},
		{[]string{"--events", "flag", "--log-level", "error", "--udp-ports", "1024-65535"}, "https://file.example 1024-65535 ERROR flag"},
	} {
		t.Run(strings.Join(c.args, " "), func(t *testing.T) {
			f, _, err := parse(c.args, &bytes.Buffer{})
			if err != nil || f.done {
				t.Fatal(f.done, err)
			}
			got := fmt.Sprintf("%s %d-%d %s %s", f.Server, f.UDPPorts.Min, f.UDPPorts.Max, f.LogLevel, f.Events)
			if d := cmp.Diff(c.want, got); d != "" {
				t.Error(d)
			}
		})
	}

	for _, broken := range []string{`{`, `[]`, `{"sever": "https://help.example"}`, `{"server": "http://help.example"}`, `{"ui": "web"}`} {
		if err := os.WriteFile(home, []byte(broken), 0o600); err != nil {
			t.Fatal(err)
		}
		var errOut bytes.Buffer
		if code := run(t.Context(), nil, strings.NewReader(""), &bytes.Buffer{}, &errOut); code != 2 || !strings.Contains(errOut.String(), home) {
			t.Errorf("%s: exit code %d, %s", broken, code, errOut.String())
		}
	}
}

func names(codecs []encode.Codec) []string {
	var list []string
	for _, c := range codecs {
		list = append(list, c.MIMEType)
	}
	return list
}

func TestConfigure(t *testing.T) {
	lonely(t)
	for _, kind := range []string{"terminal", "auto"} {
		f, _, err := parse([]string{"--server", "https://help.example", "--ui", kind, "--udp-ports", "40000-40100"}, &bytes.Buffer{})
		if err != nil {
			t.Fatal(err)
		}
		config, err := configure(f, ui.NewTerminal(strings.NewReader(""), &bytes.Buffer{}), slog.New(slog.DiscardHandler))
		if err != nil {
			t.Fatal(err)
		}
		if config.Ports.Min != 40000 || config.Ports.Max != 40100 || !slices.Equal(names(config.Codecs), []string{"video/AV1", "video/AV1", "video/VP9", "video/VP8"}) {
			t.Errorf("ports %v, codecs %v", config.Ports, config.Codecs)
		}
		if config.Threads < 1 || config.Threads > maxThreads {
			t.Errorf("%d threads", config.Threads)
		}
	}
}
