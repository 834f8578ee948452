package app

import (
	"image"
	"log/slog"
	"testing"
	"time"

	"github.com/lendhand/lendhand/client/internal/consent"
	"github.com/lendhand/lendhand/client/internal/input"
	"github.com/lendhand/lendhand/signaling"
)

// still is a machine that does nothing, so that what is measured is the way to it.
type still struct{}

func (still) Move(image.Point) error          { return nil }
func (still) Button(input.Button, bool) error { return nil }
func (still) Wheel(float64, float64) error    { return nil }
func (still) Key(string, bool) error          { return nil }
func (still) Produces(string) string          { return "a" }
func (still) Text(string) error               { return nil }
func (still) Close() error                    { return nil }

// benchmarkInput measures one message from the input or the pointer channel to the
// machine. next changes the message for its next turn.
func benchmarkInput(b *testing.B, m signaling.Message, next func()) {
	gate := consent.NewGate()
	defer gate.Revoke()
	later := time.Now().Add(24 * time.Hour)
	gate.SetGrant(viewAndControl, later)
	gate.Allow(viewAndControl, later)
	told := 0
	h := newHands(gate, still{}, placed(image.Rect(0, 0, 1920, 1080)), newTouch(), newYield(), &journal{}, func(signaling.ChannelID, signaling.Message) { told++ }, slog.New(slog.DiscardHandler))
	b.ReportAllocs()
	for b.Loop() {
		next()
		h.do(m)
	}
	if _, acked := m.(*signaling.Input); acked != (told > 0) || acked && h.applied == 0 {
		b.Errorf("%d answers, %d events applied", told, h.applied)
	}
}

func BenchmarkKeystroke(b *testing.B) {
	m := events(0, holding(), press("KeyA"), loosen("KeyA"))
	n := uint64(0)
	benchmarkInput(b, m, func() { m.First = 2*n + 1; n++ })
}

func BenchmarkPointer(b *testing.B) {
	m := &signaling.Pointer{X: 800, Y: 600}
	benchmarkInput(b, m, func() { m.Sequence++ })
}
