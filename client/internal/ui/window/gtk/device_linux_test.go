package gtk

import (
	"testing"

	"github.com/lendhand/lendhand/client/internal/ui"
)

func TestOfDevice(t *testing.T) {
	for _, c := range []struct {
		name    string
		wayland bool
		want    ui.Hand
	}{
		{"Logitech USB Receiver", false, ui.OwnHand},
		{"Virtual core XTEST keyboard", false, ui.ProgramHand},
		{"Virtual core pointer", false, ui.UnknownHand},
		{"", false, ui.UnknownHand},
		{"xwayland-pointer:13", true, ui.DeviceHand},
		{"Virtual core XTEST pointer", true, ui.ProgramHand},
		{"", true, ui.UnknownHand},
	} {
		if got := ofDevice(c.name, c.wayland); got != c.want {
			t.Errorf("%q, Wayland %t: %d, want %d", c.name, c.wayland, got, c.want)
		}
	}
}

func TestLesserHand(t *testing.T) {
	order := []ui.Hand{ui.ProgramHand, ui.UnknownHand, ui.DeviceHand, ui.OwnHand}
	for i, a := range order {
		for j, b := range order {
			if got, want := lesser(a, b), order[min(i, j)]; got != want {
				t.Errorf("of %d and %d: %d, want %d", a, b, got, want)
			}
		}
	}
}
