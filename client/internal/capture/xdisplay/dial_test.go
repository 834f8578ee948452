package xdisplay

import (
	"encoding/binary"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParse(t *testing.T) {
	for name, want := range map[string]address{
		":0":             {network: "unix", place: "/tmp/.X11-unix/X0"},
		":12.1":          {network: "unix", place: "/tmp/.X11-unix/X12", number: 12, screen: 1},
		"unix:3":         {network: "unix", place: "/tmp/.X11-unix/X3", number: 3},
		"localhost:10.0": {network: "tcp", place: "localhost:6010", host: "localhost", number: 10},
		"tcp/desk:1":     {network: "tcp", place: "desk:6001", host: "desk", number: 1},
		"[::1]:2":        {network: "tcp", place: "[::1]:6002", host: "[::1]", number: 2},
		"/run/x/org:0":   {network: "unix", place: "/run/x/org:0"},
	} {
		got, err := parse(name)
		if err != nil {
			t.Errorf("%q: %v", name, err)
		}
		if d := cmp.Diff(want, got, cmp.AllowUnexported(address{})); d != "" {
			t.Errorf("%q: %s", name, d)
		}
	}
	for _, name := range []string{"", "0", ":", ":x", ":0.x", ":-1", ":0.-1"} {
		if a, err := parse(name); err == nil {
			t.Errorf("%q was read as %+v", name, a)
		}
	}
}

func entry(family uint16, fields ...string) string {
	data := binary.BigEndian.AppendUint16(nil, family)
	for _, f := range fields {
		data = binary.BigEndian.AppendUint16(data, uint16(len(f)))
		data = append(data, f...)
	}
	return string(data)
}

func TestFindCookie(t *testing.T) {
	const kind, first, second = "MIT-MAGIC-COOKIE-1", "0123456789abcdef", "fedcba9876543210"
	const firstHex = "30313233343536373839616263646566"
	for _, c := range []struct {
		name, data, want string
	}{
		{"nothing", "", ""},
		{"ours", entry(familyLocal, "desk", "1", kind, second) + entry(familyLocal, "desk", "0", kind, first), firstHex},
		{"anybody's", entry(familyWild, "", "", kind, first), firstHex},
		{"another machine's", entry(familyLocal, "other", "0", kind, first), ""},
		{"of another family", entry(0, "desk", "0", kind, first), ""},
		{"of another kind", entry(familyWild, "", "0", "XDM-AUTHORIZATION-1", first), ""},
		{"of another length", entry(familyWild, "", "0", kind, "short"), ""},
		{"cut off", strings.TrimSuffix(entry(familyWild, "", "0", kind, first), "f"), ""},
	} {
		if got := findCookie([]byte(c.data), "desk", "0"); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}
