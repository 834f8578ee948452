package app

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"strings"
	"syscall"

	"github.com/lendhand/lendhand/client/internal/capture"
	"github.com/lendhand/lendhand/signaling"
)

// Problem is an error for the person: what happened, and what they can do.
type Problem struct {
	Message string
	Hint    string
	cause   error
}

// Error returns the message.
func (p *Problem) Error() string { return p.Message }

// Unwrap returns the cause.
func (p *Problem) Unwrap() error { return p.cause }

// desktopProblem explains why this desktop cannot be shown.
func desktopProblem(err error) error {
	switch {
	case errors.Is(err, capture.ErrMissingExtension):
		return &Problem{
			Message: "this display cannot be shared: " + err.Error(),
			Hint:    "Start the display server with the extension that is named, or use another display.",
			cause:   err,
		}
	case errors.Is(err, capture.ErrNoDisplay):
		return &Problem{
			Message: "there is no desktop to share: " + err.Error(),
			Hint:    "Start this program inside a desktop session; on X11, DISPLAY names the screen.",
			cause:   err,
		}
	}
	return &Problem{Message: "this desktop cannot be shared: " + err.Error(), cause: err}
}

// explain says why the relay does not talk to this program.
func (a *App) explain(err error) error {
	if err == nil {
		return errors.New("the connection to the relay ended")
	}
	var untrusted *tls.CertificateVerificationError
	if errors.As(err, &untrusted) {
		p := &Problem{
			Message: fmt.Sprintf("the certificate of %s is not trusted: %s", a.config.Server.host, untrusted.Err),
			Hint:    "If the relay has its own authority, pass that with --ca FILE: it is ca.pem in the relay's data folder.",
			cause:   err,
		}
		if a.config.TLS.RootCAs != nil {
			p.Hint = "The file given with --ca is not of the authority that signed it. Take ca.pem from this relay's data folder."
		}
		return p
	}
	var told *signaling.Error
	if errors.As(err, &told) {
		return &Problem{
			Message: "the relay ended the connection: " + told.Message,
			Hint:    told.Hint, cause: err,
		}
	}
	return &Problem{Message: "the relay cannot be used: " + err.Error(), cause: err}
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
