package settings

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"strings"

	"github.com/lendhand/lendhand/signaling/problem"
)

// maxAddress bounds the text of an address, in bytes.
const maxAddress = 200

// ErrAddress says that a text is no address of a relay.
var ErrAddress = errors.New("not the address of a relay")

// Address is a setting for the address of a relay: https, a host and maybe a port.
// The zero Address, and empty text, is none.
type Address struct {
	host string // in lower case, with the port unless that is 443
}

// ParseAddress reads an address as people write it: https://help.example, or only
// the host. Its error wraps [ErrAddress] and has a hint.
func ParseAddress(text string) (Address, error) {
	if text == "" {
		return Address{}, nil
	}
	whole := text
	if !strings.Contains(text, "://") {
		whole = "https://" + text
	}
	u, err := url.Parse(whole)
	wrong := fmt.Errorf("%.200q is %w", text, ErrAddress)
	switch {
	case err != nil || len(text) > maxAddress || !onlyHost(u):
		return Address{}, problem.Wrap(wrong, "It looks like https://help.example or https://localhost:8443.")
	case u.Scheme != "https":
		return Address{}, problem.Wrap(wrong, "A relay is only spoken to over TLS: its address begins with https://.")
	}
	host := strings.TrimSuffix(strings.ToLower(u.Host), ":")
	if u.Port() == "443" {
		host = strings.TrimSuffix(host, ":443") // browsers leave it out too
	}
	return Address{host: host}, nil
}

// onlyHost reports whether u has a host, maybe a port, and nothing else that matters.
func onlyHost(u *url.URL) bool {
	if port := u.Port(); port != "" {
		if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 {
			return false
		}
	}
	return u.Hostname() != "" && strings.Trim(u.Path, "/") == "" && u.User == nil && u.RawQuery == "" && u.Fragment == ""
}

// UnmarshalText implements [encoding.TextUnmarshaler].
func (a *Address) UnmarshalText(text []byte) (err error) {
	*a, err = ParseAddress(string(text))
	return err
}

// IsZero reports whether there is no address.
func (a Address) IsZero() bool { return a.host == "" }

// Host returns the host with its port, unless that is 443.
func (a Address) Host() string { return a.host }

// HostPort returns the host with its port, 443 too.
func (a Address) HostPort() string {
	u := url.URL{Host: a.host}
	if u.Port() != "" {
		return a.host
	}
	return net.JoinHostPort(u.Hostname(), "443")
}

// String returns the address as a URL without a path, and "" when there is none.
func (a Address) String() string {
	if a.IsZero() {
		return ""
	}
	return a.URL().String()
}

// URL returns the address with nothing but scheme and host, and nil when there is
// none.
func (a Address) URL() *url.URL {
	if a.IsZero() {
		return nil
	}
	return &url.URL{Scheme: "https", Host: a.host}
}

// Loopback reports whether the address names this machine.
func (a Address) Loopback() bool {
	name := (&url.URL{Host: a.host}).Hostname()
	ip, err := netip.ParseAddr(name)
	return name == "localhost" || err == nil && ip.IsLoopback()
}
