package robot_test

import (
	"errors"
	"image"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jezek/xgb"
	"github.com/jezek/xgb/xproto"
	"github.com/jezek/xgb/xtest"

	"github.com/lendhand/lendhand/client/internal/capture"
	"github.com/lendhand/lendhand/client/internal/capture/xdisplay"
	"github.com/lendhand/lendhand/client/internal/consent"
	"github.com/lendhand/lendhand/client/internal/input"
	"github.com/lendhand/lendhand/client/internal/input/inputtest"
	"github.com/lendhand/lendhand/client/internal/input/robot"
	"github.com/lendhand/lendhand/client/internal/xvfbtest"
	"github.com/lendhand/lendhand/signaling"
)

// patience is how long an act may take that the server does not answer, and what is
// done at once after it.
const patience = 2 * time.Second

// grab has the server listen to nobody else, until what it returns is called.
func grab(t *testing.T) (letGo func()) {
	t.Helper()
	c, _ := xvfbtest.Connect(t)
	if err := xproto.GrabServerChecked(c).Check(); err != nil {
		t.Fatal(err)
	}
	return func() { ungrab(t, c) }
}

func ungrab(t *testing.T, c *xgb.Conn) {
	t.Helper()
	if err := xproto.UngrabServerChecked(c).Check(); err != nil {
		t.Fatal(err)
	}
}

// wantSoon runs f, which must not wait for the server.
func wantSoon(t *testing.T, what string, f func()) {
	t.Helper()
	began := time.Now()
	f()
	if d := time.Since(began); d > patience {
		t.Errorf("%s took %v", what, d)
	}
}

// everything is all that a Robot can be asked, at once.
func everything(d *input.Desk) []error {
	return []error{
		d.Key("KeyB", true, "b"), d.Move(image.Pt(7, 8)), d.Button(input.ButtonLeft, true, image.Pt(9, 9)),
		d.Wheel(0, 3, image.Pt(9, 9)), d.Text("ä"),
	}
}

// TestServerThatListensToAnother: nobody waits for it, what was asked meanwhile is not
// done later, and all that was down can be let go.
func TestServerThatListensToAnother(t *testing.T) {
	xvfbtest.Start(t, size)
	h := newHarness(t)
	d := input.NewDesk(h.Injector)
	if err := errors.Join(d.Key("KeyA", true, "a"), d.Button(input.ButtonRight, true, image.Pt(3, 4))); err != nil {
		t.Fatal(err)
	}
	h.Events()
	letGo := grab(t)
	wantSoon(t, "all", func() {
		for n, err := range everything(d) {
			if !errors.Is(err, capture.ErrNoDisplay) {
				t.Errorf("act %d: %v", n, err)
			}
		}
	})
	letGo()
	if got := h.Pointer(); got != image.Pt(3, 4) {
		t.Errorf("the pointer has been moved to %v", got)
	}
	wantSeen(t, h)
	time.Sleep(1100 * time.Millisecond) // the server is asked again
	if err := d.Release(); err != nil {
		t.Errorf("release: %v", err)
	}
	wantSeen(t, h, "key KeyA up", "button 2 up")
	if err := errors.Join(d.Move(image.Pt(5, 6)), d.Text("x"), d.Close()); err != nil {
		t.Errorf("after that: %v", err)
	}
	if got := h.Pointer(); got != image.Pt(5, 6) {
		t.Errorf("the pointer is at %v", got)
	}
}

// TestRevokeBesideAServerThatListensToAnother: who says stop does not wait for it.
func TestRevokeBesideAServerThatListensToAnother(t *testing.T) {
	xvfbtest.Start(t, size)
	h := newHarness(t)
	d := input.NewDesk(h.Injector)
	gate := consent.NewGate()
	both, later := signaling.Scopes{signaling.ScopeView, signaling.ScopeControl}, time.Now().Add(time.Hour)
	gate.SetGrant(both, later)
	gate.Allow(both, later)
	letGo := grab(t)
	acted := make(chan struct{})
	begun := make(chan struct{})
	go func() {
		defer close(acted)
		gate.Do(signaling.ScopeControl, func() { close(begun); everything(d) })
	}()
	<-begun
	wantSoon(t, "revoke", gate.Revoke)
	<-acted
	letGo()
	time.Sleep(100 * time.Millisecond)
	wantSeen(t, h)
	if err := d.Close(); err != nil {
		t.Errorf("close: %v", err)
	}
}

// TestServerThatHangs: a Robot is closed all the same.
func TestServerThatHangs(t *testing.T) {
	s := xvfbtest.Launch(t, size)
	r, err := robot.New()
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Key("ShiftLeft", true); err != nil {
		t.Fatal(err)
	}
	s.Freeze(t)
	wantSoon(t, "a key", func() {
		if err := r.Key("KeyA", true); !errors.Is(err, capture.ErrNoDisplay) {
			t.Errorf("key: %v", err)
		}
	})
	wantSoon(t, "close", func() {
		if err := r.Close(); !errors.Is(err, capture.ErrNoDisplay) {
			t.Errorf("close: %v", err)
		}
	})
}

func wantSeen(t *testing.T, h *inputtest.Harness, want ...string) {
	t.Helper()
	if d := cmp.Diff(want, h.Events()); d != "" {
		t.Errorf("events (-want +got):\n%s", d)
	}
}

// TestServerDropsWhatItHasNotRead: a Robot counts on it for the one event that it may
// have sent when another program has the server to itself.
func TestServerDropsWhatItHasNotRead(t *testing.T) {
	xvfbtest.Start(t, size)
	h := newHarness(t)
	defer func() { _ = h.Injector.Close() }()
	c, wire, err := xdisplay.OpenWire(patience, "XTEST")
	if err != nil {
		t.Fatal(err)
	}
	if err := xtest.Init(c); err != nil {
		t.Fatal(err)
	}
	const keyA = 38
	letGo := grab(t)
	xtest.FakeInput(c, xproto.KeyPress, keyA, 0, 0, 0, 0, 0) // sent when it returns
	if err := wire.Close(); err != nil {
		t.Fatal(err)
	}
	letGo()
	time.Sleep(100 * time.Millisecond)
	wantSeen(t, h)
}
