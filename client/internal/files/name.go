package files

import (
	"fmt"
	"path"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/lendhand/lendhand/signaling"
)

// maxName is the longest name that a file gets, in bytes of UTF-8: with a number, a dot
// and the ending of a partial one it fits 255 everywhere.
const maxName = 200

// SafeName makes a file's name, as a hostile sender writes it, one that is a name and
// nothing else on Linux and on Windows: no folder, drive, stream or device, not hidden, and
// nothing invisible that makes one name look like another. Its error wraps ErrName.
func SafeName(name string) (string, error) {
	name = strings.ToValidUTF8(name, "")
	name = name[strings.LastIndexAny(name, `/\`)+1:]
	name = strings.Map(func(r rune) rune {
		switch {
		case signaling.Unsafe(r) || !unicode.IsPrint(r) || r == utf8.RuneError:
			return -1
		case strings.ContainsRune(`<>:"|?*`, r):
			return '_'
		}
		return r
	}, signaling.Seen(name))
	// Windows drops dots and spaces at the end; at the beginning a dot hides.
	name = strings.TrimLeft(strings.Trim(name, ". "), ". ")
	name = strings.TrimRight(cut(name, maxName), ". ")
	if name == "" {
		return "", ErrName
	}
	if isDevice(name) {
		name = "_" + name
	}
	return name, nil
}

// cut shortens a name to a number of bytes, and keeps its extension when that is short.
func cut(name string, most int) string {
	if len(name) <= most {
		return name
	}
	extension := path.Ext(name)
	if len(extension) > most/4 {
		extension = ""
	}
	stem := name[:most-len(extension)]
	for !utf8.ValidString(stem) {
		stem = stem[:len(stem)-1]
	}
	return stem + extension
}

// isDevice reports whether Windows takes a name for a device, whatever its extension.
func isDevice(name string) bool {
	stem, _, _ := strings.Cut(name, ".")
	stem = strings.ToUpper(strings.TrimSpace(stem))
	switch stem {
	case "CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$", "CLOCK$":
		return true
	}
	port, ok := strings.CutPrefix(stem, "COM")
	if !ok {
		port, ok = strings.CutPrefix(stem, "LPT")
	}
	return ok && utf8.RuneCountInString(port) == 1 && strings.ContainsAny(port, "0123456789¹²³")
}

// twin is the name of the nth file of the same name, from 0.
func twin(name string, n int) string {
	if n == 0 {
		return name
	}
	extension := path.Ext(name)
	return fmt.Sprintf("%s (%d)%s", strings.TrimSuffix(name, extension), n+1, extension)
}
