package release

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"time"
)

const (
	// maxHeld is the number of things that are held at once. People have ten fingers.
	maxHeld = 256
	// tries are how often a desktop that does not answer is asked to let go, and pause how
	// long after the one before.
	tries = 10
	pause = 500 * time.Millisecond
)

// Serve is the child: it hears what is held until the pipe ends, and lets go of the rest,
// the last first, if there is any. What it does not understand ends the pipe for it.
func Serve(pipe io.Reader, letGo func([]Held) error) error {
	held, err := hear(pipe)
	if len(held) == 0 {
		return err
	}
	slices.Reverse(held)
	for n := range tries {
		if n > 0 {
			time.Sleep(pause)
		}
		failed := letGo(held)
		if failed == nil {
			return err
		}
		if n == tries-1 {
			err = errors.Join(err, fmt.Errorf("let go: %w", failed))
		}
	}
	return err
}

// hear returns what is held at the end, in the order in which it was taken.
func hear(pipe io.Reader) (held []Held, err error) {
	var record [recordSize]byte
	for {
		if _, err := io.ReadFull(pipe, record[:]); err != nil {
			if errors.Is(err, io.EOF) {
				return held, nil
			}
			return held, fmt.Errorf("hear what is held: %w", err)
		}
		down, h, err := decode(record)
		if err != nil {
			return held, err
		}
		held = slices.DeleteFunc(held, func(other Held) bool { return other == h })
		if down && len(held) < maxHeld {
			held = append(held, h)
		}
	}
}
