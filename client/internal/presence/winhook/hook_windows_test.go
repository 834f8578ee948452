package winhook

import (
	"log/slog"
	"testing"
	"time"
	"unsafe"

	"github.com/lendhand/lendhand/client/internal/presence"
	"github.com/lendhand/lendhand/client/internal/ui"
	"github.com/lendhand/lendhand/client/internal/winetest"
)

var procSendInput = user32.NewProc("SendInput")

// input is INPUT, with room for its largest kind.
type input struct {
	Kind uint32
	_    uint32
	Key  struct {
		Code, Scan  uint16
		Flags, Time uint32
		Extra       uintptr
		_           uint64
	}
}

// inject presses and lets go virtual keys as a program does, and returns before the hooks
// have seen it.
func inject(t *testing.T, codes ...uint16) {
	t.Helper()
	var list []input
	for _, up := range []uint32{0, 2} {
		for _, code := range codes {
			i := input{Kind: 1}
			i.Key.Code, i.Key.Flags = code, up
			list = append(list, i)
		}
	}
	sent, _, err := procSendInput.Call(uintptr(len(list)), uintptr(unsafe.Pointer(&list[0])), unsafe.Sizeof(input{}))
	if int(sent) != len(list) {
		t.Fatalf("%d of %d injected: %v", sent, len(list), err)
	}
}

// wait returns the first event that is wanted.
func wait(t *testing.T, events <-chan Event, wanted func(Event) bool) Event {
	t.Helper()
	timeout := time.After(10 * time.Second)
	for {
		select {
		case e := <-events:
			if wanted(e) {
				return e
			}
		case <-timeout:
			t.Fatal("the event did not come")
		}
	}
}

func install(t *testing.T) (*Hook, <-chan Event) {
	t.Helper()
	events := make(chan Event, 1000)
	h, err := Install(Config{Event: func(e Event) { events <- e }, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(h.Close)
	return h, events
}

func isKey(code uint32) func(Event) bool {
	return func(e Event) bool { return e.Kind == Key && e.Code == code && e.Down }
}

func TestDeviceAndProgramAreToldApart(t *testing.T) {
	person := winetest.Dial(t)
	_, events := install(t)
	person.Key("b")
	if e := wait(t, events, isKey('B')); e.Injected {
		t.Error("a device's key counts as injected")
	}
	inject(t, 'C')
	if e := wait(t, events, isKey('C')); !e.Injected {
		t.Error("a program's key counts as a device's")
	}
	person.Click(640, 500)
	e := wait(t, events, func(e Event) bool { return e.Kind == Button && e.Down })
	if e.Injected || e.X != 640 || e.Y != 500 {
		t.Errorf("a click of a device: %+v", e)
	}
}

func TestADroppedHookIsSetAnew(t *testing.T) {
	person := winetest.Dial(t)
	h, events := install(t)
	person.Key("b")
	wait(t, events, isKey('B'))
	h.unhook()
	deadline := time.Now().Add(10 * time.Second)
	for {
		person.Key("d")
		select {
		case e := <-events:
			if e.Code == 'D' {
				return
			}
		case <-time.After(300 * time.Millisecond):
		}
		if time.Now().After(deadline) {
			t.Fatal("the hooks stayed away")
		}
	}
}

func TestWatch(t *testing.T) {
	person := winetest.Dial(t)
	touched, stopped := make(chan bool, 100), make(chan bool, 100)
	w, err := Open(presence.Config{
		Key: presence.DefaultKey(), Log: slog.New(slog.DiscardHandler),
		Touched: func() { touched <- true }, Stop: func() { stopped <- true }, Lost: func() {},
	})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = w.Close() }()

	inject(t, 0x11, 0x12, 0x23) // Ctrl, Alt, End
	for hand, _ := w.Last(); hand != ui.ProgramHand; hand, _ = w.Last() {
		time.Sleep(10 * time.Millisecond) // the test's own timeout ends it
	}
	person.Key("ctrl+alt+End")
	select {
	case <-stopped:
	case <-time.After(10 * time.Second):
		t.Fatal("the stop key did nothing")
	}
	if hand, _ := w.Last(); hand != ui.OwnHand {
		t.Errorf("the last press was made by %v", hand)
	}
	if len(touched) == 0 {
		t.Error("nothing was touched")
	}
	if len(stopped) > 0 {
		t.Error("stopped more than once: by the injected key too")
	}
}

func TestInjectedTouchesNothing(t *testing.T) {
	touched := make(chan bool, 100)
	w, err := Open(presence.Config{
		Key: presence.DefaultKey(), Log: slog.New(slog.DiscardHandler),
		Touched: func() { touched <- true }, Stop: func() { touched <- true }, Lost: func() { touched <- true },
	})
	if err != nil {
		t.Fatal(err)
	}
	inject(t, 0x11, 0x12, 0x23)
	for hand, _ := w.Last(); hand != ui.ProgramHand; hand, _ = w.Last() {
		time.Sleep(10 * time.Millisecond)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if len(touched) > 0 {
		t.Error("a program's keys count as the person's")
	}
}
