package recording

import (
	"encoding/base64"
	"errors"
	"fmt"
	"unicode/utf8"

	"filippo.io/age"
)

// Manifest says what is recorded, and who can open it. It stands before the parts.
type Manifest struct {
	Version int `json:"version"`
	// Recording is the recording's ID: the session's. It has only letters, digits, "_"
	// and "-", and can name a file.
	Recording string `json:"recording"`
	// Relay is the relay's address.
	Relay string `json:"relay"`
	// Begins is time 0 of the recording by the host's clock, which may be wrong.
	Begins     Stamp      `json:"begins"`
	Host       Host       `json:"host"`
	Technician Technician `json:"technician"`
	Ticket     string     `json:"ticket,omitempty"`
	// Consent is the person's yes: the JWT of the signalling message "consent".
	Consent string `json:"consent,omitempty"`
	// Readers are those that every part is sealed to.
	Readers []Reader `json:"readers"`
	// Key is the recording's own public key, to which every part is sealed as well;
	// SealedKey its identity in an age file for the readers, in base64 with padding.
	Key       string `json:"key"`
	SealedKey string `json:"sealedKey"`
	// Program is what wrote the recording, such as "lendhand 1.2".
	Program string `json:"program"`
}

// Host is the machine that is helped.
type Host struct {
	Name string `json:"name"`
	OS   string `json:"os"`
	// SessionKey signs the manifest and every part.
	SessionKey PublicKey `json:"sessionKey"`
}

// Technician is who helps.
type Technician struct {
	ID           string `json:"id"`
	Name         string `json:"name"`
	Organisation string `json:"organisation,omitempty"`
}

// Reader can open a recording.
type Reader struct {
	// Name is for people to read.
	Name string `json:"name"`
	// Key is an age recipient of the kind age1….
	Key string `json:"key"`
}

// Limits of the manifest's fields: characters of what people read, bytes of the rest.
const (
	maxText      = 300
	maxID        = 64
	maxURL       = 300
	maxConsent   = 8 << 10
	maxRecipient = 100
	maxSealedKey = 16 << 10
)

// Encode returns the manifest's line, without its newline: exactly these bytes are
// signed.
func (m *Manifest) Encode() ([]byte, error) {
	if err := m.check(); err != nil {
		return nil, fmt.Errorf("manifest: %w", err)
	}
	return encodeLine(m)
}

// ParseManifest reads the line of a manifest, without its newline.
func ParseManifest(line []byte) (*Manifest, error) {
	var m Manifest
	err := decodeOpen(line, &m)
	if err == nil {
		err = m.check()
	}
	if err != nil {
		return nil, fmt.Errorf("manifest: %w", err)
	}
	return &m, nil
}

func (m *Manifest) check() error {
	if m.Version != Version {
		return fmt.Errorf("version %d, want %d", m.Version, Version)
	}
	if _, err := base64.StdEncoding.Strict().DecodeString(m.SealedKey); err != nil || m.SealedKey == "" {
		return errors.New("sealedKey: want base64")
	}
	if m.Begins < 0 || m.Begins > maxStamp {
		return errors.New("begins: out of range")
	}
	return errors.Join(
		CheckID(m.Recording),
		checkOpaque("relay", m.Relay, maxURL),
		checkText("host.name", m.Host.Name),
		checkText("host.os", m.Host.OS),
		checkOpaque("technician.id", m.Technician.ID, maxText),
		checkText("technician.name", m.Technician.Name),
		checkText("technician.organisation", m.Technician.Organisation),
		checkText("ticket", m.Ticket),
		checkOpaque("consent", m.Consent, maxConsent),
		checkText("program", m.Program),
		checkOpaque("sealedKey", m.SealedKey, maxSealedKey),
		checkRecipient("key", m.Key),
		checkReaders(m.Readers),
	)
}

func checkReaders(readers []Reader) error {
	if len(readers) == 0 || len(readers) > MaxReaders {
		return fmt.Errorf("readers: want 1 to %d, got %d", MaxReaders, len(readers))
	}
	for i, r := range readers {
		if err := errors.Join(checkText("name", r.Name), checkRecipient("key", r.Key)); err != nil {
			return fmt.Errorf("reader %d: %w", i, err)
		}
	}
	return nil
}

// CheckReaders returns an error unless they can be those of a recording.
func CheckReaders(readers []Reader) error { return checkReaders(readers) }

// CheckID returns an error unless id can be a recording's: 1 to 64 letters of ASCII,
// digits, "_" and "-". So it can name a file, and a folder, on every system.
func CheckID(id string) error {
	if id == "" || len(id) > maxID {
		return fmt.Errorf("recording: want 1 to %d characters", maxID)
	}
	for _, r := range []byte(id) {
		if r|0x20 < 'a' || r|0x20 > 'z' {
			if (r < '0' || r > '9') && r != '_' && r != '-' {
				return fmt.Errorf("recording: %.100q is no ID", id)
			}
		}
	}
	return nil
}

func checkRecipient(field, s string) error {
	if len(s) > maxRecipient {
		return fmt.Errorf("%s: more than %d bytes", field, maxRecipient)
	}
	if _, err := age.ParseX25519Recipient(s); err != nil {
		return fmt.Errorf("%s: %w", field, err)
	}
	return nil
}

func checkText(field, s string) error {
	if n := utf8.RuneCountInString(s); n > maxText {
		return fmt.Errorf("%s: want at most %d characters, got %d", field, maxText, n)
	}
	return nil
}

// checkOpaque checks what only programs read: printable ASCII.
func checkOpaque(field, s string, most int) error {
	if len(s) > most {
		return fmt.Errorf("%s: want at most %d bytes, got %d", field, most, len(s))
	}
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return fmt.Errorf("%s: byte %d is not printable ASCII", field, i)
		}
	}
	return nil
}

// signatureLine is the line after the manifest.
type signatureLine struct {
	Signature Signature `json:"signature"`
}

// EncodeSignature returns the line that follows the manifest, without its newline.
func EncodeSignature(s Signature) ([]byte, error) { return encodeLine(signatureLine{s}) }

// ParseSignature reads the line that follows the manifest, without its newline.
func ParseSignature(line []byte) (Signature, error) {
	l, err := decodeExact[signatureLine](line)
	if err != nil {
		return Signature{}, fmt.Errorf("signature: %w", err)
	}
	return l.Signature, nil
}
