package signaling

import (
	"encoding/base64"
	"fmt"
	"math"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Clean makes text that comes from a machine or a person fit for a message: it
// drops control and direction-changing characters, trims space, and cuts it to at
// most limit characters.
func Clean(s string, limit int) string {
	s = strings.TrimSpace(strings.Map(func(r rune) rune {
		if forbidden(r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "")))
	if runes := []rune(s); len(runes) > limit {
		s = strings.TrimSpace(string(runes[:limit]))
	}
	return s
}

// CleanName is Clean with the limit of names: of people, machines, organisations. Of
// these only what is seen stays.
func CleanName(s string) string { return Clean(Seen(s), maxName) }

// Unsafe reports whether r could forge a line of a log, act on a terminal, or turn the
// direction of text around (Unicode Bidirectional Algorithm, explicit formatting
// characters). All such characters are below U+10000.
func Unsafe(r rune) bool {
	return unicode.IsControl(r) || r == '\u2028' || r == '\u2029' || unicode.Is(unicode.Bidi_Control, r)
}

// forbidden characters are in no message: unsafe ones, and what stands for bytes that
// are not text.
func forbidden(r rune) bool { return Unsafe(r) || r == utf8.RuneError }

func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// checkText checks text that people read: least to most characters, none of them
// able to forge a log line or to turn text around.
func checkText(field, s string, least, most int) error {
	if !utf8.ValidString(s) {
		return fmt.Errorf("%s: not UTF-8", field)
	}
	if n := utf8.RuneCountInString(s); n < least || n > most {
		return fmt.Errorf("%s: want %d to %d characters, got %d", field, least, most, n)
	}
	if i := strings.IndexFunc(s, forbidden); i >= 0 {
		return fmt.Errorf("%s: control character at byte %d", field, i)
	}
	return nil
}

// checkName checks the name of somebody: something of it must be seen.
func checkName(field, s string) error {
	if strings.TrimSpace(Seen(s)) == "" {
		return fmt.Errorf("%s: nothing of it can be seen", field)
	}
	return checkText(field, s, 1, maxName)
}

// checkTyped checks text that is to be typed: like checkText, but lines may break
// and tabs stand in it, and the direction marks of right-to-left scripts.
func checkTyped(field, s string) error {
	if !utf8.ValidString(s) {
		return fmt.Errorf("%s: not UTF-8", field)
	}
	if n := utf8.RuneCountInString(s); n < 1 || n > maxText {
		return fmt.Errorf("%s: want 1 to %d characters, got %d", field, maxText, n)
	}
	if i := strings.IndexFunc(s, func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' }); i >= 0 {
		return fmt.Errorf("%s: control character at byte %d", field, i)
	}
	return nil
}

// checkOpaque checks a value that only programs read: least to most bytes of
// printable ASCII.
func checkOpaque(field, s string, least, most int) error {
	if len(s) < least || len(s) > most {
		return fmt.Errorf("%s: want %d to %d bytes, got %d", field, least, most, len(s))
	}
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return fmt.Errorf("%s: byte %d is not printable ASCII", field, i)
		}
	}
	return nil
}

// checkSDP checks a session description (RFC 8866): text of lines.
func checkSDP(field, s string) error {
	if !strings.HasPrefix(s, "v=0") {
		return fmt.Errorf("%s: not a session description", field)
	}
	if len(s) > maxSDP {
		return fmt.Errorf("%s: more than %d bytes", field, maxSDP)
	}
	return nil
}

// checkFingerprint checks a certificate fingerprint as in SDP's a=fingerprint
// (RFC 8122), SHA-256 only: "sha-256 AB:CD:…".
func checkFingerprint(field, s string) error {
	if len(s) > maxFingerprint {
		return fmt.Errorf("%s: more than %d bytes", field, maxFingerprint)
	}
	pairs, ok := strings.CutPrefix(s, "sha-256 ")
	if !ok || len(pairs) != 32*3-1 {
		return fmt.Errorf("%s: want a sha-256 fingerprint", field)
	}
	for i, r := range pairs {
		if i%3 == 2 && r == ':' || i%3 != 2 && strings.ContainsRune("0123456789ABCDEF", r) {
			continue
		}
		return fmt.Errorf("%s: want upper-case hexadecimal pairs with colons", field)
	}
	return nil
}

// checkKey checks an Ed25519 public key in unpadded base64url (RFC 8037).
func checkKey(field, s string) error {
	if len(s) > maxKey {
		return fmt.Errorf("%s: more than %d bytes", field, maxKey)
	}
	raw, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil || len(raw) != 32 {
		return fmt.Errorf("%s: want 32 bytes in base64url", field)
	}
	return nil
}

// checkOneOf checks a value that comes from a short list.
func checkOneOf[T ~string](field string, v T, list ...T) error {
	for _, l := range list {
		if v == l {
			return nil
		}
	}
	return fmt.Errorf("%s: %.32q is not one of %q", field, string(v), list)
}

// checkSeconds checks a time that is left, or that something may last.
func checkSeconds(field string, n int) error { return checkNumber(field, float64(n), 0, maxSeconds) }

// checkNumber checks that v is a number from least to most.
func checkNumber(field string, v, least, most float64) error {
	if math.IsNaN(v) || v < least || v > most {
		return fmt.Errorf("%s: want %g to %g, got %g", field, least, most, v)
	}
	return nil
}
