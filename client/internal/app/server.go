package app

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"os"
	"strings"
)

// Server is the relay's address.
type Server struct {
	host     string // with the port, when there is one
	loopback bool
}

// ParseServer reads an address as people write it: https://help.example, or only the
// host. Its error is a *[Problem].
func ParseServer(text string) (Server, error) {
	wrong := &Problem{
		Message: fmt.Sprintf("%q is not the address of a relay", text),
		Hint:    "It looks like https://help.example or https://localhost:8443.",
	}
	if text == "" {
		return Server{}, &Problem{Message: "no relay is named", Hint: "Pass its address with --server, such as --server https://help.example."}
	}
	if !strings.Contains(text, "://") {
		text = "https://" + text
	}
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Hostname() == "" || strings.Trim(u.Path, "/") != "" || u.User != nil || u.RawQuery != "" || u.Fragment != "":
		return Server{}, wrong
	case u.Scheme != "https":
		wrong.Hint = "A relay is only spoken to over TLS: its address begins with https://."
		return Server{}, wrong
	}
	return Server{host: u.Host, loopback: isLoopback(u.Hostname())}, nil
}

func isLoopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	addr, err := netip.ParseAddr(host)
	return err == nil && addr.IsLoopback()
}

// signal is where hosts speak with the relay.
func (s Server) signal() string { return "wss://" + s.host + "/signal/host" }

// TrustConfig returns TLS settings that trust the system's authorities, and those in
// the file caFile unless it is empty. Its error is a *[Problem].
func TrustConfig(caFile string) (*tls.Config, error) {
	config := &tls.Config{MinVersion: tls.VersionTLS12}
	if caFile == "" {
		return config, nil
	}
	const hint = "Pass the relay's authority with --ca: it is the file ca.pem in the relay's data folder."
	data, err := os.ReadFile(caFile)
	if err != nil {
		return nil, &Problem{Message: fmt.Sprintf("cannot read the certificate %q: %v", caFile, withoutPath(err)), Hint: hint, cause: err}
	}
	pool, err := x509.SystemCertPool()
	if err != nil {
		pool = x509.NewCertPool() // a system without any
	}
	if !pool.AppendCertsFromPEM(data) {
		return nil, &Problem{Message: fmt.Sprintf("there is no certificate in %q", caFile), Hint: hint}
	}
	config.RootCAs = pool
	return config, nil
}

// withoutPath drops the operation and the path, which the message names already.
func withoutPath(err error) error {
	var pathErr *os.PathError
	if errors.As(err, &pathErr) {
		return pathErr.Err
	}
	return err
}
