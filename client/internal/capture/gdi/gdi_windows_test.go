package gdi

import (
	"context"
	"errors"
	"image"
	"runtime"
	"testing"
	"time"
	"unsafe"

	"golang.org/x/sys/windows"

	"github.com/lendhand/lendhand/client/internal/capture"
	"github.com/lendhand/lendhand/client/internal/capture/poll"
)

const (
	soon  = 10 * time.Second
	while = 300 * time.Millisecond
)

// canvas is a window over the whole desktop, to paint on.
type canvas struct {
	t      *testing.T
	window uintptr
}

// newCanvas opens a black one. The test's thread keeps it.
func newCanvas(t *testing.T) *canvas {
	t.Helper()
	runtime.LockOSThread()
	t.Cleanup(runtime.UnlockOSThread)
	const popupVisible, topmost = 0x90000000, 0x8
	size := primary(t).Size()
	name := windows.StringToUTF16Ptr("Static")
	window, _, err := user32.NewProc("CreateWindowExW").Call(topmost, uintptr(unsafe.Pointer(name)), 0, popupVisible,
		0, 0, uintptr(size.X), uintptr(size.Y), 0, 0, 0, 0)
	if window == 0 {
		t.Fatal(err)
	}
	c := &canvas{t, window}
	t.Cleanup(func() { _, _, _ = user32.NewProc("DestroyWindow").Call(window) })
	c.handleMessages(while)
	c.fill(image.Rectangle{Max: size}, 0)
	return c
}

// handleMessages lets the desktop show the window.
func (c *canvas) handleMessages(d time.Duration) {
	const remove = 1
	var message [48]byte
	for end := time.Now().Add(d); time.Now().Before(end); time.Sleep(time.Millisecond) {
		for {
			at := uintptr(unsafe.Pointer(&message))
			if some, _, _ := user32.NewProc("PeekMessageW").Call(at, 0, 0, 0, remove); some == 0 {
				break
			}
			_, _, _ = user32.NewProc("DispatchMessageW").Call(at)
		}
	}
}

// fill paints in a colour of 0xBBGGRR.
func (c *canvas) fill(r image.Rectangle, colour uintptr) {
	c.t.Helper()
	area := rect{int32(r.Min.X), int32(r.Min.Y), int32(r.Max.X), int32(r.Max.Y)}
	brush, _, _ := gdi32.NewProc("CreateSolidBrush").Call(colour)
	context, _, _ := procGetDC.Call(c.window)
	if ok, _, err := user32.NewProc("FillRect").Call(context, uintptr(unsafe.Pointer(&area)), brush); ok == 0 {
		c.t.Fatal(err)
	}
	_, _, _ = procReleaseDC.Call(c.window, context)
	_, _, _ = procDeleteObject.Call(brush)
	_, _, _ = procGdiFlush.Call()
	c.handleMessages(while / 3)
}

func primary(t *testing.T) image.Rectangle {
	t.Helper()
	var r register
	list, err := r.look()
	if err != nil {
		t.Fatal(err)
	}
	return list[0].Bounds
}

func open(t *testing.T) *poll.Source {
	t.Helper()
	s, err := New(poll.Config{Interval: 5 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func next(t *testing.T, s *poll.Source, f *capture.Frame) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), soon)
	defer cancel()
	if err := s.Next(ctx, f); err != nil {
		t.Fatal(err)
	}
}

