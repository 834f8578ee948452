package app

import (
	"context"
	"errors"
	"image"
	"log/slog"
	"runtime"
	"testing"
	"time"

	"github.com/lendhand/lendhand/client/internal/capture"
	"github.com/lendhand/lendhand/client/internal/consent"
	"github.com/lendhand/lendhand/client/internal/encode"
	"github.com/lendhand/lendhand/client/internal/encode/aom"
	"github.com/lendhand/lendhand/client/internal/encode/vpx"
	"github.com/lendhand/lendhand/client/internal/picture"
	"github.com/lendhand/lendhand/signaling"
)

// flicker is a screen of one monitor, of which a part changes whenever the test says so.
// It allocates nothing.
type flicker struct {
	ticks   chan struct{}
	changed chan struct{}
	bounds  image.Rectangle
	part    image.Rectangle
	begun   bool
	light   byte
}

func (s *flicker) Monitors() ([]capture.Monitor, error) {
	return []capture.Monitor{{Bounds: s.bounds, Primary: true}}, nil
}
func (s *flicker) Rearranged() <-chan struct{} { return s.changed }
func (s *flicker) Watch(int) error             { return nil }
func (s *flicker) Close() error                { return nil }

func (s *flicker) Next(ctx context.Context, f *capture.Frame) error {
	if !s.begun {
		s.begun = true
		f.Bounds, f.Stride, f.At = s.bounds, 4*s.bounds.Dx(), time.Now()
		f.Pix = make([]byte, f.Stride*s.bounds.Dy())
		f.Damage = append(f.Damage[:0], s.bounds)
		return nil
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-s.ticks:
	}
	s.light ^= 0xc0
	for y := s.part.Min.Y; y < s.part.Max.Y; y++ {
		row := f.Pix[y*f.Stride:]
		for x := s.part.Min.X; x < s.part.Max.X; x++ {
			row[4*x] = s.light
		}
	}
	f.At = time.Now()
	f.Damage = append(f.Damage[:0], s.part)
	return nil
}

// taker is a near network that takes everything, and tells of every picture of a change.
type taker struct {
	took     chan struct{}
	previews int
}

func (*taker) Network() picture.Network {
	return picture.Network{BitsPerSecond: 20_000_000, Measured: true}
}
func (*taker) Previewing() bool            { return true }
func (c *taker) Preview(p picture.Preview) { c.previews += len(p.Messages) }
func (c *taker) WriteFrame(picture.Frame) error {
	select {
	case c.took <- struct{}{}:
	default:
	}
	return nil
}

// From a change of the screen to the technician's connection, a picture allocates nothing:
// to wait for it, to ask whether it may be seen, to show it in advance, to encode it, to
// judge the network and to hand it on.
func TestAPictureAllocatesNothing(t *testing.T) {
	for name, codec := range map[string]encode.Codec{
		"AV1": aom.AV1(), "AV1 4:4:4": aom.AV1444(), "VP9": vpx.VP9(), "VP8": vpx.VP8(),
	} {
		t.Run(name, func(t *testing.T) { testAllocations(t, codec) })
	}
}

func testAllocations(t *testing.T, codec encode.Codec) {
	gate := consent.NewGate()
	defer gate.Revoke()
	later := time.Now().Add(time.Hour)
	gate.SetGrant(onlyView, later)
	gate.Allow(onlyView, later)
	screen := &flicker{
		ticks: make(chan struct{}), changed: make(chan struct{}), bounds: image.Rect(0, 0, 320, 240), part: image.Rect(32, 32, 96, 64),
	}
	p, err := picture.New(picture.Config{
		Open:   func() (capture.Source, error) { return screen, nil },
		Codecs: []encode.Codec{codec}, BitsPerSecond: 4_000_000, Threads: 1, Log: slog.New(slog.DiscardHandler),
	})
	must(t, err)
	sink := &taker{took: make(chan struct{}, 1)}
	defer p.Add(&screening{gate: gate, sink: sink})()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- p.Run(ctx) }()
	show := func() {
		screen.ticks <- struct{}{}
		<-sink.took
	}
	for range 20 { // buffers grow to their size
		show()
	}
	if n := testing.AllocsPerRun(60, show); n != 0 {
		t.Errorf("%v allocations for a picture", n)
	}
	if sink.previews < 60 {
		t.Errorf("%d tiles were shown", sink.previews)
	}
	cancel()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

// What the hands do allocates nothing beyond the answer.
func TestInputAllocatesNothing(t *testing.T) {
	gate := consent.NewGate()
	defer gate.Revoke()
	later := time.Now().Add(time.Hour)
	gate.SetGrant(viewAndControl, later)
	gate.Allow(viewAndControl, later)
	h := newHands(gate, still{}, placed(image.Rect(0, 0, 1920, 1080)), newTouch(), newYield(), &journal{},
		func(signaling.ChannelID, signaling.Message) {}, slog.New(slog.DiscardHandler))
	pointer := &signaling.Pointer{X: 800, Y: 600}
	key := events(0, holding(), press("KeyA"), loosen("KeyA"))
	button := events(0, signaling.Held{Buttons: 1}, &signaling.ButtonEvent{X: 1, Y: 2, Down: true})
	wheel := events(0, holding(), &signaling.WheelEvent{X: 1, Y: 2, DY: 1})
	for name, act := range map[string]func(){
		"pointer": func() { pointer.Sequence++; pointer.After = h.applied; h.do(pointer) },
		"key":     func() { key.First = h.applied + 1; h.do(key) },
		"button":  func() { button.First = h.applied + 1; h.do(button) },
		"wheel":   func() { wheel.First = h.applied + 1; h.do(wheel) },
	} {
		if n := testing.AllocsPerRun(100, act); n != 0 {
			t.Errorf("%s: %v allocations", name, n)
		}
	}
	runtime.KeepAlive(h)
}
