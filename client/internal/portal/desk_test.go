//go:build linux

package portal_test

import (
	"context"
	"errors"
	"image"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/lendhand/lendhand/client/internal/capture"
	"github.com/lendhand/lendhand/client/internal/input"
	"github.com/lendhand/lendhand/client/internal/portal"
	"github.com/lendhand/lendhand/client/internal/portal/portaltest"
)

const soon = 20 * time.Second

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func newDesk(t *testing.T, config portal.Config) *portal.Desk {
	d := portal.New(config)
	t.Cleanup(func() { _ = d.Close() }) // the connection may have ended before
	return d
}

// screen asks for the screen, and ends with the test.
func screen(t *testing.T, d *portal.Desk) capture.Source {
	t.Helper()
	s := d.Screen()
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("close screen: %v", err)
		}
	})
	if _, err := s.Monitors(); !errors.Is(err, capture.ErrUndecided) {
		t.Fatalf("monitors before the person has chosen: %v", err)
	}
	return s
}

func next(t *testing.T, s capture.Source, f *capture.Frame) error {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), soon)
	defer cancel()
	return s.Next(ctx, f)
}

// awaitColour takes frames until the middle of the picture has a colour.
func awaitColour(t *testing.T, s capture.Source, rgb uint32) {
	t.Helper()
	var f capture.Frame
	for {
		if err := next(t, s, &f); err != nil {
			t.Fatal(err)
		}
		p := f.Pix[f.Size().Y/2*f.Stride+4*f.Size().X/2:]
		if uint32(p[2])<<16|uint32(p[1])<<8|uint32(p[0]) == rgb {
			return
		}
	}
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestLook(t *testing.T) {
	d := portaltest.Start(t, "1280x720")
	found, err := portal.Look(t.Context())
	if err != nil || found.Show == 0 || found.Control == 0 {
		t.Errorf("found %+v, %v", found, err)
	}
	d.StopPortal()
	if _, err := portal.Look(t.Context()); !errors.Is(err, capture.ErrNoDisplay) || !strings.Contains(err.Error(), "xdg-desktop-portal") {
		t.Errorf("without a portal: %v", err)
	}
	d.Stop()
	if _, err := portal.Look(t.Context()); !errors.Is(err, capture.ErrNoDisplay) {
		t.Errorf("without D-Bus: %v", err)
	}
}

func TestTheDesktopIsSeenAndControlled(t *testing.T) {
	d := portaltest.Start(t, "1280x720")
	w := d.Open(t)
	desk := newDesk(t, portal.Config{})
	hands := desk.Injector()
	if err := hands.Key("KeyA", true); err == nil {
		t.Error("a key was pressed before the person was asked")
	}
	s := screen(t, desk)
	d.AllowControl()
	w.Colour(0x2040c0)
	awaitColour(t, s, 0x2040c0)
	for _, code := range []string{"KeyH", "KeyI", "Digit1"} {
		check(t, hands.Key(code, true))
		check(t, hands.Key(code, false))
	}
	check(t, hands.Key("ShiftLeft", true))
	check(t, hands.Key("KeyX", true))
	check(t, hands.Key("KeyX", false))
	check(t, hands.Key("ShiftLeft", false))
	check(t, hands.Text("Hello, World!\n"))
	w.Await("hi1XHello, World!\r")
	check(t, hands.Move(image.Pt(300, 200)))
	check(t, hands.Button(input.ButtonLeft, true))
	w.Await("\x1b[<0;")
	check(t, hands.Button(input.ButtonLeft, false))
	check(t, hands.Wheel(0, 1))
	w.Await("\x1b[<65;")
	w.Await("\x1b[<0;299;199m") // the terminal has a margin of two pixels, and counts from one
	check(t, hands.Key("ControlLeft", true))
	check(t, hands.Button(input.ButtonRight, true))
	check(t, hands.Close())
	w.Await("\x1b[<18;299;199m")                                  // the button is let go before Control is
	for began := time.Now(); !strings.Contains(w.Typed(), "q"); { // with Control it would be another
		if d.Person.Press('q'); time.Since(began) > soon {
			t.Fatalf("Control stayed down after Close: %q", w.Typed())
		}
	}
	if err := hands.Move(image.Pt(1, 1)); !errors.Is(err, input.ErrClosed) {
		t.Errorf("move after close: %v", err)
	}
}

func TestThePersonLetsThemLookOnly(t *testing.T) {
	d := portaltest.Start(t, "1280x720")
	desk := newDesk(t, portal.Config{})
	s := screen(t, desk)
	d.AllowView()
	var f capture.Frame
	check(t, next(t, s, &f))
	hands := desk.Injector()
	if err := hands.Key("KeyA", true); !errors.Is(err, portal.ErrViewOnly) {
		t.Errorf("press a key: %v", err)
	}
	check(t, hands.Close())
}

// A program that nobody is to control with asks for the picture alone, and once.
func TestOneQuestionForOneRun(t *testing.T) {
	d := portaltest.Start(t, "1280x720")
	desk := newDesk(t, portal.Config{ViewOnly: true})
	s := screen(t, desk)
	d.AllowScreen()
	var f capture.Frame
	check(t, next(t, s, &f))
	check(t, s.Close())
	again := screen(t, desk)
	check(t, next(t, again, &f)) // nobody answers
}

// A pause takes no pictures, and is no end: what comes after it asks nobody.
func TestAPause(t *testing.T) {
	d := portaltest.Start(t, "1280x720")
	w := d.Open(t)
	desk := newDesk(t, portal.Config{})
	hands := desk.Injector()
	s := screen(t, desk)
	d.AllowControl()
	var f capture.Frame
	check(t, next(t, s, &f))
	check(t, s.Close())
	if err := hands.Move(image.Pt(1, 1)); err == nil {
		t.Error("the pointer is moved where nobody sees it")
	}
	again := screen(t, desk)
	w.Colour(0x20c040)
	awaitColour(t, again, 0x20c040)
	check(t, hands.Key("KeyZ", true))
	check(t, hands.Key("KeyZ", false))
	w.Await("z")
	check(t, hands.Close())
	if d.Asked() {
		t.Error("the system asked again")
	}
}

func TestThePersonSaysNo(t *testing.T) {
	d := portaltest.Start(t, "1280x720")
	s := screen(t, newDesk(t, portal.Config{}))
	d.Refuse()
	var f capture.Frame
	err := next(t, s, &f)
	if !errors.Is(err, portal.ErrRefused) || !errors.Is(err, capture.ErrNoDisplay) {
		t.Errorf("next: %v", err)
	}
	if _, err := s.Monitors(); !errors.Is(err, portal.ErrRefused) {
		t.Errorf("monitors: %v", err)
	}
}

// A session that ends while the system asks takes the question away, and another may ask.
func TestClosedWhileTheSystemAsks(t *testing.T) {
	d := portaltest.Start(t, "1280x720")
	desk := newDesk(t, portal.Config{})
	s := screen(t, desk)
	d.AwaitQuestion()
	began := time.Now()
	check(t, s.Close())
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("close took %v", took)
	}
	var f capture.Frame
	if err := next(t, s, &f); !errors.Is(err, capture.ErrClosed) {
		t.Errorf("next: %v", err)
	}
	again := screen(t, desk)
	d.AllowControl()
	check(t, next(t, again, &f))
}

func TestTheSystemEndsIt(t *testing.T) {
	d := portaltest.Start(t, "1280x720")
	desk := newDesk(t, portal.Config{})
	s := screen(t, desk)
	d.AllowControl()
	var f capture.Frame
	check(t, next(t, s, &f))
	hands := desk.Injector()
	d.StopPortal()
	var err error
	for err == nil {
		err = next(t, s, &f)
	}
	if !errors.Is(err, capture.ErrNoDisplay) {
		t.Errorf("next: %v", err)
	}
	if err := hands.Move(image.Pt(1, 1)); err == nil {
		t.Error("the pointer was moved")
	}
	check(t, hands.Close())
}
