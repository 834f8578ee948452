//go:build linux

package x11_test

import (
	"image"
	"testing"

	"go.uber.org/goleak"

	"github.com/lendhand/lendhand/client/internal/capture/capturetest"
	"github.com/lendhand/lendhand/client/internal/capture/x11"
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
	return &capturetest.Harness{
		Source:     open(t),
		Size:       size,
		Fill:       xvfbtest.Painter(t),
		Resize:     func(size image.Point) { xvfbtest.Resize(t, size) },
		Arrange:    xvfbtest.NewDesk(t).Arrange,
		Disconnect: server.Stop,
	}
}

// open opens a Source that ends with the test.
func open(t testing.TB) *x11.Source {
	t.Helper()
	s, err := x11.New(x11.Config{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return s
}
