package robot_test

import (
	"context"
	"fmt"
	"image"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/xproto"

	"github.com/lendhand/lendhand/client/internal/input/keymap"
	"github.com/lendhand/lendhand/client/internal/xvfbtest"
)

// window is an application that has the keyboard and the whole desktop. Like real
// ones it looks up what a key means when it comes to the event.
type window struct {
	t    *testing.T
	c    *xgb.Conn
	root xproto.Window

	// Guarded by mu.
	mu   sync.Mutex
	seen []string
	text strings.Builder
}

func newWindow(t *testing.T) *window {
	c, screen := xvfbtest.Connect(t)
	id, err := xproto.NewWindowId(c)
	if err != nil {
		t.Fatal(err)
	}
	const events = xproto.EventMaskKeyPress | xproto.EventMaskKeyRelease |
		xproto.EventMaskButtonPress | xproto.EventMaskButtonRelease
	err = xproto.CreateWindowChecked(c, screen.RootDepth, id, screen.Root, 0, 0, uint16(size.X), uint16(size.Y), 0,
		xproto.WindowClassInputOutput, screen.RootVisual, xproto.CwEventMask, []uint32{events}).Check()
	if err != nil {
		t.Fatal(err)
	}
	if err := xproto.MapWindowChecked(c, id).Check(); err != nil {
		t.Fatal(err)
	}
	if err := xproto.SetInputFocusChecked(c, xproto.InputFocusParent, id, xproto.TimeCurrentTime).Check(); err != nil {
		t.Fatal(err)
	}
	w := &window{t: t, c: c, root: screen.Root}
	w.start()
	return w
}

// start reads events as they come, until the test ends.
func (w *window) start() {
	const pace = 5 * time.Millisecond
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for ctx.Err() == nil {
			time.Sleep(pace)
			w.mu.Lock()
			w.read()
			w.mu.Unlock()
		}
	}()
	w.t.Cleanup(func() {
		cancel()
		<-ended
	})
}

func (w *window) pointer() image.Point {
	w.t.Helper()
	reply, err := xproto.QueryPointer(w.c, w.root).Reply()
	if err != nil {
		w.t.Fatal(err)
	}
	return image.Pt(int(reply.RootX), int(reply.RootY))
}

// keys returns the codes of the keys that are down.
func (w *window) keys() []string {
	w.t.Helper()
	reply, err := xproto.QueryKeymap(w.c).Reply()
	if err != nil {
		w.t.Fatal(err)
	}
	var codes []string
	for key := range 256 {
		if reply.Keys[key/8]&(1<<(key%8)) != 0 {
			codes = append(codes, codeOf(byte(key)))
		}
	}
	return codes
}

func codeOf(key byte) string {
	for _, code := range keymap.Codes() {
		if k, _ := keymap.Keycode(code); k == key {
			return code
		}
	}
	return fmt.Sprintf("keycode %d", key)
}

func (w *window) events() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.read()
	seen := w.seen
	w.seen = nil
	return seen
}

func (w *window) typed() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.read()
	return w.text.String()
}

// read takes in all events that the server has made until now: they come before
// the answer to a question that is asked now.
func (w *window) read() {
	if _, err := xproto.QueryPointer(w.c, w.root).Reply(); err != nil {
		w.t.Error(err)
		return
	}
	for {
		event, err := w.c.PollForEvent()
		if event == nil && err == nil {
			return
		}
		switch e := event.(type) {
		case xproto.KeyPressEvent:
			w.seen = append(w.seen, "key "+codeOf(byte(e.Detail))+" down")
			w.text.WriteString(w.lookUp(e))
		case xproto.KeyReleaseEvent:
			w.seen = append(w.seen, "key "+codeOf(byte(e.Detail))+" up")
		case xproto.ButtonPressEvent:
			w.seen = append(w.seen, buttonEvents(int(e.Detail), "down")...)
		case xproto.ButtonReleaseEvent:
			w.seen = append(w.seen, buttonEvents(int(e.Detail), "up")...)
		}
	}
}

func buttonEvents(button int, word string) []string {
	if name := map[int]string{4: "up", 5: "down", 6: "left", 7: "right"}[button]; name != "" {
		if word == "up" {
			return nil // the notch was seen when it went down
		}
		return []string{"wheel " + name}
	}
	number := map[int]int{1: 0, 2: 1, 3: 2, 8: 3, 9: 4}[button]
	return []string{fmt.Sprintf("button %d %s", number, word)}
}

// lookUp reads the keyboard as it is now, and translates as the X11 protocol says
// (section 5, keyboards), with AltGr where servers with XKB put it.
func (w *window) lookUp(e xproto.KeyPressEvent) string {
	reply, err := xproto.GetKeyboardMapping(w.c, e.Detail, 1).Reply()
	if err != nil {
		w.t.Error(err)
		return ""
	}
	column := 0
	if e.State&xproto.ModMask5 != 0 {
		column = 4
	}
	if e.State&xproto.ModMaskShift != 0 {
		column++
	}
	if column > 0 && (column >= len(reply.Keysyms) || reply.Keysyms[column] == 0) {
		column--
	}
	symbol := keymap.Keysym(reply.Keysyms[column])
	return translate(symbol, e.State&xproto.ModMaskLock != 0, column%2 == 1, reply.Keysyms)
}

func translate(symbol keymap.Keysym, lock, shifted bool, row []xproto.Keysym) string {
	switch symbol {
	case keymap.KeysymReturn:
		return "\n"
	case keymap.KeysymTab:
		return "\t"
	}
	r, ok := symbol.Rune()
	if !ok {
		return ""
	}
	// Caps Lock is for keys with a small and a capital letter.
	a, _ := keymap.Keysym(row[0]).Rune()
	b, _ := keymap.Keysym(row[1]).Rune()
	if lock && a != b && strings.ToUpper(string(a)) == string(b) {
		return string(map[bool]rune{true: a, false: b}[shifted])
	}
	return string(r)
}

// mapping returns the whole keyboard, to compare.
func (w *window) mapping() string {
	w.t.Helper()
	reply, err := xproto.GetKeyboardMapping(w.c, 8, 248).Reply()
	if err != nil {
		w.t.Fatal(err)
	}
	var all strings.Builder
	for row := range slices.Chunk(reply.Keysyms, int(reply.KeysymsPerKeycode)) {
		for len(row) > 0 && row[len(row)-1] == 0 {
			row = row[:len(row)-1]
		}
		fmt.Fprintln(&all, row)
	}
	return all.String()
}

// repeats returns which keys repeat, to compare.
func (w *window) repeats() string {
	w.t.Helper()
	reply, err := xproto.GetKeyboardControl(w.c).Reply()
	if err != nil {
		w.t.Fatal(err)
	}
	return string(reply.AutoRepeats)
}

func (w *window) remap(key xproto.Keycode, symbols ...xproto.Keysym) {
	w.t.Helper()
	err := xproto.ChangeKeyboardMappingChecked(w.c, 1, key, byte(len(symbols)), symbols).Check()
	if err != nil {
		w.t.Fatal(err)
	}
}

// locks returns the modifiers that are locked while no key is down.
func locks(t *testing.T) uint16 {
	t.Helper()
	c, screen := xvfbtest.Connect(t)
	reply, err := xproto.QueryPointer(c, screen.Root).Reply()
	if err != nil {
		t.Fatal(err)
	}
	const modifiers = 0xff
	return reply.Mask & modifiers
}
