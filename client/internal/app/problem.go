package app

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"strings"
	"syscall"

	"github.com/lendhand/lendhand/signaling"
	"github.com/lendhand/lendhand/signaling/problem"
)

// explain says why the relay does not talk to this program.
func (a *App) explain(err error) error {
	if err == nil {
		return errors.New("the connection to the relay ended")
	}
	var untrusted *tls.CertificateVerificationError
	if errors.As(err, &untrusted) {
		hint := "If the relay has its own authority, pass that with --ca FILE: it is ca.pem in the relay's data folder."
		if a.config.TLS.RootCAs != nil {
			hint = "The file given with --ca is not of the authority that signed it. Take ca.pem from this relay's data folder."
		}
		return problem.Wrap(fmt.Errorf("the certificate of %s is not trusted: %w", a.config.Server.Host(), untrusted.Err), hint)
	}
	var told *signaling.Error
	if errors.As(err, &told) {
		return problem.New("the relay ended the connection: "+told.Message, told.Hint)
	}
	return fmt.Errorf("the relay cannot be used: %w", err)
}

// reason says in plain words why the relay cannot be reached.
func reason(err error) string {
	var dns *net.DNSError
	var told *signaling.Error
	var timeout net.Error
	switch {
	case err == nil:
		return "the connection ended"
	case errors.As(err, &told):
		return strings.TrimSuffix(told.Message, ".")
	case errors.As(err, &dns) && dns.IsNotFound:
		return "there is no computer of that name"
	case errors.Is(err, syscall.ECONNREFUSED):
		return "nothing listens there"
	case errors.Is(err, syscall.ENETUNREACH) || errors.Is(err, syscall.EHOSTUNREACH):
		return "there is no network"
	case errors.Is(err, context.DeadlineExceeded) || errors.As(err, &timeout) && timeout.Timeout():
		return "it does not answer"
	}
	return err.Error()
}
