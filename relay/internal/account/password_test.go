package account

import (
	"context"
	"errors"
	"strings"
	"testing"
)

func newTestHasher(t *testing.T) *hasher {
	t.Helper()
	h, err := newHasher(Cost{Memory: 64, Passes: 1, Threads: 1}, 1)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func TestPasswordsMatchTheirHashOnly(t *testing.T) {
	h := newTestHasher(t)
	hash, err := h.hash(t.Context(), "correct horse")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(hash, "$argon2id$v=19$m=64,t=1,p=1$") || strings.Contains(hash, "horse") {
		t.Errorf("hash = %s", hash)
	}
	for password, want := range map[string]bool{"correct horse": true, "correct horsE": false, "": false} {
		if got, err := h.matches(t.Context(), password, hash); err != nil || got != want {
			t.Errorf("matches(%q) = %v, %v", password, got, err)
		}
	}
	if got, err := h.matches(t.Context(), "correct horse", ""); err != nil || got {
		t.Errorf("an unknown name matched: %v, %v", got, err)
	}
	if again, err := h.hash(t.Context(), "correct horse"); err != nil || again == hash {
		t.Errorf("two hashes of one password are equal, or %v", err)
	}
}

// The key is that of the argon2id reference implementation, by way of the
// command-line program argon2 with the salt "somesalt".
func TestHashesOfOthersAreUnderstood(t *testing.T) {
	const hash = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"
	if ok, err := newTestHasher(t).matches(t.Context(), "password", hash); err != nil || !ok {
		t.Errorf("matches = %v, %v", ok, err)
	}
}

func TestHashesThatAreRefused(t *testing.T) {
	const rest = "$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"
	for _, hash := range []string{
		"x", "$argon2i$v=19$m=64,t=1,p=1" + rest, "$argon2id$v=16$m=64,t=1,p=1" + rest,
		"$argon2id$v=19$m=0,t=1,p=1" + rest, "$argon2id$v=19$m=4294967295,t=1,p=1" + rest,
		"$argon2id$v=19$m=64,t=99,p=1" + rest, "$argon2id$v=19$m=64,t=1,p=1$c29tZXNhbHQ$",
		"$argon2id$v=19$m=64,t=1,p=1$!$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
	} {
		if _, err := newTestHasher(t).matches(t.Context(), "password", hash); !errors.Is(err, errHashForm) {
			t.Errorf("%s: %v", hash, err)
		}
	}
}

func TestHashesWaitForTheirTurn(t *testing.T) {
	h := newTestHasher(t)
	h.slots <- struct{}{}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := h.hash(ctx, "correct horse"); !errors.Is(err, context.Canceled) {
		t.Errorf("hash = %v", err)
	}
	<-h.slots
	if _, err := h.hash(t.Context(), "correct horse"); err != nil {
		t.Errorf("hash = %v", err)
	}
}

func TestNewPasswordsAreGoodOnes(t *testing.T) {
	one, two := NewPassword(), NewPassword()
	if one == two || len(one) != 23 || checkPasswordForm(one) != nil {
		t.Errorf("NewPassword = %q, %q", one, two)
	}
}
