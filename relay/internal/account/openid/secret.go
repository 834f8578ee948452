package openid

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"strings"

	"github.com/lendhand/lendhand/signaling/problem"
)

// maxSecret bounds the file of a client's secret, in bytes.
const maxSecret = 4 << 10

// ErrExposed says that other accounts of the machine can read a secret.
var ErrExposed = errors.New("others can read it")

// ReadSecret reads a client's secret from its file, which others must not be able to
// read. Errors carry hints.
func ReadSecret(path string) (string, error) {
	info, err := os.Stat(path)
	if err != nil {
		return "", problem.Wrap(fmt.Errorf("read the OpenID secret: %w", err), "Name its file with --openid-secret-file.")
	}
	if mode := info.Mode().Perm(); runtime.GOOS != "windows" && mode&0o077 != 0 {
		return "", problem.Wrap(fmt.Errorf("the OpenID secret %s has mode %04o: %w", path, mode, ErrExposed),
			"Run: chmod 600 "+path+". If somebody may have looked, have the provider make a new secret.")
	}
	if info.Size() > maxSecret {
		return "", problem.New(fmt.Sprintf("the OpenID secret %s is larger than %d bytes", path, maxSecret), "The file holds the secret and nothing else.")
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return "", problem.Wrap(fmt.Errorf("read the OpenID secret: %w", err), "Name its file with --openid-secret-file.")
	}
	secret := strings.TrimSpace(string(data))
	if secret == "" {
		return "", problem.New(fmt.Sprintf("the OpenID secret %s is empty", path), "The file holds the secret and nothing else.")
	}
	return secret, nil
}
