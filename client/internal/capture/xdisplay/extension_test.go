package xdisplay_test

import (
	"errors"
	"image"
	"strings"
	"testing"

	"github.com/jezek/xgb/damage"
	"github.com/jezek/xgb/shm"
	"github.com/jezek/xgb/xfixes"
	"github.com/jezek/xgb/xproto"

	"github.com/lendhand/lendhand/client/internal/capture"
	"github.com/lendhand/lendhand/client/internal/capture/xdisplay"
	"github.com/lendhand/lendhand/client/internal/xvfbtest"
)

func TestUseOfAMissingExtension(t *testing.T) {
	xvfbtest.Start(t, image.Pt(64, 64), "-extension", "DAMAGE")
	c, _ := xvfbtest.Connect(t)
	_, err := xdisplay.Use(c, "DAMAGE")
	if !errors.Is(err, capture.ErrMissingExtension) || !strings.Contains(err.Error(), "DAMAGE") {
		t.Errorf("use: %v", err)
	}
}

// The library knows neither the errors nor the events of an extension that was not
// initialised: a request that fails would never be answered.
func TestErrorsOfExtensionsArrive(t *testing.T) {
	xvfbtest.Start(t, image.Pt(64, 64))
	c, _ := xvfbtest.Connect(t)
	for _, name := range []string{"XFIXES", "DAMAGE"} {
		if _, err := xdisplay.Use(c, name); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := damage.QueryVersion(c, 1, 1).Reply(); err != nil {
		t.Fatal(err)
	}
	const unknown = 12345
	err := damage.SubtractChecked(c, unknown, xfixes.RegionNone, xfixes.RegionNone).Check()
	var refused *xdisplay.Error
	if !errors.As(err, &refused) || refused.BadId() != unknown {
		t.Errorf("subtract from damage that does not exist: %v", err)
	}
}

func TestEventsOfExtensionsArrive(t *testing.T) {
	xvfbtest.Start(t, image.Pt(64, 64))
	c, screen := xvfbtest.Connect(t)
	extension, err := xdisplay.Use(c, "DAMAGE")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := damage.QueryVersion(c, 1, 1).Reply(); err != nil {
		t.Fatal(err)
	}
	id, err := damage.NewDamageId(c)
	if err != nil {
		t.Fatal(err)
	}
	damage.Create(c, id, xproto.Drawable(screen.Root), damage.ReportLevelNonEmpty)
	c.Sync()
	xvfbtest.Painter(t)(image.Rect(0, 0, 9, 9), 0xffffff)
	event, refused := c.WaitForEvent()
	if refused != nil {
		t.Fatal(refused)
	}
	if got, want := xdisplay.Code(event), extension.FirstEvent+damage.Notify; got != want {
		t.Errorf("event %v with code %d, want %d", event, got, want)
	}
}

// A picture that kbinani/screenshot takes initialises extensions, while other connections
// read the library's maps. The race detector sees it if that writes to them.
func TestInitialisingWritesToNoMap(t *testing.T) {
	xvfbtest.Start(t, image.Pt(64, 64))
	c, _ := xvfbtest.Connect(t)
	other, screen := xvfbtest.Connect(t)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for range 20 {
			if err := shm.Init(c); err != nil {
				t.Error(err)
			}
		}
	}()
	for range 100 { // each brings an error, whose maker is looked up in the map
		if err := xproto.DestroyWindowChecked(other, screen.Root+0x7fffff).Check(); err == nil {
			t.Error("a window that is not there was destroyed")
		}
	}
	<-done
}
