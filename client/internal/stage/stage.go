//go:build linux

package main

import (
	"errors"
	"fmt"
	"image"
	"time"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/shm"
	"github.com/jezek/xgb/xproto"

	"github.com/lendhand/lendhand/client/internal/capture/xdisplay"
)

var errDisplayGone = errors.New("the X server has gone away")

// stage is a window over the whole display.
type stage struct {
	c      *xgb.Conn
	window xproto.Window
	gc     xproto.Gcontext
	depth  byte
	size   image.Point
	seed   uint64

	// canvas is memory of the window's size that scenes paint in.
	canvas *segment
	// long is memory for a scene that needs more, until the next one asks for it.
	long *segment
	// handed is when the X server was last given something.
	handed time.Time
}

// openStage covers the display that $DISPLAY names. The content of scenes depends on
// seed and on nothing else.
func openStage(seed uint64) (*stage, error) {
	c, err := xdisplay.Open("MIT-SHM")
	if err != nil {
		return nil, err
	}
	if _, err := xdisplay.Use(c, "MIT-SHM"); err != nil {
		c.Close()
		return nil, err
	}
	screen := xproto.Setup(c).DefaultScreen(c)
	s := &stage{
		c: c, depth: screen.RootDepth, seed: seed,
		size: image.Pt(int(screen.WidthInPixels), int(screen.HeightInPixels)),
	}
	if err := s.open(screen); err != nil {
		c.Close()
		return nil, fmt.Errorf("open stage: %w", err)
	}
	return s, nil
}

func (s *stage) open(screen *xproto.ScreenInfo) (err error) {
	if s.window, err = xproto.NewWindowId(s.c); err != nil {
		return err
	}
	if s.gc, err = xproto.NewGcontextId(s.c); err != nil {
		return err
	}
	cursor, err := s.noCursor(screen.Root)
	if err != nil {
		return err
	}
	// No window manager moves or frames it, so it is the same with any and with none.
	const overrideRedirect = 1
	err = xproto.CreateWindowChecked(s.c, s.depth, s.window, screen.Root, 0, 0, uint16(s.size.X), uint16(s.size.Y), 0,
		xproto.WindowClassInputOutput, screen.RootVisual,
		xproto.CwBackPixel|xproto.CwOverrideRedirect|xproto.CwEventMask|xproto.CwCursor,
		[]uint32{0, overrideRedirect, xproto.EventMaskKeyPress, uint32(cursor)}).Check()
	if err != nil {
		return err
	}
	if err := xproto.CreateGCChecked(s.c, s.gc, xproto.Drawable(s.window), 0, nil).Check(); err != nil {
		return err
	}
	if err := xproto.MapWindowChecked(s.c, s.window).Check(); err != nil {
		return err
	}
	s.canvas, err = newSegment(s.c, s.size)
	return err
}

// noCursor makes a cursor without a dot: where a pointer is drawn is not the same in
// all that is compared.
func (s *stage) noCursor(root xproto.Window) (xproto.Cursor, error) {
	bits, err := xproto.NewPixmapId(s.c)
	if err != nil {
		return 0, err
	}
	cursor, err := xproto.NewCursorId(s.c)
	if err != nil {
		return 0, err
	}
	gc, err := xproto.NewGcontextId(s.c)
	if err != nil {
		return 0, err
	}
	xproto.CreatePixmap(s.c, 1, bits, xproto.Drawable(root), 1, 1)
	xproto.CreateGC(s.c, gc, xproto.Drawable(bits), xproto.GcForeground, []uint32{0})
	xproto.PolyFillRectangle(s.c, xproto.Drawable(bits), gc, []xproto.Rectangle{{Width: 1, Height: 1}})
	xproto.FreeGC(s.c, gc)
	return cursor, xproto.CreateCursorChecked(s.c, cursor, bits, bits, 0, 0, 0, 0, 0, 0, 0, 0).Check()
}

// focus has the keyboard's events come here.
func (s *stage) focus() error {
	err := xproto.SetInputFocusChecked(s.c, xproto.InputFocusPointerRoot, s.window, xproto.TimeCurrentTime).Check()
	if err != nil {
		return fmt.Errorf("take the keyboard: %w", err)
	}
	return nil
}

// put shows a part of the canvas, or of another segment, whose row from is the first
// of the window.
func (s *stage) put(g *segment, part image.Rectangle, from int) {
	s.handed = time.Now()
	shm.PutImage(s.c, xproto.Drawable(s.window), s.gc, uint16(g.width), uint16(g.height),
		uint16(part.Min.X), uint16(part.Min.Y+from), uint16(part.Dx()), uint16(part.Dy()),
		int16(part.Min.X), int16(part.Min.Y), s.depth, xproto.ImageFormatZPixmap, 0, g.id, 0)
}

// spare gives memory of a size, and takes it back from who had it.
func (s *stage) spare(size image.Point) (*segment, error) {
	if s.long != nil {
		s.long.close(s.c)
		s.long = nil
	}
	var err error
	s.long, err = newSegment(s.c, size)
	return s.long, err
}

// bounds is the whole window.
func (s *stage) bounds() image.Rectangle { return image.Rectangle{Max: s.size} }

// show puts a part of the canvas on the screen, before it returns.
func (s *stage) show(part image.Rectangle) error {
	s.put(s.canvas, part, 0)
	return s.sync()
}

// sync waits until all that was asked for is done.
func (s *stage) sync() error {
	if _, err := xproto.GetInputFocus(s.c).Reply(); err != nil {
		return fmt.Errorf("%w: %w", errDisplayGone, err)
	}
	return nil
}

// event is a key, or what went wrong.
type event struct{ failure error }

// events gives the keys as they come. The channel is closed with the connection.
func (s *stage) events() <-chan event {
	heard := make(chan event)
	go func() {
		defer close(heard)
		for {
			e, err := s.c.WaitForEvent()
			if e == nil && err == nil {
				return
			}
			if err != nil {
				heard <- event{failure: err}
			} else if _, isKey := e.(xproto.KeyPressEvent); isKey {
				heard <- event{}
			}
		}
	}()
	return heard
}

func (s *stage) close() {
	s.canvas.close(s.c)
	if s.long != nil {
		s.long.close(s.c)
	}
	s.c.Close()
}
