package sendinput

import (
	"image"
	"testing"

	"golang.org/x/sys/windows"

	"github.com/lendhand/lendhand/client/internal/input/inputtest"
	"github.com/lendhand/lendhand/client/internal/input/keymap"
)

// codes are those of the keys that Windows has.
func codes() []string {
	var list []string
	for _, code := range keymap.Codes() {
		if _, ok := keyOf(code); ok {
			list = append(list, code)
		}
	}
	return list
}

func TestContract(t *testing.T) {
	w := newWindow(t)
	inputtest.Run(t, func(t *testing.T) *inputtest.Harness {
		i, err := New()
		if err != nil {
			t.Fatal(err)
		}
		unlock(t, i)
		w.forget()
		return &inputtest.Harness{
			Injector: i,
			Size:     desktopSize(),
			Codes:    codes(),
			OwnLocks: windows.NewLazySystemDLL("ntdll.dll").NewProc("wine_get_version").Find() == nil,
			Pointer:  func() image.Point { return pointer(t) },
			Keys:     w.down,
			Events:   w.events,
			Typed:    w.typed,
		}
	})
}

// unlock turns Caps Lock off where the test before has left it on.
func unlock(t *testing.T, i *Injector) {
	t.Helper()
	if i.Produces("KeyA") != "A" {
		return
	}
	for _, down := range []bool{true, false} {
		if err := i.Key("CapsLock", down); err != nil {
			t.Fatal(err)
		}
	}
}
