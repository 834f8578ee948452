package x11

import (
	"encoding/binary"
	"errors"
	"image"
	"log/slog"
	"testing"
	"time"

	"github.com/jezek/xgb/xproto"

	"github.com/lendhand/lendhand/client/internal/capture/xdisplay"
	"github.com/lendhand/lendhand/client/internal/presence"
	"github.com/lendhand/lendhand/client/internal/presence/presencetest"
	"github.com/lendhand/lendhand/client/internal/ui"
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

// A program can switch the person's keyboard off, and with it the key that stops. That is
// told, and a watch without a keyboard does not begin.
func TestAKeyboardIsSwitchedOff(t *testing.T) {
	xvfbtest.Start(t, image.Pt(320, 240))
	w, e := open(t, "Ctrl+Alt+End")
	p := newPerson(t, w)
	quiet(t, "lost", e.lost)
	p.enable(false)
	told(t, "lost", e.lost)
	nothing := func() {}
	config := presence.Config{
		Key: presence.DefaultKey(), Touched: nothing, Stop: nothing, Lost: nothing, Log: slog.New(slog.DiscardHandler),
	}
	if _, err := Open(config); !errors.Is(err, presence.ErrMissing) {
		t.Errorf("without a keyboard: %v", err)
	}
	p.enable(true)
	_, e = open(t, "Ctrl+Alt+End")
	p.Down(keyControl, keyAlt, keyEnd)
	told(t, "stop", e.stopped)
	quiet(t, "lost, by the end of the test", e.lost)
}

// A program can cut a watch off: its connection ends, or the server is busy with somebody
// else when it is to be asked. Both are told.
func TestAWatchIsCutOff(t *testing.T) {
	xvfbtest.Start(t, image.Pt(320, 240))
	for name, cut := range map[string]func(w *Watch){
		"the connection ends": func(w *Watch) { _ = w.wire.Close() },
		"the server does not answer": func(w *Watch) {
			c, _ := xvfbtest.Connect(t)
			if err := xproto.GrabServerChecked(c).Check(); err != nil {
				t.Fatal(err)
			}
			w.newDevices.Store(true)
			w.changed <- struct{}{}
			time.AfterFunc(answerWithin+time.Second, c.Close)
		},
	} {
		t.Run(name, func(t *testing.T) {
			w, e := open(t, "Ctrl+Alt+End")
			cut(w)
			told(t, "lost", e.lost)
			quiet(t, "lost twice", e.lost)
		})
	}
}

// What a program injects takes no room from the person's own keys, however much it is.
func TestAFloodLeavesRoomForTheStopKey(t *testing.T) {
	w := &Watch{queue: make(chan event, maxQueue), hands: presence.NewHands(presence.Config{})}
	const keyboard, injects = 7, 5
	w.devices.Store(&map[uint16]device{keyboard: {keyboard: true}, injects: {injecting: true}})
	for range 2 * maxQueue {
		w.line(event{kind: kindKeyPress, device: injects, detail: keyEnd})
	}
	w.line(event{kind: kindKeyPress, device: keyboard, detail: keyEnd})
	if hand, _ := w.Last(); hand != ui.ProgramHand {
		t.Errorf("the last press was by %d", hand)
	}
	if len(w.queue) != 1 || (<-w.queue).device != keyboard {
		t.Error("the person's key had no room")
	}
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
