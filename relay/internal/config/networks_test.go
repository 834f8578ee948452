package config_test

import (
	"errors"
	"net/netip"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/lendhand/lendhand/relay/internal/config"
	"github.com/lendhand/lendhand/signaling/problem"
)

func TestNetworks(t *testing.T) {
	for text, want := range map[string][]string{
		"":                               nil,
		"198.51.100.0/24":                {"198.51.100.0/24"},
		"198.51.100.7/24, 2001:db8::/32": {"198.51.100.0/24", "2001:db8::/32"},
		"198.51.100.7,2001:db8::7,":      {"198.51.100.7/32", "2001:db8::7/128"},
		"::ffff:198.51.100.0/120":        {"198.51.100.0/24"},
		"::ffff:198.51.100.7":            {"198.51.100.7/32"},
	} {
		var got config.Networks
		if err := got.UnmarshalText([]byte(text)); err != nil {
			t.Errorf("%q: %v", text, err)
		}
		var wanted config.Networks
		for _, w := range want {
			wanted = append(wanted, netip.MustParsePrefix(w))
		}
		if diff := cmp.Diff(wanted, got, cmpopts.EquateComparable(netip.Prefix{})); diff != "" {
			t.Errorf("%q:\n%s", text, diff)
		}
	}
	for _, text := range []string{"x", "198.51.100.0/33", "help.example", "fe80::1%eth0", "::ffff:198.51.100.0/8", "198.51.100.0 198.51.101.0"} {
		var got config.Networks
		if err := got.UnmarshalText([]byte(text)); !errors.Is(err, config.ErrNetworks) {
			t.Errorf("%q becomes %v, %v", text, got, err)
		}
	}
}

func TestNetworksInEveryPlace(t *testing.T) {
	want := config.Networks{netip.MustParsePrefix("198.51.100.0/24"), netip.MustParsePrefix("2001:db8::/32")}
	dir := t.TempDir()
	writeFile(t, dir, `{"relay-deny": "198.51.100.0/24, 2001:db8::/32"}`)
	fromFile, err := parse(t, "serve", "--data", dir)
	if err != nil {
		t.Fatal(err)
	}
	fromFlag, err := parse(t, "serve", "--relay-deny", "198.51.100.0/24,2001:db8::/32")
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("LENDHAND_RELAY_DENY", "198.51.100.0/24,2001:db8::/32")
	fromEnvironment, err := parse(t, "serve")
	if err != nil {
		t.Fatal(err)
	}
	for place, got := range map[string]config.Networks{
		"file": fromFile.Serve.RelayDeny, "flag": fromFlag.Serve.RelayDeny, "environment": fromEnvironment.Serve.RelayDeny,
	} {
		if diff := cmp.Diff(want, got, cmpopts.EquateComparable(netip.Prefix{})); diff != "" {
			t.Errorf("%s:\n%s", place, diff)
		}
		relay, err := config.Settings{Listen: ":1", TLS: "self-signed", PerAddress: 1, RelayDeny: got}.Relay("/data")
		if err != nil || len(relay.RelayDeny) != 2 {
			t.Errorf("%s: %v, %v", place, relay.RelayDeny, err)
		}
	}
	if _, err := parse(t, "serve", "--relay-deny", "help.example"); !problem.IsMisuse(err) || problem.Hint(err) == "" {
		t.Errorf("a name: %v", err)
	}
}
