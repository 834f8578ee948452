package presence

import (
	"sync"
	"time"

	"github.com/lendhand/lendhand/client/internal/ui"
)

// Hands is what a leaf tells of each event, and turns them into the calls of a Config:
// the same rules on every system. One goroutine calls it; Last and Injected may be called
// from any.
//
// It knows which keys the person holds from their own presses alone. What a program
// presses does not count as held, and what it lets go stays held: neither can a
// technician stop the session with half of the key, nor keep the person from it.
type Hands struct {
	// Set at construction.
	config Config

	// Owned by the goroutine that calls it.
	held    map[HeldKey]Modifiers // the modifiers that are down
	touched time.Time             // when Touched was called last

	// Guarded by mu.
	mu   sync.Mutex
	hand ui.Hand
	at   time.Time
}

// HeldKey is one key of one keyboard, whatever its system calls them. Two keys can be the
// same modifier.
type HeldKey struct{ Device, Code uint32 }

// NewHands returns Hands that hold nothing. The config is valid.
func NewHands(config Config) *Hands {
	return &Hands{config: config, held: make(map[HeldKey]Modifiers)}
}

// KeyDown tells of a key that the person has pressed, or that repeats: the modifier that it
// is, or 0, and whether it is the one that Config.Key names.
func (h *Hands) KeyDown(key HeldKey, modifier Modifiers, named bool) {
	h.pressed(ui.OwnHand)
	h.touch()
	if modifier != 0 {
		h.held[key] = modifier
	}
	if want := h.config.Key.Modifiers; named && h.modifiers()&want == want {
		h.config.Stop()
	}
}

// KeyUp tells of a key that the person has let go.
func (h *Hands) KeyUp(key HeldKey) {
	h.touch()
	delete(h.held, key)
}

// Forget tells that a keyboard is gone, with what was down on it.
func (h *Hands) Forget(device uint32) {
	for key := range h.held {
		if key.Device == device {
			delete(h.held, key)
		}
	}
}

// ButtonDown tells of a button that the person has pressed.
func (h *Hands) ButtonDown() {
	h.pressed(ui.OwnHand)
	h.touch()
}

// Moved tells that the person has moved something: the mouse, a wheel, a pen.
func (h *Hands) Moved() { h.touch() }

// Injected tells that a program has pressed a key or a button.
func (h *Hands) Injected() { h.pressed(ui.ProgramHand) }

// Last implements Watch.
func (h *Hands) Last() (ui.Hand, time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.hand, h.at
}

func (h *Hands) pressed(hand ui.Hand) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.hand, h.at = hand, time.Now()
}

func (h *Hands) touch() {
	if now := time.Now(); now.Sub(h.touched) >= TouchEvery {
		h.touched = now
		h.config.Touched()
	}
}

func (h *Hands) modifiers() (down Modifiers) {
	for _, m := range h.held {
		down |= m
	}
	return down
}
