package sendinput

import (
	"errors"
	"fmt"

	"github.com/lendhand/lendhand/client/internal/input"
	"github.com/lendhand/lendhand/client/internal/input/release"
)

// extendedBit is set in the code of an extended key, beside its scan code.
const extendedBit = 1 << 15

func heldKey(k key) release.Held {
	code := k.scan
	if k.extended {
		code |= extendedBit
	}
	return release.Held{Kind: release.Key, Code: code}
}

func heldButton(b input.Button) release.Held {
	return release.Held{Kind: release.Button, Code: uint16(b)} //nolint:gosec // less than five
}

// LetGo lets go of what an Injector that is no more has held. It presses nothing.
func LetGo(held []release.Held) error {
	var errs []error
	for _, h := range held {
		e, ok := upOf(h)
		if !ok {
			continue // what this machine does not have cannot be down
		}
		if err := send(e); err != nil {
			errs = append(errs, fmt.Errorf("let go %c %d: %w", h.Kind, h.Code, err))
		}
	}
	return errors.Join(errs...)
}

// upOf returns the event that lets go of a thing.
func upOf(h release.Held) (event, bool) {
	switch h.Kind {
	case release.Key:
		k := key{scan: h.Code &^ extendedBit, extended: h.Code&extendedBit != 0}
		if k.scan == 0 {
			k.virtual = virtualPause // the one key without
		}
		return k.event(false), true
	case release.Button:
		if s, ok := sides[swapped(input.Button(h.Code))]; ok {
			return mouseEvent(s.up, 0, 0, s.data), true
		}
	}
	return event{}, false
}
