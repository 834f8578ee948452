package fake_test

import (
	"errors"
	"fmt"
	"image"
	"strings"
	"testing"

	"github.com/lendhand/lendhand/client/internal/input/fake"
	"github.com/lendhand/lendhand/client/internal/input/inputtest"
)

func TestContract(t *testing.T) {
	inputtest.Run(t, func(*testing.T) *inputtest.Harness {
		size := image.Pt(640, 480)
		i := fake.New(size, fake.US())
		return &inputtest.Harness{
			Injector: i,
			Size:     size,
			Pointer:  i.Pointer,
			Keys:     i.Keys,
			Events:   func() []string { return notches(i.Log()) },
			Typed:    i.Typed,
		}
	})
}

// notches writes one event for each notch, as an application sees them.
func notches(log []string) []string {
	var events []string
	for _, event := range log {
		var x, y int
		if n, _ := fmt.Sscanf(event, "wheel %d %d", &x, &y); n != 2 {
			events = append(events, event)
			continue
		}
		for _, turn := range []struct {
			n    int
			name string
		}{{x, "right"}, {-x, "left"}, {y, "down"}, {-y, "up"}} {
			for range max(turn.n, 0) {
				events = append(events, "wheel "+turn.name)
			}
		}
	}
	return events
}

func TestTextRefusesModifiers(t *testing.T) {
	i := fake.New(image.Pt(1, 1), fake.US())
	if err := i.Key("ShiftLeft", true); err != nil {
		t.Fatal(err)
	}
	if err := i.Text("a"); err == nil || !strings.Contains(err.Error(), "ShiftLeft") {
		t.Errorf("text with Shift down: %v", err)
	}
}

func TestFail(t *testing.T) {
	i := fake.New(image.Pt(1, 1), fake.US())
	broken := errors.New("broken")
	i.Fail = broken
	if err := i.Key("KeyA", true); !errors.Is(err, broken) {
		t.Errorf("the first call: %v", err)
	}
	if err := i.Key("KeyA", true); err != nil {
		t.Errorf("the second call: %v", err)
	}
}
