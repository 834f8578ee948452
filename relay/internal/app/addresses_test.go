package app_test

import (
	"net/netip"
	"net/url"
	"testing"

	"github.com/lendhand/lendhand/relay/internal/app"
	"github.com/lendhand/lendhand/relay/internal/config"
)

func TestRelayAddresses(t *testing.T) {
	loopback := netip.MustParseAddr("127.0.0.1")
	for name, c := range map[string]struct {
		listen, public string
		given          netip.Addr
		want           netip.Addr
	}{
		"given":                {":8443", "help.example", loopback, loopback},
		"listened on":          {"127.0.0.1:8443", "help.example", netip.Addr{}, loopback},
		"listened on, over v6": {"[::1]:8443", "help.example", netip.Addr{}, netip.IPv6Loopback()},
		"in the public URL":    {":8443", "127.0.0.1:8443", netip.Addr{}, loopback},
		"for this machine":     {"0.0.0.0:8443", "localhost:8443", netip.Addr{}, loopback},
	} {
		got, err := app.RelayAddresses(config.Relay{Listen: c.listen, RelayIP: c.given}, &url.URL{Scheme: "https", Host: c.public})
		if err != nil || got.Public != c.want || got.Bind != c.want {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}
