package recording

import (
	"crypto/sha256"
	"errors"
	"fmt"
)

// Envelope is what everybody can read of a part.
type Envelope struct {
	// Part is its number, from 0.
	Part int64 `json:"part"`
	// Start and Length say which stretch of the recording it is.
	Start  Time `json:"start"`
	Length Time `json:"length"`
	// Size is that of the sealed bytes, and Hash is theirs.
	Size int  `json:"size"`
	Hash Hash `json:"hash"`
	// KeyFrame is true when the part's pictures begin with one that needs none before it.
	KeyFrame bool `json:"keyFrame,omitempty"`
	// Index is true for a part that repeats the events of others.
	Index bool `json:"index,omitempty"`
	// Last is true for the part that ends a whole recording.
	Last bool `json:"last,omitempty"`
	// Signature is the host's, of the part's link.
	Signature Signature `json:"signature"`
}

// End returns when the part's stretch is over.
func (e *Envelope) End() Time { return e.Start + e.Length }

// Encode returns the envelope's line, without its newline.
func (e *Envelope) Encode() ([]byte, error) {
	if err := e.check(); err != nil {
		return nil, err
	}
	return encodeLine(e)
}

// ParseEnvelope reads a line that Encode wrote, without its newline.
func ParseEnvelope(line []byte) (Envelope, error) {
	e, err := decodeExact[Envelope](line)
	if err == nil {
		err = e.check()
	}
	if err != nil {
		return Envelope{}, fmt.Errorf("envelope: %w", err)
	}
	return e, nil
}

func (e *Envelope) check() error {
	switch {
	case e.Part < 0 || e.Part >= MaxParts:
		return fmt.Errorf("part %d, want 0 to %d", e.Part, MaxParts-1)
	case e.Start < 0 || e.Start > MaxTime:
		return fmt.Errorf("start %d, want 0 to %d", e.Start, MaxTime)
	case e.Length < 0 || e.Length > MaxLength:
		return fmt.Errorf("length %d, want 0 to %d", e.Length, MaxLength)
	case e.Size < 1 || e.Size > MaxSealed:
		return fmt.Errorf("size %d, want 1 to %d", e.Size, MaxSealed)
	case e.Index && (e.KeyFrame || e.Last || e.Length != 0):
		return errors.New("an index has no pictures and no length, and is not the last part")
	}
	return nil
}

// Holds reports whether sealed is what the envelope was written for.
func (e *Envelope) Holds(sealed []byte) bool {
	return len(sealed) == e.Size && sha256.Sum256(sealed) == e.Hash
}
