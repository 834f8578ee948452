package x11

import (
	"fmt"
	"strings"
	"time"

	"github.com/jezek/xgb/xproto"

	"github.com/lendhand/lendhand/client/internal/clipboard"
	"github.com/lendhand/lendhand/signaling"
)

// Read implements clipboard.Board. What we own ourselves is asked of nobody.
func (b *Board) Read() (string, error) {
	if text, owns := b.ours(); owns {
		return text, nil
	}
	b.asking.Lock()
	defer b.asking.Unlock()
	b.guard.Begin()
	w, err := b.newWindow()
	b.guard.End()
	if err != nil {
		return "", fmt.Errorf("read the clipboard: %w", err)
	}
	// An owner that goes on sending in pieces gives up when the window is gone.
	defer xproto.DestroyWindow(b.c, w)
	if !b.convert(w) {
		return "", clipboard.ErrNoText
	}
	return b.fetch(w)
}

// convert asks the owner to put the text into a window's property, and reports whether it
// did. An owner that does not answer has none.
func (b *Board) convert(w xproto.Window) bool {
	xproto.ConvertSelection(b.c, w, b.atoms.clipboard, b.atoms.utf8, b.atoms.property, xproto.TimeCurrentTime)
	late := time.NewTimer(ownerWithin)
	defer late.Stop()
	for {
		select {
		case answer := <-b.answers:
			if answer.Requestor == w {
				return answer.Property == b.atoms.property
			}
		case <-late.C:
			return false
		}
	}
}

// fetch takes the text out of a window's property. What comes in pieces is longer than
// any text that is wanted (ICCCM section 2.7.2).
func (b *Board) fetch(w xproto.Window) (string, error) {
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
	case p.Type != b.atoms.utf8 || p.Format != 8 || len(p.Value) == 0:
		return "", clipboard.ErrNoText
	}
	return strings.ReplaceAll(string(p.Value), "\r\n", "\n"), nil
}
