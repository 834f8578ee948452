//go:build unix

package files

import (
	"bufio"
	"os"
	"path/filepath"
	"strings"
)

// Downloads is the folder of the person's downloads: as their desktop has it, or below
// their home.
func Downloads() (string, error) {
	home, err := os.UserHomeDir()
	if err != nil {
		return "", err
	}
	config, err := os.UserConfigDir()
	if err == nil {
		if dir := named(filepath.Join(config, "user-dirs.dirs"), home); dir != "" {
			return dir, nil
		}
	}
	return filepath.Join(home, "Downloads"), nil
}

// named reads the folder of downloads from the file of xdg-user-dirs: a line of a shell,
// XDG_DOWNLOAD_DIR="$HOME/…" or with a whole path. It is empty when the file does not say.
func named(file, home string) string {
	f, err := os.Open(file)
	if err != nil {
		return ""
	}
	defer func() { _ = f.Close() }() // only read
	for lines := bufio.NewScanner(f); lines.Scan(); {
		value, ok := strings.CutPrefix(strings.TrimSpace(lines.Text()), "XDG_DOWNLOAD_DIR=")
		if !ok {
			continue
		}
		value = strings.Trim(value, `"`)
		if rest, ok := strings.CutPrefix(value, "$HOME"); ok {
			value = home + rest
		}
		if filepath.IsAbs(value) && filepath.Clean(value) != filepath.Clean(home) {
			return filepath.Clean(value)
		}
	}
	return ""
}
