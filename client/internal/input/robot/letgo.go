package robot

import (
	"errors"
	"fmt"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/xproto"
	"github.com/jezek/xgb/xtest"

	"github.com/lendhand/lendhand/client/internal/capture"
	"github.com/lendhand/lendhand/client/internal/capture/xdisplay"
	"github.com/lendhand/lendhand/client/internal/input/release"
)

// heldBy is what the ledger calls what an event of XTEST presses or lets go.
func heldBy(kind, detail byte) release.Held {
	if kind == xproto.ButtonPress || kind == xproto.ButtonRelease {
		return release.Held{Kind: release.Button, Code: uint16(detail)}
	}
	return release.Held{Kind: release.Key, Code: uint16(detail)}
}

func silenceOf(key xproto.Keycode) release.Held {
	return release.Held{Kind: release.Silence, Code: uint16(key)}
}

// LetGo lets go of what a Robot that is no more has held on $DISPLAY. It presses nothing.
func LetGo(held []release.Held) error {
	c, wire, err := xdisplay.OpenWire(answerWithin, "XTEST")
	if err != nil {
		return err
	}
	guard := xdisplay.NewGuard(answerWithin, wire)
	guard.Begin()
	defer func() {
		guard.End()
		_ = wire.Close()
	}()
	if err := xtest.Init(c); err != nil {
		return fmt.Errorf("%w: XTEST: %w", capture.ErrMissingExtension, err)
	}
	var errs []error
	for _, h := range held {
		if err := letGo(c, h); err != nil {
			errs = append(errs, fmt.Errorf("let go %c %d: %w", h.Kind, h.Code, err))
		}
	}
	return errors.Join(errs...)
}

// letGo lets go of one thing. What the server does not have cannot be down.
func letGo(c *xgb.Conn, h release.Held) error {
	setup := xproto.Setup(c)
	key := xproto.Keycode(h.Code)
	isKey := h.Code == uint16(key) && key >= setup.MinKeycode && key <= setup.MaxKeycode
	const now, anyDevice = 0, 0
	root := setup.DefaultScreen(c).Root
	switch {
	case h.Kind == release.Key && isKey:
		return xtest.FakeInputChecked(c, xproto.KeyRelease, byte(key), now, root, 0, 0, anyDevice).Check()
	case h.Kind == release.Silence && isKey:
		return repeat(c, key, xproto.AutoRepeatModeOn)
	case h.Kind == release.Button && h.Code > 0 && h.Code == uint16(byte(h.Code)):
		return xtest.FakeInputChecked(c, xproto.ButtonRelease, byte(h.Code), now, root, 0, 0, anyDevice).Check()
	}
	return nil
}
