package x11

import (
	"image"
	"os/exec"
	"testing"

	"github.com/lendhand/lendhand/client/internal/xvfbtest"
)

// Whatever layout is on, the keys are those that say so.
func TestStopKeyInLayouts(t *testing.T) {
	xvfbtest.Start(t, image.Pt(320, 240))
	const keyQ, keyY, keyZ = 24, 29, 52
	for _, c := range []struct {
		layout, key string
		press       []byte
		want        bool
	}{
		{"us", "Ctrl+Alt+End", []byte{keyControl, keyAlt, keyEnd}, true},
		{"de", "Ctrl+Alt+End", []byte{keyControl, keyAltGr, keyEnd}, true},
		{"ru", "Ctrl+Alt+End", []byte{keyControl, keyAlt, keyEnd}, true},
		{"us", "Ctrl+Shift+Z", []byte{keyControl, 50, keyZ}, true},
		{"us", "Ctrl+Shift+Z", []byte{keyControl, 50, keyY}, false},
		{"de", "Ctrl+Shift+Z", []byte{keyControl, 50, keyY}, true},
		{"us,ru", "Ctrl+Alt+Q", []byte{keyControl, keyAlt, keyQ}, true},
		{"ru,us", "Ctrl+Alt+Q", []byte{keyControl, keyAlt, keyQ}, true},
		{"us", "Ctrl+Alt+F12", []byte{keyControl, keyAlt, 96}, true},
		{"fr", "Ctrl+Alt+1", []byte{keyControl, keyAlt, 10}, true},
	} {
		t.Run(c.layout+" "+c.key, func(t *testing.T) {
			layout(t, c.layout)
			w, e := open(t, c.key)
			p := newPerson(t, w)
			p.Down(c.press...)
			if c.want {
				told(t, "stop", e.stopped)
			} else {
				quiet(t, "stop", e.stopped)
			}
			p.Up(c.press...)
		})
	}
}

func layout(t *testing.T, args ...string) {
	t.Helper()
	if out, err := exec.Command("setxkbmap", args...).CombinedOutput(); err != nil {
		t.Fatalf("setxkbmap (Debian package x11-xkb-utils): %v: %s", err, out)
	}
}

// The layout changes while somebody is there: the new keys count, and the old ones too. A
// program cannot take the key away by that.
func TestTheLayoutChanges(t *testing.T) {
	xvfbtest.Start(t, image.Pt(320, 240))
	layout(t, "us")
	w, e := open(t, "Ctrl+Alt+End")
	p := newPerson(t, w)
	for _, args := range [][]string{
		{"xmodmap", "-e", "keycode 115 = NoSymbol"},
		{"xmodmap", "-e", "clear control", "-e", "keycode 37 = x"},
		{"xmodmap", "-e", "keycode 38 = End"},
	} {
		if out, err := exec.Command(args[0], args[1:]...).CombinedOutput(); err != nil {
			t.Fatalf("%v (Debian package x11-xserver-utils): %v: %s", args, err, out)
		}
	}
	for _, last := range []byte{keyEnd, keyA} {
		p.Down(keyControl, keyAlt, last)
		told(t, "stop", e.stopped)
		p.Up(keyControl, keyAlt, last)
	}
}
