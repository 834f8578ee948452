package app

import (
	"bufio"
	"crypto/ed25519"
	"crypto/rand"
	"fmt"
	"os"
	"runtime"
	"strings"

	"github.com/lendhand/lendhand/client/internal/peer"
	"github.com/lendhand/lendhand/signaling"
	"github.com/lendhand/lendhand/signaling/grant"
)

// self is who the host is in one session.
type self struct {
	identity *peer.Identity
	key      ed25519.PrivateKey // signs the person's consent
}

func newSelf() (*self, error) {
	identity, err := peer.NewIdentity()
	if err != nil {
		return nil, err
	}
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("make session key: %w", err)
	}
	return &self{identity: identity, key: key}, nil
}

func (s *self) register() *signaling.Register {
	return &signaling.Register{
		Version:     signaling.Version,
		Name:        machineName(),
		OS:          systemName(),
		SessionKey:  grant.EncodeKey(s.key.Public().(ed25519.PublicKey)),
		Fingerprint: s.identity.Fingerprint(),
		Records:     true,
	}
}

func machineName() string {
	name, err := os.Hostname()
	if name = signaling.CleanName(name); err != nil || name == "" {
		return "unnamed computer"
	}
	return name
}

// systemName names the operating system, as os-release(5) does where it is there.
func systemName() string {
	f, err := os.Open("/etc/os-release")
	if err != nil {
		return runtime.GOOS
	}
	defer func() { _ = f.Close() }()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if name, ok := strings.CutPrefix(lines.Text(), "PRETTY_NAME="); ok {
			return signaling.CleanName(strings.Trim(name, `"'`))
		}
	}
	return runtime.GOOS
}
