package settings_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/lendhand/lendhand/signaling/problem"
	"github.com/lendhand/lendhand/signaling/settings"
)

func TestPortRange(t *testing.T) {
	for text, want := range map[string]settings.PortRange{
		"":            {},
		"40000-40100": {Min: 40000, Max: 40100},
		"1024 - 1024": {Min: 1024, Max: 1024},
		"1024-65535":  {Min: 1024, Max: 65535},
	} {
		got := settings.PortRange{Min: 1, Max: 2}
		if err := got.UnmarshalText([]byte(text)); err != nil || got != want {
			t.Errorf("%q is %v, %v", text, got, err)
		}
	}
	for _, text := range []string{"50999-50000", "50000", "80-90", "1023-2000", "0-0", "40000-65536", "a-b", "-", "-1-2000", "1024-2000-3000"} {
		var r settings.PortRange
		if err := r.UnmarshalText([]byte(text)); !errors.Is(err, settings.ErrPorts) || r != (settings.PortRange{}) {
			t.Errorf("%q is %v, %v", text, r, err)
		}
	}
}

func TestAddress(t *testing.T) {
	for _, c := range []struct {
		text, want, host string
		loopback         bool
	}{
		{"", "", "", false},
		{"https://help.example", "https://help.example", "help.example", false},
		{"HTTPS://Help.Example:443/", "https://help.example", "help.example", false},
		{"https://help.example:8443/", "https://help.example:8443", "help.example:8443", false},
		{"help.example", "https://help.example", "help.example", false},
		{"help.example:8443", "https://help.example:8443", "help.example:8443", false},
		{"https://help.example:", "https://help.example", "help.example", false},
		{"https://localhost:8443", "https://localhost:8443", "localhost:8443", true},
		{"LocalHost", "https://localhost", "localhost", true},
		{"https://127.0.0.1", "https://127.0.0.1", "127.0.0.1", true},
		{"https://[::1]:8443", "https://[::1]:8443", "[::1]:8443", true},
		{"https://[2001:db8::1]", "https://[2001:db8::1]", "[2001:db8::1]", false},
	} {
		a, err := settings.ParseAddress(c.text)
		if err != nil || a.String() != c.want || a.Host() != c.host || a.Loopback() != c.loopback || a.IsZero() != (c.text == "") {
			t.Errorf("%q is %q, host %q, loopback %v, %v", c.text, a, a.Host(), a.Loopback(), err)
		}
		if u := a.URL(); (u == nil) != a.IsZero() {
			t.Errorf("%q has the URL %v", c.text, u)
		}
	}
	for _, text := range []string{
		"http://help.example", "ftp://help.example", "https://", "https://:8443", "https://user:word@help.example",
		"https://help.example/path", "https://help.example?x=1", "https://help.example#x", "https://help example",
		"https://help.example:0", "https://help.example:65536", "https://help.example:https", "x\x00", strings.Repeat("x", 201),
	} {
		if a, err := settings.ParseAddress(text); !errors.Is(err, settings.ErrAddress) || problem.Hint(err) == "" || !a.IsZero() {
			t.Errorf("%q is %q, %v", text, a, err)
		}
	}
	if _, err := settings.ParseAddress("http://help.example"); !strings.Contains(problem.Hint(err), "https://") {
		t.Errorf("hint %q", problem.Hint(err))
	}
}
