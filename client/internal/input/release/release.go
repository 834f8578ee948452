// Package release lets go of what this program holds down when it dies, by whatever
// way: nothing else would, and the person could not use their machine.
//
// A program that is killed can do nothing any more. So a child of it is told what is
// down, through a pipe, before it is, and lets go of that when the pipe ends ([Serve]).
// It can do nothing else, and ends with that.
package release

import "errors"

// Kind is a kind of thing that is held.
type Kind byte

// The kinds. Their codes are the system's own.
const (
	// Key is a key that is down.
	Key Kind = 'k'
	// Button is a button of a mouse that is down.
	Button Kind = 'b'
	// Silence is a key that does not repeat itself for as long as it is down.
	Silence Kind = 's'
)

// Held is a thing that is held.
type Held struct {
	Kind Kind
	Code uint16
}

func (k Kind) isKnown() bool { return k == Key || k == Button || k == Silence }

// Ledger is told what an injector holds. Its methods fail silently: what is held is let
// go by the injector in all cases but the last one.
type Ledger interface {
	// Down is called before something is held.
	Down(Held)
	// Up is called after it was let go.
	Up(Held)
}

// Nobody is a Ledger that nobody keeps.
type Nobody struct{}

// Down implements Ledger.
func (Nobody) Down(Held) {}

// Up implements Ledger.
func (Nobody) Up(Held) {}

// The wire: for each change four bytes, what happened, the kind, and the code with its
// high byte first. A pipe takes four bytes whole or not at all.
const (
	recordSize = 4
	markDown   = '+'
	markUp     = '-'
)

var errRecord = errors.New("no record of what is held")

func encode(mark byte, h Held) []byte {
	return []byte{mark, byte(h.Kind), byte(h.Code >> 8), byte(h.Code)}
}

func decode(b [recordSize]byte) (down bool, h Held, err error) {
	h = Held{Kind: Kind(b[1]), Code: uint16(b[2])<<8 | uint16(b[3])}
	if b[0] != markDown && b[0] != markUp || !h.Kind.isKnown() {
		return false, Held{}, errRecord
	}
	return b[0] == markDown, h, nil
}
