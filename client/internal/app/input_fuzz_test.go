package app

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/lendhand/lendhand/signaling"
)

// FuzzHands: whatever a technician does, however the network loses, doubles and
// reorders it, and whenever the person takes control back, nothing stays down and no
// text is typed twice. Each two bytes are one step.
func FuzzHands(f *testing.F) {
	f.Add([]byte{0, 0, 0, 5, 5, 0, 7, 0, 5, 0})
	f.Add([]byte{0, 1, 2, 3, 3, 0, 5, 0, 6, 0, 8, 0, 8, 1, 5, 0})
	f.Add([]byte{2, 0, 5, 0, 9, 255, 0, 2, 5, 0, 4, 0})
	f.Fuzz(func(t *testing.T, steps []byte) { playHands(t, steps) })
}

func TestRandomSessionsLeaveNothingDown(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 8))
	for range 200 {
		steps := make([]byte, 2*(1+random.IntN(120)))
		for n := range steps {
			steps[n] = byte(random.Uint32())
		}
		playHands(t, steps)
		if t.Failed() {
			t.Fatalf("steps %v", steps)
		}
	}
}

// sender is the technician's side of the input channel, without its clock.
type sender struct {
	*worker
	events   signaling.Events
	held     []signaling.Held // before each event, and after the last
	sent     []*signaling.Input
	sequence uint64
}

var handCodes = []string{"ShiftLeft", "ControlLeft", "AltRight", "MetaLeft", "KeyA", "KeyY", "Enter", "no key"}

func playHands(t *testing.T, steps []byte) {
	withHands(t, func(w *worker) {
		s := &sender{worker: w, held: []signaling.Held{{}}}
		for pair := range slices.Chunk(steps, 2) {
			if len(pair) == 2 {
				s.step(pair[0], int(pair[1]))
			}
		}
		s.end(len(steps))
	})
}

func (s *sender) step(kind byte, n int) {
	switch kind % 13 {
	case 0, 1:
		s.push(&signaling.KeyEvent{Code: handCodes[n%8], Down: n&8 == 0, Text: []string{"", "a", "é"}[n>>4%3]})
	case 2:
		s.push(&signaling.ButtonEvent{Button: n % 5, Down: n&8 == 0, X: n, Y: n})
	case 3:
		s.push(&signaling.TextEvent{Text: fmt.Sprintf("<%d>", len(s.events))})
	case 4:
		s.push(&signaling.WheelEvent{DY: float64(n-128) / 100, X: n})
	case 5, 6: // the newest message arrives
		s.send(s.message(max(0, len(s.events)-1-n%16)))
	case 7: // it is lost
		s.sent = append(s.sent, s.message(max(0, len(s.events)-1-n%4)))
	case 8: // an old one arrives, again or late
		if len(s.sent) > 0 {
			s.gets(s.sent[n%len(s.sent)])
		}
	case 9:
		time.Sleep(time.Duration(n) * signaling.HoldFor / 200)
	case 10:
		s.sequence++
		s.gets(&signaling.Pointer{Sequence: s.sequence, After: uint64(len(s.events)), X: n, Y: n})
	case 11:
		s.person(n)
	case 12:
		s.busyFor(n % 8)
	}
}

// person takes control back, gives it, or has everything let go.
func (s *sender) person(n int) {
	later := time.Now().Add(time.Hour)
	if n%3 == 0 {
		s.gate.Allow(viewAndControl, later)
		return
	}
	if n%3 == 1 {
		s.gate.Allow(signaling.Scopes{signaling.ScopeView}, later)
	}
	s.letGo()
	if down := s.machine.held(); down > 0 {
		s.t.Errorf("%d down after everything was let go", down)
	}
}

func (s *sender) push(e signaling.Event) {
	held := s.held[len(s.held)-1]
	held.Keys = slices.Clone(held.Keys)
	switch e := e.(type) {
	case *signaling.KeyEvent:
		held.Keys = slices.DeleteFunc(held.Keys, func(code string) bool { return code == e.Code })
		if e.Down {
			held.Keys = append(held.Keys, e.Code)
		}
	case *signaling.ButtonEvent:
		bit := []uint8{1, 4, 2, 8, 16}[e.Button]
		held.Buttons &^= bit
		if e.Down {
			held.Buttons |= bit
		}
	}
	s.events, s.held = append(s.events, e), append(s.held, held)
}

// message has the events from one on, counted from zero.
func (s *sender) message(from int) *signaling.Input {
	list := s.events[from:]
	list = list[:min(len(list), 256)]
	return &signaling.Input{First: uint64(from) + 1, Events: list, Held: s.held[from+len(list)]}
}

func (s *sender) send(m *signaling.Input) {
	s.sent = append(s.sent, m)
	s.gets(m)
}

// end is one of the ways in which a session ends, and looks at what is left of it.
func (s *sender) end(n int) {
	switch n / 2 % 3 {
	case 0: // silence
		time.Sleep(signaling.HoldFor + time.Second)
	case 1:
		s.letGo()
	case 2: // the technician lets go, and all arrives
		for _, code := range handCodes {
			s.push(&signaling.KeyEvent{Code: code})
		}
		for button := range 5 {
			s.push(&signaling.ButtonEvent{Button: button})
		}
		for from := 0; from < len(s.events); from += 256 {
			s.send(s.message(from))
			time.Sleep(10 * retryEvery) // the desktop may be busy for seven tries
		}
	}
	if down := s.machine.held(); down > 0 {
		s.t.Errorf("%d down at the end", down)
	}
	typed := s.machine.typed()
	for n, e := range s.events {
		text, ok := e.(*signaling.TextEvent)
		if ok && strings.Count(typed, text.Text) > 1 {
			s.t.Errorf("event %d was typed more than once", n)
		}
	}
}
