package screenshot_test

import (
	"errors"
	"image"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/lendhand/lendhand/client/internal/capture"
	"github.com/lendhand/lendhand/client/internal/capture/capturetest"
	"github.com/lendhand/lendhand/client/internal/capture/poll"
	"github.com/lendhand/lendhand/client/internal/capture/screenshot"
	"github.com/lendhand/lendhand/client/internal/xvfbtest"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m)
}

var size = image.Pt(400, 300)

func TestContract(t *testing.T) {
	capturetest.Run(t, func(t *testing.T) *capturetest.Harness { return newHarness(t) })
}

// Without shared memory the picture goes through the socket.
func TestContractWithoutSharedMemory(t *testing.T) {
	capturetest.Run(t, func(t *testing.T) *capturetest.Harness {
		return newHarness(t, "-extension", "MIT-SHM")
	})
}

func newHarness(t *testing.T, extra ...string) *capturetest.Harness {
	server := xvfbtest.Launch(t, size, extra...)
	h := &capturetest.Harness{Size: size, Disconnect: server.Stop}
	h.Fill = xvfbtest.Painter(t)
	h.Resize = func(size image.Point) { xvfbtest.Resize(t, size) }
	h.Arrange = xvfbtest.NewDesk(t).Arrange
	s, err := screenshot.New(poll.Config{Interval: 10 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	h.Source = s
	return h
}

func TestNewErrors(t *testing.T) {
	tests := []struct {
		name  string
		setup func(t *testing.T)
		want  error
		text  string
	}{
		{"no display", func(t *testing.T) { t.Setenv("DISPLAY", "") }, capture.ErrNoDisplay, `""`},
		{"no server", func(t *testing.T) { t.Setenv("DISPLAY", ":7654") }, capture.ErrNoDisplay, ":7654"},
		{"a name that is none", func(t *testing.T) { t.Setenv("DISPLAY", "?") }, capture.ErrNoDisplay, "?"},
		{"no XINERAMA", func(t *testing.T) {
			xvfbtest.Start(t, size, "-extension", "XINERAMA", "-extension", "RANDR")
		}, capture.ErrMissingExtension, "XINERAMA"},
		{"Wayland", func(t *testing.T) {
			xvfbtest.Start(t, size)
			t.Setenv("XDG_SESSION_TYPE", "wayland")
		}, capture.ErrNoDisplay, "Wayland"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Setenv("XDG_SESSION_TYPE", "x11")
			test.setup(t)
			s, err := screenshot.New(poll.Config{})
			if !errors.Is(err, test.want) {
				t.Fatalf("New: %v, %v; want %v", s, err, test.want)
			}
			if !strings.Contains(err.Error(), test.text) {
				t.Errorf("error %q does not name %q", err, test.text)
			}
		})
	}
}

func TestNegativeInterval(t *testing.T) {
	xvfbtest.Start(t, size)
	if s, err := screenshot.New(poll.Config{Interval: -1}); err == nil {
		_ = s.Close()
		t.Error("accepted")
	}
}

func BenchmarkNext(b *testing.B) {
	xvfbtest.Start(b, image.Pt(1920, 1080))
	s, err := screenshot.New(poll.Config{Interval: time.Nanosecond})
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	var f capture.Frame
	b.ReportAllocs()
	for b.Loop() {
		if err := s.Watch(0); err != nil { // so that the frame is complete
			b.Fatal(err)
		}
		if err := s.Next(b.Context(), &f); err != nil {
			b.Fatal(err)
		}
	}
}
