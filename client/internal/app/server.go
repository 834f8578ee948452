package app

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"os"

	"github.com/lendhand/lendhand/signaling/problem"
	"github.com/lendhand/lendhand/signaling/settings"
)

// signalURL is where hosts speak with the relay.
func signalURL(server settings.Address) string { return "wss://" + server.Host() + "/signal/host" }

// TrustConfig returns TLS settings that trust the system's authorities, and those in
// the file caFile unless it is empty. Its errors have hints.
func TrustConfig(caFile string) (*tls.Config, error) {
	config := &tls.Config{MinVersion: tls.VersionTLS12}
	if caFile == "" {
		return config, nil
	}
	const hint = "Pass the relay's authority with --ca: it is the file ca.pem in the relay's data folder."
	data, err := os.ReadFile(caFile)
	if err != nil {
		return nil, problem.Wrap(fmt.Errorf("cannot read the certificate %q: %w", caFile, withoutPath(err)), hint)
	}
	pool, err := x509.SystemCertPool()
	if err != nil {
		pool = x509.NewCertPool() // a system without any
	}
	if !pool.AppendCertsFromPEM(data) {
		return nil, problem.New(fmt.Sprintf("there is no certificate in %q", caFile), hint)
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
