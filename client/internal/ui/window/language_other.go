//go:build !windows

package window

import "os"

// SystemLanguages returns the languages that the person has set in their system, best
// first, as tags for [MatchLanguage].
func SystemLanguages() []string {
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if tag := os.Getenv(name); tag != "" {
			return []string{tag}
		}
	}
	return nil
}
