package presence

import (
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"github.com/lendhand/lendhand/client/internal/ui"
)

// Keys of a keyboard.
var (
	control = HeldKey{Device: 1, Code: 37}
	alt     = HeldKey{Device: 1, Code: 64}
	end     = HeldKey{Device: 1, Code: 115}
)

// counted returns hands that count.
func counted() (h *Hands, touched, stopped *int) {
	touched, stopped = new(int), new(int)
	return NewHands(Config{
		Key: DefaultKey(), Log: slog.New(slog.DiscardHandler),
		Touched: func() { *touched++ }, Stop: func() { *stopped++ }, Lost: func() {},
	}), touched, stopped
}

func TestTouchedIsToldNowAndThen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, touched, _ := counted()
		for range 1000 { // a mouse that tells a thousand times a second
			h.Moved()
			time.Sleep(time.Millisecond)
		}
		if want := int(time.Second / TouchEvery); *touched != want {
			t.Errorf("told %d times in a second, want %d", *touched, want)
		}
	})
}

func TestTheKeyboardThatIsGoneHoldsNothing(t *testing.T) {
	h, _, stopped := counted()
	h.KeyDown(control, Control, false)
	h.KeyDown(alt, Alt, false)
	h.Forget(2)
	h.KeyDown(end, 0, true)
	if *stopped != 1 {
		t.Errorf("stopped %d times with another keyboard gone", *stopped)
	}
	h.Forget(1)
	h.KeyDown(end, 0, true)
	if *stopped != 1 {
		t.Error("stopped by keys of a keyboard that is gone")
	}
}

func TestWhoPressedLast(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, _, _ := counted()
		if hand, at := h.Last(); hand != ui.UnknownHand || !at.IsZero() {
			t.Errorf("before the first press: %d at %s", hand, at)
		}
		for _, c := range []struct {
			act  func()
			want ui.Hand
		}{
			{h.ButtonDown, ui.OwnHand},
			{h.Injected, ui.ProgramHand},
			{func() { h.KeyDown(end, 0, true) }, ui.OwnHand},
			{h.Injected, ui.ProgramHand},
			{h.Moved, ui.ProgramHand},
		} {
			time.Sleep(time.Second)
			before := time.Now()
			c.act()
			hand, at := h.Last()
			if hand != c.want || c.want == ui.OwnHand && at != before {
				t.Errorf("%d at %s, want %d at %s", hand, at, c.want, before)
			}
		}
	})
}

func TestConfigIsChecked(t *testing.T) {
	nothing, log := func() {}, slog.New(slog.DiscardHandler)
	for name, c := range map[string]struct {
		config Config
		ok     bool
	}{
		"whole":      {Config{DefaultKey(), nothing, nothing, nothing, log}, true},
		"no key":     {Config{Key{}, nothing, nothing, nothing, log}, false},
		"no touched": {Config{DefaultKey(), nil, nothing, nothing, log}, false},
		"no stop":    {Config{DefaultKey(), nothing, nil, nothing, log}, false},
		"no lost":    {Config{DefaultKey(), nothing, nothing, nil, log}, false},
		"no log":     {Config{DefaultKey(), nothing, nothing, nothing, nil}, false},
	} {
		if err := c.config.Validate(); (err == nil) != c.ok {
			t.Errorf("%s: %v", name, err)
		}
	}
}
