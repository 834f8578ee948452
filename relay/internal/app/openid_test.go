package app_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/lendhand/lendhand/relay/internal/account"
	"github.com/lendhand/lendhand/relay/internal/account/openid"
	"github.com/lendhand/lendhand/relay/internal/app"
	"github.com/lendhand/lendhand/relay/internal/config"
	"github.com/lendhand/lendhand/signaling/problem"
)

// A relay does not start with a secret that others can read.
func TestAnOpenIDSecretThatOthersCanRead(t *testing.T) {
	dir := t.TempDir()
	secret := filepath.Join(dir, "openid")
	if err := os.WriteFile(secret, []byte("hush"), 0o600); err != nil {
		t.Fatal(err)
	}
	for mode, want := range map[os.FileMode]error{0o600: nil, 0o644: openid.ErrExposed, 0o640: openid.ErrExposed} {
		if err := os.Chmod(secret, mode); err != nil {
			t.Fatal(err)
		}
		cfg := settings(t.TempDir())
		cfg.OpenID = config.OpenID{
			Issuer: "https://id.example", Client: "relay", SecretFile: secret, Name: "Example ID",
			Roles: map[string][]account.Role{"desk": {account.RoleTechnician}},
		}
		if want == nil {
			start(t, cfg)
			continue
		}
		if _, err := app.Open(t.Context(), cfg); !errors.Is(err, want) || problem.Hint(err) == "" {
			t.Errorf("mode %04o: Open = %v, want %v", mode, err, want)
		}
	}
}
