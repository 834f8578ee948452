package xvfbtest_test

import (
	"image"
	"os"
	"testing"
	"time"

	"github.com/jezek/xgb"

	"github.com/lendhand/lendhand/client/internal/xvfbtest"
)

func TestStart(t *testing.T) {
	size := image.Pt(640, 480)
	first := xvfbtest.Start(t, size)
	if got := os.Getenv("DISPLAY"); got != first {
		t.Errorf("$DISPLAY is %q, want %q", got, first)
	}
	_, screen := xvfbtest.Connect(t)
	if got := image.Pt(int(screen.WidthInPixels), int(screen.HeightInPixels)); got != size {
		t.Errorf("desktop of %v, want %v", got, size)
	}
	if second := xvfbtest.Start(t, size); second == first {
		t.Errorf("two servers share %s", first)
	}
}

func TestResize(t *testing.T) {
	xvfbtest.Start(t, image.Pt(800, 600))
	want := image.Pt(400, 300)
	xvfbtest.Resize(t, want)
	_, screen := xvfbtest.Connect(t)
	if got := image.Pt(int(screen.WidthInPixels), int(screen.HeightInPixels)); got != want {
		t.Errorf("desktop of %v after resizing to %v", got, want)
	}
}

func TestStop(t *testing.T) {
	s := xvfbtest.Launch(t, image.Pt(64, 64))
	s.Stop()
	if c, err := xgb.NewConnDisplay(s.Display); err == nil {
		c.Close()
		t.Error("the server answers after Stop")
	}
}

func TestCPU(t *testing.T) {
	s := xvfbtest.Launch(t, image.Pt(800, 600))
	paint := xvfbtest.Painter(t)
	before, err := s.CPU()
	if err != nil {
		t.Fatal(err)
	}
	deadline := time.Now().Add(20 * time.Second)
	for used := before; used == before; {
		if time.Now().After(deadline) {
			t.Fatalf("%v of processor time, however much is painted", used)
		}
		for n := range uint32(100) {
			paint(image.Rect(0, 0, 800, 600), n)
		}
		if used, err = s.CPU(); err != nil {
			t.Fatal(err)
		}
	}
}