// rest takes frames until the desktop is still.
func rest(t *testing.T, s *poll.Source, f *capture.Frame) {
	t.Helper()
	for end := time.Now().Add(soon); time.Now().Before(end); {
		ctx, cancel := context.WithTimeout(t.Context(), while)
		err := s.Next(ctx, f)
		cancel()
		if errors.Is(err, context.DeadlineExceeded) {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	t.Fatal("the desktop is never still")
}

func TestMonitors(t *testing.T) {
	list, err := open(t).Monitors()
	if err != nil {
		t.Fatal(err)
	}
	if len(list) == 0 || !list[0].Primary || list[0].Bounds.Empty() || list[0].Name == "" {
		t.Errorf("monitors %+v", list)
	}
}

func TestFirstFrameIsComplete(t *testing.T) {
	s := open(t)
	for range 2 {
		var f capture.Frame
		next(t, s, &f)
		whole := image.Rectangle{Max: f.Size()}
		if f.Size() != primary(t).Size() || len(f.Damage) != 1 || f.Damage[0] != whole || len(f.Pix) != 4*whole.Dx()*whole.Dy() {
			t.Errorf("frame of %v, damage %v, %d bytes", f.Size(), f.Damage, len(f.Pix))
		}
		if err := s.Watch(0); err != nil { // the next one is complete too
			t.Fatal(err)
		}
	}
}

func TestChangeIsShown(t *testing.T) {
	c, s := newCanvas(t), open(t)
	var f capture.Frame
	rest(t, s, &f)
	painted := image.Rect(100, 70, 130, 90)
	c.fill(painted, 0x302010)
	next(t, s, &f)
	if len(f.Damage) != 1 || !painted.In(f.Damage[0]) || f.Damage[0].Dx() > 128 || f.Damage[0].Dy() > 128 {
		t.Errorf("damage %v of %v", f.Damage, painted)
	}
	for _, p := range []image.Point{painted.Min, painted.Max.Sub(image.Pt(1, 1))} {
		got := [3]byte(f.Pix[p.Y*f.Stride+4*p.X:])
		if want := [3]byte{0x30, 0x20, 0x10}; got != want {
			t.Errorf("pixel %v is %x, want %x", p, got, want)
		}
	}
	rest(t, s, &f)
}

func TestUnknownMonitor(t *testing.T) {
	if err := open(t).Watch(99); !errors.Is(err, capture.ErrNoMonitor) {
		t.Errorf("watch: %v", err)
	}
}

func TestCloseEndsTheWait(t *testing.T) {
	s, p := open(t), NewPointer()
	var f capture.Frame
	rest(t, s, &f)
	time.AfterFunc(while, func() { _, _ = s.Close(), p.Close() })
	for {
		if err := s.Next(t.Context(), &f); err != nil {
			if !errors.Is(err, capture.ErrClosed) {
				t.Errorf("next: %v", err)
			}
			break
		}
	}
	for {
		if _, err := p.Next(t.Context()); err != nil {
			if !errors.Is(err, capture.ErrClosed) {
				t.Errorf("pointer: %v", err)
			}
			break
		}
	}
	if _, err := s.Monitors(); !errors.Is(err, capture.ErrClosed) || errors.Join(s.Close(), p.Close()) != nil {
		t.Errorf("after close: %v", err)
	}
}

func TestPointer(t *testing.T) {
	p := NewPointer()
	ctx, cancel := context.WithTimeout(t.Context(), soon)
	defer cancel()
	first, err := p.Next(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if c := first.Cursor; c == nil || len(c.Pix) != 4*c.Size.X*c.Size.Y {
		t.Errorf("cursor %+v", c)
	}
	for _, to := range []image.Point{{50, 60}, {300, 200}} {
		_, _, _ = user32.NewProc("SetCursorPos").Call(uintptr(to.X), uintptr(to.Y))
		for {
			now, err := p.Next(ctx)
			if err != nil {
				t.Fatalf("moved to %v: %v", to, err)
			}
			if now.Place == to {
				break
			}
		}
	}
}

// The arrow of the system has a tip, and something that is drawn.
func TestShapeOfTheArrow(t *testing.T) {
	const arrow = 32512
	handle, _, err := user32.NewProc("LoadCursorW").Call(0, arrow)
	if handle == 0 {
		t.Fatal(err)
	}
	c := shapeOf(handle)
	if c.Size.X < 16 || c.Size.Y < 16 || len(c.Pix) != 4*c.Size.X*c.Size.Y || !c.Hot.In(image.Rectangle{Max: c.Size}) {
		t.Fatalf("%v, %d bytes, points with %v", c.Size, len(c.Pix), c.Hot)
	}
	if !hasAlpha(c.Pix) {
		t.Error("nothing is drawn")
	}
}
