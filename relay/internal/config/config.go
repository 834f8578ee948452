// Package config is how a relay is told what to be: flags, then environment
// variables, then one configuration file, then defaults.
package config

import (
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strconv"

	"github.com/lendhand/lendhand/signaling"
	"github.com/lendhand/lendhand/signaling/problem"
	"github.com/lendhand/lendhand/signaling/settings"
)

// Common are the flags of every command.
type Common struct {
	Data   string `help:"Folder that keeps accounts, sessions, keys and certificates." default:"${data}" placeholder:"DIR"`
	Config string `help:"Configuration file; config.json in the data folder when there is one." placeholder:"FILE"`
}

// Settings are the flags of the commands that are about a running relay, as they
// were given.
type Settings struct {
	Listen       string             `help:"Address to listen on, over TCP and UDP." default:":8443" placeholder:"ADDR"`
	PublicURL    settings.Address   `help:"Address that people and programs use; https://localhost and the port when it is not given." name:"public-url" placeholder:"URL"`
	TLS          string             `help:"Where the certificate comes from: self-signed, files or acme." name:"tls" enum:"self-signed,files,acme" default:"self-signed"`
	TLSCert      string             `help:"Certificate chain in PEM, for --tls files." name:"tls-cert" placeholder:"FILE"`
	TLSKey       string             `help:"Private key in PEM, for --tls files." name:"tls-key" placeholder:"FILE"`
	ACMEEmail    string             `help:"Address that the certificate service may write to, for --tls acme." name:"acme-email" placeholder:"ADDRESS"`
	ACMEURL      string             `help:"Directory of the certificate service, for --tls acme; Let's Encrypt when it is not given." name:"acme-directory" placeholder:"URL"`
	Organisation string             `help:"Name of your organisation, as the people who are helped read it." placeholder:"NAME"`
	RelayIP      string             `help:"Address that relayed packets come from; found out when it is not given." name:"relay-ip" placeholder:"IP"`
	RelayPorts   settings.PortRange `help:"UDP ports for relayed packets, for example 50000-50999; any when it is not given." name:"relay-ports" placeholder:"A-B"`
	RelayDeny    Networks           `help:"Networks that are never relayed to, beside all private ones: those that trust this machine. Separated by commas." name:"relay-deny" placeholder:"NETWORK,…"`
	Downloads    string             `help:"Folder with the programs that people fetch (lendhand.exe, lendhand, lendhand.app.zip); the folder downloads in the data folder, then the one of this program, when it is not given." placeholder:"DIR"`
	PerAddress   int                `help:"Connections that hosts may keep open from one address." name:"hosts-per-address" default:"512" placeholder:"N"`

	OpenIDSettings
	RecordingSettings
}

// The places that a certificate comes from.
const (
	TLSSelfSigned = "self-signed"
	TLSFiles      = "files"
	TLSACME       = "acme"
)

// Relay is what Settings mean.
type Relay struct {
	Data   string
	Listen string
	// PublicURL has a scheme, a host, maybe a port, and nothing else. Nil means
	// https://localhost with the port that is listened on.
	PublicURL *url.URL

	TLS             string
	TLSCert, TLSKey string
	ACMEEmail       string
	ACMEURL         string

	Organisation string
	// RelayIP is not valid when it is to be found out.
	RelayIP netip.Addr
	// MinPort and MaxPort are zero when any port will do.
	MinPort, MaxPort uint16
	// RelayDeny are the public networks that are never relayed to.
	RelayDeny []netip.Prefix
	// Downloads is a folder, or empty for the usual ones.
	Downloads       string
	HostsPerAddress int

	OpenID     OpenID
	Recordings Recordings
}

// Relay says what the settings mean. Its errors are wrong uses with hints.
func (s Settings) Relay(data string) (Relay, error) {
	ip, err := parseRelayIP(s.RelayIP)
	openID, openIDErr := s.openID()
	recordings, recordingsErr := s.recordings(data)
	r := Relay{
		Data: data, Listen: s.Listen, PublicURL: s.PublicURL.URL(), TLS: s.TLS, TLSCert: s.TLSCert, TLSKey: s.TLSKey,
		ACMEEmail: s.ACMEEmail, ACMEURL: s.ACMEURL, Organisation: s.Organisation, RelayIP: ip,
		MinPort: s.RelayPorts.Min, MaxPort: s.RelayPorts.Max, RelayDeny: s.RelayDeny, Downloads: s.Downloads, HostsPerAddress: s.PerAddress, OpenID: openID, Recordings: recordings,
	}
	for _, err := range []error{checkListen(s.Listen), err, openIDErr, recordingsErr, r.checkTLS(), r.checkRest()} {
		if err != nil {
			return Relay{}, problem.Misuse(err)
		}
	}
	return r, nil
}

func checkListen(addr string) error {
	_, port, err := net.SplitHostPort(addr)
	if err == nil {
		_, err = strconv.ParseUint(port, 10, 16)
	}
	if err != nil {
		return problem.New(fmt.Sprintf("listen: %q is not an address with a port", addr), "Write it as :8443 or as 192.0.2.1:443.")
	}
	return nil
}

func parseRelayIP(s string) (netip.Addr, error) {
	if s == "" {
		return netip.Addr{}, nil
	}
	ip, err := netip.ParseAddr(s)
	if err != nil || ip.IsUnspecified() || ip.IsMulticast() || ip.Zone() != "" {
		return netip.Addr{}, problem.New(fmt.Sprintf("relay-ip: %q is not an address that others can reach", s), "Give the public IP address of this machine.")
	}
	return ip.Unmap(), nil
}

func (r Relay) checkTLS() error {
	given := r.TLSCert != "" && r.TLSKey != ""
	switch {
	case r.TLS == TLSFiles && !given:
		return problem.New("tls: files need a certificate and a key", "Name them with --tls-cert and --tls-key.")
	case r.TLS != TLSFiles && (r.TLSCert != "" || r.TLSKey != ""):
		return problem.New(fmt.Sprintf("tls-cert and tls-key are for --tls files, not for %s", r.TLS), "Add --tls files, or leave the two out.")
	case r.TLS == TLSACME && r.PublicURL == nil:
		return problem.New("tls: acme needs the relay's public name", "Say it with --public-url https://help.example.")
	}
	return nil
}

func (r Relay) checkRest() error {
	if signaling.CleanName(r.Organisation) != r.Organisation {
		return problem.New(fmt.Sprintf("organisation: %q cannot be shown to people", r.Organisation), "It has at most 64 characters, none of them invisible.")
	}
	if r.HostsPerAddress < 1 {
		return problem.New(fmt.Sprintf("hosts-per-address: %d is too few", r.HostsPerAddress), "Allow at least one.")
	}
	return nil
}
