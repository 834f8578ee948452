//go:build linux

package gtk_test

import (
	"encoding/binary"
	"testing"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/xproto"

	"github.com/lendhand/lendhand/client/internal/xvfbtest"
)

// theme is the desktop's settings, of which there is one here: the theme's name.
type theme struct {
	t        testing.TB
	c        *xgb.Conn
	w        xproto.Window
	settings xproto.Atom
	serial   uint32
}

func newTheme(t testing.TB) *theme {
	t.Helper()
	c, screen := xvfbtest.Connect(t)
	w, err := xproto.NewWindowId(c)
	if err != nil {
		t.Fatal(err)
	}
	th := &theme{t: t, c: c, w: w}
	th.settings = th.atom("_XSETTINGS_SETTINGS")
	err = xproto.CreateWindowChecked(c, 0, w, screen.Root, 0, 0, 1, 1, 0,
		xproto.WindowClassInputOutput, 0, 0, nil).Check()
	if err != nil {
		t.Fatal(err)
	}
	if err := xproto.SetSelectionOwnerChecked(c, w, th.atom("_XSETTINGS_S0"), 0).Check(); err != nil {
		t.Fatal(err)
	}
	return th
}

func (th *theme) atom(name string) xproto.Atom {
	th.t.Helper()
	reply, err := xproto.InternAtom(th.c, false, uint16(len(name)), name).Reply()
	if err != nil {
		th.t.Fatal(err)
	}
	return reply.Atom
}

// set gives the theme a name.
func (th *theme) set(name string) {
	th.t.Helper()
	const key = "Net/ThemeName"
	th.serial++
	little := binary.LittleEndian
	b := little.AppendUint32([]byte{0, 0, 0, 0}, th.serial) // little-endian
	b = little.AppendUint32(b, 1)                           // settings
	b = append(b, 1, 0)                                     // a string
	b = little.AppendUint16(b, uint16(len(key)))
	b = padded(append(b, key...))
	b = little.AppendUint32(b, th.serial)
	b = little.AppendUint32(b, uint32(len(name)))
	b = padded(append(b, name...))
	err := xproto.ChangePropertyChecked(th.c, xproto.PropModeReplace, th.w, th.settings, th.settings,
		8, uint32(len(b)), b).Check()
	if err != nil {
		th.t.Fatal(err)
	}
}

func padded(b []byte) []byte {
	for len(b)%4 != 0 {
		b = append(b, 0)
	}
	return b
}
