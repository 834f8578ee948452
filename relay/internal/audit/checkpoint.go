package audit

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// maxCheckpoint bounds a checkpoint, in bytes.
const maxCheckpoint = 4 << 10

// Checkpoint commits to all events up to a number.
type Checkpoint struct {
	// Size is the number of the last event, and Root the root of the tree over the
	// lines up to it.
	Size int64
	Root tlog.Hash
	// Note is the whole text with its signature.
	Note string
}

var errCheckpoint = errors.New("not a checkpoint of this trail")

// text is what is signed (C2SP tlog-checkpoint): the trail's name, the size and the
// root, each on a line.
func (c Checkpoint) text(name string) string {
	return fmt.Sprintf("%s\n%d\n%s\n", name, c.Size, c.Root)
}

// sign returns the checkpoint with its note.
func (k *Key) sign(c Checkpoint) (Checkpoint, error) {
	signed, err := note.Sign(&note.Note{Text: c.text(k.Name())}, k.signer)
	if err != nil {
		return Checkpoint{}, fmt.Errorf("sign a checkpoint: %w", err)
	}
	c.Note = string(signed)
	return c, nil
}

// OpenCheckpoint reads a checkpoint that one of the keys has signed.
func OpenCheckpoint(text string, keys ...note.Verifier) (Checkpoint, error) {
	if len(text) > maxCheckpoint {
		return Checkpoint{}, fmt.Errorf("%w: it has more than %d bytes", errCheckpoint, maxCheckpoint)
	}
	n, err := note.Open([]byte(text), note.VerifierList(keys...))
	if err != nil {
		return Checkpoint{}, fmt.Errorf("%w: %w", errCheckpoint, err)
	}
	for _, s := range n.Sigs {
		// The library takes a signature whose last character says more than its bytes do.
		if _, err := base64.StdEncoding.Strict().DecodeString(s.Base64); err != nil {
			return Checkpoint{}, fmt.Errorf("%w: %w", errCheckpoint, err)
		}
	}
	lines := strings.Split(n.Text, "\n")
	if len(lines) < 4 || lines[0] != n.Sigs[0].Name {
		return Checkpoint{}, errCheckpoint
	}
	c := Checkpoint{Note: text}
	size, sizeErr := strconv.ParseInt(lines[1], 10, 64)
	c.Root, err = tlog.ParseHash(lines[2])
	if errors.Join(sizeErr, err) != nil || size < 1 || strconv.FormatInt(size, 10) != lines[1] {
		return Checkpoint{}, errCheckpoint
	}
	c.Size = size
	return c, nil
}
