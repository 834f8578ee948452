package x11

import (
	"encoding/binary"
	"image"
	"testing"

	"github.com/jezek/xgb/xproto"

	"github.com/lendhand/lendhand/client/internal/capture/xdisplay"
	"github.com/lendhand/lendhand/client/internal/presence/presencetest"
	"github.com/lendhand/lendhand/client/internal/xvfbtest"
)

// enable switches a keyboard on or off, as when it is plugged in and out.
func (p *person) enable(on bool) {
	p.t.Helper()
	x, err := xdisplay.Use(p.C, extensionName)
	if err != nil {
		p.t.Fatal(err)
	}
	const name = "Device Enabled"
	property, err := xproto.InternAtom(p.C, false, uint16(len(name)), name).Reply()
	if err != nil {
		p.t.Fatal(err)
	}
	const request, replace, format = 57, 0, 8
	b := []byte{x.Opcode, request, 6, 0, p.Keyboard, 0, replace, format}
	b = binary.LittleEndian.AppendUint32(b, uint32(property.Atom))
	b = binary.LittleEndian.AppendUint32(b, xproto.AtomInteger)
	value := byte(0)
	if on {
		value = 1
	}
	b = append(b, 1, 0, 0, 0, value, 0, 0, 0)
	cookie := p.C.NewCookie(true, false)
	p.C.NewRequest(b, cookie)
	if err := cookie.Check(); err != nil {
		p.t.Fatal(err)
	}
}

// The modifiers of a keyboard that was pulled out are not down any more, and one that is
// plugged in counts from its first key.
func TestKeyboardsComeAndGo(t *testing.T) {
	xvfbtest.Start(t, image.Pt(320, 240))
	w, e := open(t, "Ctrl+Alt+End")
	p := newPerson(t, w)
	p.Down(keyControl, keyAlt)
	p.enable(false)
	p.enable(true)
	p.Down(keyEnd)
	quiet(t, "stop", e.stopped)
	p.Up(keyEnd)
	p.Down(keyControl, keyAlt, keyEnd)
	told(t, "stop", e.stopped)
}

// A program that makes another pointer gets another pair of devices to inject with.
func TestAnotherPointerOfAProgram(t *testing.T) {
	xvfbtest.Start(t, image.Pt(320, 240))
	w, e := open(t, "Ctrl+Alt+End")
	p := newPerson(t, w)
	x, err := xdisplay.Use(p.C, extensionName)
	if err != nil {
		t.Fatal(err)
	}
	const request, addMaster, name = 43, 1, "more"
	b := []byte{x.Opcode, request, 5, 0, 1, 0, 0, 0, addMaster, 0, 3, 0, byte(len(name)), 0, 1, 1}
	b = append(b, name...)
	cookie := p.C.NewCookie(true, false)
	p.C.NewRequest(b, cookie)
	if err := cookie.Check(); err != nil {
		t.Fatal(err)
	}
	reply, err := w.reply(w.request(requestQueryDevice, allDevices, 0, 0, 0))
	if err != nil {
		t.Fatal(err)
	}
	injecting := 0
	for id, d := range parseDevices(reply) {
		if !d.injecting {
			continue
		}
		injecting++
		p.Keyboard = byte(id)
		for _, key := range []byte{keyControl, keyAlt, keyEnd} {
			cookie := p.C.NewCookie(true, false)
			p.C.NewRequest(p.Request(presencetest.KeyPress, key, byte(id)), cookie)
			_ = cookie.Check() // a pointer has no keys
		}
	}
	if injecting != 4 {
		t.Errorf("%d devices to inject with, want 4", injecting)
	}
	quiet(t, "stop", e.stopped)
	quiet(t, "touched", e.touched)
}
