package catalogue

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"strings"

	"github.com/lendhand/lendhand/signaling/problem"
)

func trim(text string) string { return strings.TrimSpace(text) }

// signatureText returns what is in the line after a manifest.
func signatureText(line []byte) string {
	var s struct{ Signature string }
	if json.Unmarshal(line, &s) != nil {
		return ""
	}
	return s.Signature
}

// checkSealedKey looks whether a browser sent an age file. What is in it only its reader
// can tell.
func checkSealedKey(text string) error {
	file, err := base64.StdEncoding.Strict().DecodeString(text)
	if err != nil || len(text) > maxSealedKey || !bytes.HasPrefix(file, []byte("age-encryption.org/v1\n-> X25519 ")) {
		return problem.New("the sealed key is no age file in base64", "Seal the recording's identity to the reader's key with age.")
	}
	return nil
}
