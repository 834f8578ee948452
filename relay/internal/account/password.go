package account

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"

	"github.com/lendhand/lendhand/signaling/problem"
)

const (
	// MinPassword and maxPassword bound a password, in characters and in bytes.
	MinPassword = 10
	maxPassword = 1024

	saltSize = 16
	keySize  = 32
)

// Cost is what one guess at a password costs (RFC 9106).
type Cost struct {
	// Memory is in KiB.
	Memory  uint32
	Passes  uint32
	Threads uint8
}

// DefaultCost suits a small server: 19 MiB for some tens of milliseconds. It is the
// least that OWASP's Password Storage Cheat Sheet recommends.
func DefaultCost() Cost { return Cost{Memory: 19 << 10, Passes: 2, Threads: 1} }

// maxCost bounds what a stored hash can make us spend.
func maxCost() Cost { return Cost{Memory: 1 << 20, Passes: 16, Threads: 16} }

var errHashForm = errors.New("not a password hash of ours")

// hasher computes argon2id hashes, a few at a time: each takes memory.
type hasher struct {
	cost  Cost
	slots chan struct{}
	// decoy is the hash of nothing that anybody knows. Checking a password against
	// it makes an unknown name cost as much time as a known one.
	decoy string
}

func newHasher(cost Cost, atOnce int) (*hasher, error) {
	h := &hasher{cost: cost, slots: make(chan struct{}, atOnce)}
	var err error
	h.decoy, err = h.hash(context.Background(), rand.Text())
	return h, err
}

// nothing returns the PHC string of no password: nobody knows what has that key, and
// to try costs what it does for any other.
func (h *hasher) nothing() string {
	random := make([]byte, saltSize+keySize)
	_, _ = rand.Read(random) // never fails: crypto/rand ends the process instead
	return h.cost.phc(random[:saltSize], random[saltSize:])
}

func (c Cost) phc(salt, key []byte) string {
	b64 := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version,
		c.Memory, c.Passes, c.Threads, b64.EncodeToString(salt), b64.EncodeToString(key))
}

// hash returns the PHC string of a new salt and the password's key.
func (h *hasher) hash(ctx context.Context, password string) (string, error) {
	salt := make([]byte, saltSize)
	if _, err := rand.Read(salt); err != nil {
		return "", fmt.Errorf("draw a salt: %w", err)
	}
	key, err := h.key(ctx, password, salt, h.cost, keySize)
	if err != nil {
		return "", err
	}
	return h.cost.phc(salt, key), nil
}

// matches reports whether the password has this hash. An empty hash stands for an
// unknown name: it takes its time and matches nothing.
func (h *hasher) matches(ctx context.Context, password, hash string) (bool, error) {
	known := hash != ""
	if !known {
		hash = h.decoy
	}
	cost, salt, want, err := parseHash(hash)
	if err != nil {
		return false, err
	}
	got, err := h.key(ctx, password, salt, cost, uint32(len(want)))
	if err != nil {
		return false, err
	}
	return subtle.ConstantTimeCompare(got, want) == 1 && known, nil
}

// key waits for a slot, then computes.
func (h *hasher) key(ctx context.Context, password string, salt []byte, c Cost, size uint32) ([]byte, error) {
	select {
	case h.slots <- struct{}{}:
	case <-ctx.Done():
		return nil, fmt.Errorf("wait to check a password: %w", ctx.Err())
	}
	defer func() { <-h.slots }()
	return argon2.IDKey([]byte(password), salt, c.Passes, c.Memory, c.Threads, size), nil
}

// parseHash reads a PHC string: $argon2id$v=19$m=…,t=…,p=…$salt$key.
func parseHash(s string) (c Cost, salt, key []byte, err error) {
	parts := strings.Split(s, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return c, nil, nil, errHashForm
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &c.Memory, &c.Passes, &c.Threads); err != nil {
		return c, nil, nil, errHashForm
	}
	salt, saltErr := base64.RawStdEncoding.DecodeString(parts[4])
	key, keyErr := base64.RawStdEncoding.DecodeString(parts[5])
	if errors.Join(saltErr, keyErr) != nil || len(salt) < 8 || len(key) < 16 || len(key) > 128 || !c.sane() {
		return c, nil, nil, errHashForm
	}
	return c, salt, key, nil
}

func (c Cost) sane() bool {
	most := maxCost()
	return c.Memory > 0 && c.Passes > 0 && c.Threads > 0 &&
		c.Memory <= most.Memory && c.Passes <= most.Passes && c.Threads <= most.Threads
}

// checkPassword checks what an account is to have as its password.
func (s *Service) checkPassword(password string, a Account) error {
	if err := checkPasswordForm(password); err != nil {
		return err
	}
	known := append(strings.Fields(a.DisplayName), a.Name, a.DisplayName, s.cfg.Organisation, "lendhand")
	return checkCommon(password, known)
}

func checkPasswordForm(password string) error {
	switch {
	case !utf8.ValidString(password) || len(password) > maxPassword:
		return problem.New("that password cannot be used", fmt.Sprintf("A password is text of at most %d bytes.", maxPassword))
	case utf8.RuneCountInString(password) < MinPassword:
		return problem.New(fmt.Sprintf("that password is too short: it has %d characters", utf8.RuneCountInString(password)),
			fmt.Sprintf("Choose one of at least %d characters. A few words are easy to keep in mind.", MinPassword))
	}
	return nil
}

// NewPassword returns a random password: 20 letters and digits, 100 bits.
func NewPassword() string {
	text := strings.ToLower(rand.Text()[:20])
	return strings.Join([]string{text[:5], text[5:10], text[10:15], text[15:]}, "-")
}
