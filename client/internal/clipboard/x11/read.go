package x11

import (
	"cmp"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jezek/xgb/xproto"

	"github.com/lendhand/lendhand/client/internal/clipboard"
	"github.com/lendhand/lendhand/signaling"
)

// errStuck says that the owner does not answer: it has nothing for anybody.
var errStuck = fmt.Errorf("%w: who owns it does not answer", clipboard.ErrNoText)

// Read implements clipboard.Board. What we own ourselves is asked of nobody, and what its
// owner marks as a secret is not read.
func (b *Board) Read() (string, error) {
	if text, owns := b.ours(); owns {
		return text, nil
	}
	b.asking.Lock()
	defer b.asking.Unlock()
	if hidden, err := b.secret(); hidden || err != nil {
		return "", cmp.Or(err, clipboard.ErrNoText)
	}
	return b.ask(b.atoms.utf8, b.atoms.utf8)
}

// secret reports whether a password manager owns the clipboard, and says that nobody else
// should have what is in it.
func (b *Board) secret() (bool, error) {
	mark, err := b.ask(b.atoms.hint, xproto.GetPropertyTypeAny)
	switch {
	case errors.Is(err, errStuck):
		return false, err
	case errors.Is(err, clipboard.ErrNoText), errors.Is(err, clipboard.ErrTooLong):
		return false, nil // there is no such mark
	}
	return strings.TrimRight(mark, "\x00") == "secret", err
}

// ask asks the owner for what it has in one form, of a kind.
func (b *Board) ask(target, kind xproto.Atom) (string, error) {
	b.guard.Begin()
	w, err := b.newWindow()
	b.guard.End()
	if err != nil {
		return "", fmt.Errorf("read the clipboard: %w", err)
	}
	// An owner that goes on sending in pieces gives up when the window is gone.
	defer xproto.DestroyWindow(b.c, w)
	if err := b.convert(w, target); err != nil {
		return "", err
	}
	return b.fetch(w, kind)
}

// convert waits until the owner has put what it has into a window's property.
func (b *Board) convert(w xproto.Window, target xproto.Atom) error {
	xproto.ConvertSelection(b.c, w, b.atoms.clipboard, target, b.atoms.property, xproto.TimeCurrentTime)
	late := time.NewTimer(ownerWithin)
	defer late.Stop()
	for {
		select {
		case answer := <-b.answers:
			switch {
			case answer.Requestor != w:
			case answer.Property != b.atoms.property:
				return clipboard.ErrNoText
			default:
				return nil
			}
		case <-late.C:
			return errStuck
		}
	}
}

// fetch takes the text out of a window's property. What comes in pieces is longer than
// any text that is wanted (ICCCM section 2.7.2).
func (b *Board) fetch(w xproto.Window, kind xproto.Atom) (string, error) {
	b.guard.Begin()
	defer b.guard.End()
	const unit = 4
	const most = signaling.MaxClipboard/unit + 1
	p, err := xproto.GetProperty(b.c, false, w, b.atoms.property, xproto.GetPropertyTypeAny, 0, most).Reply()
	switch {
	case err != nil:
		return "", fmt.Errorf("read the clipboard: %w", err)
	case p.Type == b.atoms.incr || p.BytesAfter > 0 || len(p.Value) > signaling.MaxClipboard:
		return "", clipboard.ErrTooLong
	case kind != xproto.GetPropertyTypeAny && p.Type != kind || p.Format != 8 || len(p.Value) == 0:
		return "", clipboard.ErrNoText
	}
	return strings.ReplaceAll(string(p.Value), "\r\n", "\n"), nil
}
