package sigclient

import (
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"

	"github.com/lendhand/lendhand/signaling"
)

// maxRefusal is how much of the body of a refused upgrade is read, in bytes.
const maxRefusal = 4 << 10

// final reports whether trying again is of no use.
func final(err error) bool {
	var untrusted *tls.CertificateVerificationError
	if errors.As(err, &untrusted) {
		return true
	}
	var problem *signaling.Error
	if !errors.As(err, &problem) {
		return false
	}
	switch problem.Code {
	case signaling.CodeRelayStopping, signaling.CodeSlow, signaling.CodeInternal, signaling.CodeTooMany, signaling.CodeNotIntroduced:
		return false
	}
	return true
}

// refusal turns the relay's answer to a refused upgrade into its error.
func refusal(response *http.Response, err error) error {
	if response == nil {
		return fmt.Errorf("connect to the relay: %w", err)
	}
	defer func() { _ = response.Body.Close() }() // nothing more is read
	var problem signaling.Error
	body, readErr := io.ReadAll(io.LimitReader(response.Body, maxRefusal))
	if readErr == nil && json.Unmarshal(body, &problem) == nil && problem.Code != "" {
		return &problem
	}
	return fmt.Errorf("connect to the relay: HTTP status %s", response.Status)
}
