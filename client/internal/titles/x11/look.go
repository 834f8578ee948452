package x11

import (
	"encoding/binary"
	"errors"
	"fmt"
	"strings"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/xproto"

	"github.com/lendhand/lendhand/client/internal/titles"
)

// maxProperty is how much of a property is read, in bytes: a title of the longest kind.
const maxProperty = 4 * titles.MaxTitle

// atoms are the names of the properties.
type atoms struct {
	active, name, oldName, class xproto.Atom
}

func intern(c *xgb.Conn) (atoms, error) {
	a := atoms{oldName: xproto.AtomWmName, class: xproto.AtomWmClass}
	for name, to := range map[string]*xproto.Atom{"_NET_ACTIVE_WINDOW": &a.active, "_NET_WM_NAME": &a.name} {
		reply, err := xproto.InternAtom(c, false, uint16(len(name)), name).Reply()
		if err != nil {
			return a, fmt.Errorf("intern %s: %w", name, err)
		}
		*to = reply.Atom
	}
	return a, nil
}

// tell reports whether a property tells something of a title.
func (a *atoms) tell(property xproto.Atom) bool {
	return property == a.active || property == a.name || property == a.oldName
}

// look returns the title of the active window; none where there is no such window. A window
// can be gone at any moment: then there is news.
func (w *Watch) look() (titles.Title, error) {
	value, err := w.property(w.root, w.atoms.active)
	if err != nil || len(value) < 4 {
		return titles.Title{}, err
	}
	window := xproto.Window(binary.LittleEndian.Uint32(value))
	if window != w.active {
		w.follow(window)
	}
	if window == 0 {
		return titles.Title{}, nil
	}
	name, err := w.property(window, w.atoms.name)
	if err == nil && len(name) == 0 {
		name, err = w.property(window, w.atoms.oldName)
	}
	if err != nil {
		return titles.Title{}, err
	}
	class, err := w.property(window, w.atoms.class)
	if err != nil {
		return titles.Title{}, err
	}
	return titles.Clean(strings.ToValidUTF8(string(name), "?"), programOf(class)), nil
}

// follow listens to another window.
func (w *Watch) follow(window xproto.Window) {
	if w.active != 0 && w.active != w.root {
		_ = w.listenTo(w.active, false) // it may be gone
	}
	if w.active = window; window != 0 && window != w.root {
		_ = w.listenTo(window, true)
	}
}

// property reads the beginning of a property; nothing of a window that is gone.
func (w *Watch) property(window xproto.Window, name xproto.Atom) ([]byte, error) {
	const words = maxProperty / 4
	reply, err := xproto.GetProperty(w.c, false, window, name, xproto.GetPropertyTypeAny, 0, words).Reply()
	var gone xproto.WindowError
	switch {
	case errors.As(err, &gone):
		return nil, nil
	case err != nil:
		return nil, fmt.Errorf("%w: %w", errClosed, err)
	}
	return reply.Value, nil
}

// programOf returns the class of a window, the second of two strings that end with zero
// (ICCCM section 4.1.2.5).
func programOf(class []byte) string {
	parts := strings.Split(strings.TrimRight(string(class), "\x00"), "\x00")
	return strings.ToValidUTF8(parts[len(parts)-1], "?")
}
