package input_test

import (
	"errors"
	"image"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/lendhand/lendhand/client/internal/input"
	"github.com/lendhand/lendhand/client/internal/input/fake"
)

// FuzzDesk: whatever a technician does, the Desk knows what is down, and Release
// leaves nothing down. Each two bytes are one event.
func FuzzDesk(f *testing.F) {
	f.Add([]byte{0, 0, 0, 5, 1, 5, 1, 0})
	f.Add([]byte{0, 1, 0, 9, 2, 0, 1, 9, 3, 0})
	f.Add([]byte{4, 0, 4, 1, 0, 3, 0, 7, 6, 2, 8, 0, 0, 7})
	f.Fuzz(func(t *testing.T, events []byte) { play(t, events) })
}

func TestRandomEventsLeaveNothingDown(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	for range 500 {
		events := make([]byte, 2*(1+random.IntN(60)))
		for n := range events {
			events[n] = byte(random.Uint32())
		}
		play(t, events)
		if t.Failed() {
			t.Fatalf("events %v", events)
		}
	}
}

var (
	codes = []string{
		"ShiftLeft", "ControlLeft", "AltRight", "MetaLeft", "AltLeft", "KeyA", "KeyY", "KeyQ",
		"Enter", "ArrowUp", "CapsLock", "Unidentified", "",
	}
	texts = []string{"", "a", "A", "y", "@", "é", "😀", "Enter", "\x00", "\xff"}
)

func play(t *testing.T, events []byte) {
	i := fake.New(size, german())
	d := input.NewDesk(i)
	for pair := range slices.Chunk(events, 2) {
		if len(pair) < 2 {
			break
		}
		if err := act(d, pair[0], int(pair[1])); err != nil && !errors.Is(err, input.ErrUnknownKey) {
			t.Errorf("event %v: %v", pair, err)
		}
		held, buttons := d.Held()
		wantSet(t, held, i.Keys())
		wantSet(t, buttons, i.Buttons())
	}
	if err := d.Release(); err != nil {
		t.Errorf("release: %v", err)
	}
	if len(i.Keys()) > 0 || len(i.Buttons()) > 0 {
		t.Errorf("keys %v and buttons %v are down", i.Keys(), i.Buttons())
	}
}

// act is one event of a technician. Key presses come often.
func act(d *input.Desk, kind byte, n int) error {
	code, text := codes[n%len(codes)], texts[n/len(codes)%len(texts)]
	button, place := input.Button(n%5), image.Pt(n, n)
	switch kind % 10 {
	case 0, 5, 7:
		return d.Key(code, true, text)
	case 1, 6:
		return d.Key(code, false, text)
	case 2:
		return d.Text("é\n")
	case 3:
		return d.Release()
	case 4:
		return d.Button(button, true, place)
	case 8:
		return d.Button(button, false, place)
	}
	return d.Keep(codes[:n%len(codes)], []input.Button{button})
}

// wantSet compares without order: lifting a modifier presses it anew.
func wantSet[T interface{ ~int | ~string }](t *testing.T, desk, injector []T) {
	t.Helper()
	slices.Sort(desk)
	slices.Sort(injector)
	if !slices.Equal(desk, injector) {
		t.Errorf("the desk holds %v, down is %v", desk, injector)
	}
}
