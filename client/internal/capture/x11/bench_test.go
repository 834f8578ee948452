//go:build linux

package x11_test

import (
	"context"
	"errors"
	"fmt"
	"image"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/jezek/xgb/xproto"
	"golang.org/x/sys/unix"

	"github.com/lendhand/lendhand/client/internal/capture"
	"github.com/lendhand/lendhand/client/internal/capture/poll"
	"github.com/lendhand/lendhand/client/internal/capture/screenshot"
	"github.com/lendhand/lendhand/client/internal/capture/x11"
	"github.com/lendhand/lendhand/client/internal/xvfbtest"
)

var fullHD = image.Pt(1920, 1080)

// leaves are what is compared, with the settings of the program.
var leaves = []struct {
	name string
	open func() (capture.Source, error)
}{
	{"x11", func() (capture.Source, error) { return x11.New(x11.Config{}) }},
	{"screenshot", func() (capture.Source, error) { return screenshot.New(poll.Config{}) }},
}

// BenchmarkChange measures the time from when another program draws, counted from
// before its request, to when Next has returned.
func BenchmarkChange(b *testing.B) {
	for _, change := range []struct {
		name  string
		rects []xproto.Rectangle
	}{
		{"8x16", []xproto.Rectangle{{X: 800, Y: 480, Width: 8, Height: 16}}},
		{"100x20", []xproto.Rectangle{{X: 801, Y: 483, Width: 100, Height: 20}}},
		{"200-glyphs", glyphs(200)},
		{"window-1000x700", []xproto.Rectangle{{X: 300, Y: 200, Width: 1000, Height: 700}}},
		{"full-screen", []xproto.Rectangle{{Width: uint16(fullHD.X), Height: uint16(fullHD.Y)}}},
	} {
		for _, leaf := range leaves {
			b.Run(change.name+"/"+leaf.name, func(b *testing.B) { benchmarkChange(b, leaf.open, change.rects) })
		}
	}
}

// glyphs are places on the desktop where characters may stand.
func glyphs(count int) []xproto.Rectangle {
	random := rand.New(rand.NewPCG(3, 4))
	list := make([]xproto.Rectangle, count)
	for n := range list {
		list[n] = xproto.Rectangle{
			X: int16(8 * random.IntN(fullHD.X/8)), Y: int16(16 * random.IntN(fullHD.Y/16)), Width: 8, Height: 16,
		}
	}
	return list
}

func benchmarkChange(b *testing.B, open func() (capture.Source, error), rects []xproto.Rectangle) {
	xvfbtest.Start(b, fullHD)
	s, err := open()
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	draw := drawer(b, rects)
	ctx, cancel := context.WithCancel(b.Context())
	seen := make(chan time.Time)
	done := make(chan struct{})
	defer func() { cancel(); <-done }()
	go func() {
		defer close(done)
		watch(ctx, b, s, seen)
	}()
	<-seen
	var total time.Duration
	b.ReportAllocs()
	for b.Loop() {
		time.Sleep(2 * time.Millisecond) // while the source waits, as it does at a key
		before := time.Now()
		draw()
		total += (<-seen).Sub(before)
	}
	b.ReportMetric(float64(total.Microseconds())/float64(b.N), "µs/change")
	b.ReportMetric(0, "ns/op") // it holds the pause
}

// watch tells when each frame came.
func watch(ctx context.Context, b *testing.B, s capture.Source, seen chan<- time.Time) {
	var f capture.Frame
	for {
		if err := s.Next(ctx, &f); err != nil {
			if !errors.Is(err, context.Canceled) {
				b.Error(err)
			}
			return
		}
		select {
		case seen <- time.Now():
		case <-ctx.Done():
			return
		}
	}
}

// drawer returns a function that fills the rectangles in one request, each time in
// another colour, and waits for nothing.
func drawer(b *testing.B, rects []xproto.Rectangle) func() {
	c, screen := xvfbtest.Connect(b)
	root := xproto.Drawable(screen.Root)
	gc, err := xproto.NewGcontextId(c)
	if err != nil {
		b.Fatal(err)
	}
	xproto.CreateGC(c, gc, root, 0, nil)
	colour := uint32(0)
	return func() {
		colour = colour&0xffffff + 0x010305
		xproto.ChangeGC(c, gc, xproto.GcForeground, []uint32{colour})
		xproto.PolyFillRectangle(c, root, gc, rects)
	}
}

// BenchmarkAtRest waits for five seconds on a screen that does not change, and
// reports what that costs, in thousandths of a core.
func BenchmarkAtRest(b *testing.B) {
	const rest = 5 * time.Second
	for _, leaf := range leaves {
		b.Run(leaf.name, func(b *testing.B) {
			server := xvfbtest.Launch(b, fullHD)
			s, err := leaf.open()
			if err != nil {
				b.Fatal(err)
			}
			defer func() { _ = s.Close() }()
			var f capture.Frame
			if err := s.Next(b.Context(), &f); err != nil {
				b.Fatal(err)
			}
			own, servers := processorTime(b, server)
			for b.Loop() {
				ctx, cancel := context.WithTimeout(b.Context(), rest)
				if err := s.Next(ctx, &f); !errors.Is(err, context.DeadlineExceeded) {
					b.Fatal(err)
				}
				cancel()
			}
			ownAfter, serversAfter := processorTime(b, server)
			all := float64(b.N) * rest.Seconds()
			b.ReportMetric(1000*(ownAfter-own).Seconds()/all, "mcore")
			b.ReportMetric(1000*(serversAfter-servers).Seconds()/all, "mcore-server")
			b.ReportMetric(0, "ns/op")
		})
	}
}

func processorTime(b *testing.B, server *xvfbtest.Server) (own, servers time.Duration) {
	b.Helper()
	var usage unix.Rusage
	if err := unix.Getrusage(unix.RUSAGE_SELF, &usage); err != nil {
		b.Fatal(err)
	}
	servers, err := server.CPU()
	if err != nil {
		b.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano()), servers
}

// BenchmarkComplete measures a complete picture, and thereby the parts of a frame
// that depend on its size.
func BenchmarkComplete(b *testing.B) {
	for _, size := range []image.Point{{X: 1280, Y: 720}, fullHD, {X: 3840, Y: 2160}} {
		b.Run(fmt.Sprintf("%dx%d", size.X, size.Y), func(b *testing.B) {
			xvfbtest.Start(b, size)
			s := open(b)
			var f capture.Frame
			b.ReportAllocs()
			for b.Loop() {
				if err := errors.Join(s.Watch(0), s.Next(b.Context(), &f)); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
