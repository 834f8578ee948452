package bar

import (
	"image"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/composite"
	"github.com/jezek/xgb/screensaver"
	"github.com/jezek/xgb/xproto"

	"github.com/lendhand/lendhand/client/internal/capture/xdisplay"
)

// drawing finds out whether what windows show gets onto the screen. A program can have the
// server leave the drawing of a window to it, and not do it; or draw over all windows.
// Each window has a picture of its own here, which the server draws onto the screen: so
// the two can be compared.
type drawing struct {
	c    *xgb.Conn
	root xproto.Window
	able bool        // the server has the extension for it
	rest bool        // and the one that tells of its screen saver
	name xproto.Atom // the selection that compositing managers have
	// trusted is the window of the manager from before anybody was there; 0 for none.
	trusted xproto.Window
}

func newDrawing(c *xgb.Conn, root xproto.Window) (*drawing, error) {
	d := &drawing{c: c, root: root}
	var err error
	if d.name, err = atom(c, "_NET_WM_CM_S0"); err != nil {
		return nil, err
	}
	if _, err := xdisplay.Use(c, "Composite"); err == nil {
		_, err = composite.QueryVersion(c, 0, 4).Reply()
		d.able = err == nil
	}
	_, err = xdisplay.Use(c, "MIT-SCREEN-SAVER")
	d.rest = err == nil
	d.trusted = d.manager()
	return d, nil
}

// add gives a window a picture of its own.
func (d *drawing) add(w xproto.Window) {
	if d.able {
		composite.RedirectWindow(d.c, w, composite.RedirectAutomatic)
	}
}

// manager returns the window of the compositing manager; 0 when there is none.
func (d *drawing) manager() xproto.Window {
	reply, err := xproto.GetSelectionOwner(d.c, d.name).Reply()
	if err != nil {
		return 0
	}
	return reply.Owner
}

// isMissing reports whether the screen shows something else at a window's place. A manager
// that was there before is believed: it may magnify the screen, or turn its colours
// around, for who cannot see it else.
func (d *drawing) isMissing(p Place) bool {
	if !d.able {
		return false
	}
	if manager := d.manager(); manager != 0 && manager == d.trusted {
		return false
	}
	screen := d.ask(xproto.Drawable(d.root), p.At)
	own := d.ask(xproto.Drawable(p.Window), p.At.Sub(p.At.Min))
	return !alike(pixels(screen), pixels(own)) && !d.isAtRest()
}

// isAtRest reports whether the server's own screen saver shows nothing of anything. One
// that another program has taken over counts for as much as that program's windows.
func (d *drawing) isAtRest() bool {
	if !d.rest {
		return false
	}
	saver, err := screensaver.QueryInfo(d.c, xproto.Drawable(d.root)).Reply()
	return err == nil && saver.State == screensaver.StateOn && saver.Kind != screensaver.KindExternal
}

func (d *drawing) ask(of xproto.Drawable, at image.Rectangle) xproto.GetImageCookie {
	const colours = 1<<24 - 1
	return xproto.GetImage(d.c, xproto.ImageFormatZPixmap, of, int16(at.Min.X), int16(at.Min.Y),
		uint16(at.Dx()), uint16(at.Dy()), colours)
}

// pixels returns what there is; nothing when nobody knows.
func pixels(asked xproto.GetImageCookie) []byte {
	reply, err := asked.Reply()
	if err != nil {
		return nil
	}
	return reply.Data
}

// alike reports whether two pictures are the same, but for a little: what is being drawn
// just now may differ. What nobody knows is taken to be well.
func alike(a, b []byte) bool {
	const pixel, little = 4, 32
	if len(a) != len(b) {
		return true
	}
	other := 0
	for n := 0; n+pixel <= len(a); n += pixel {
		if [pixel - 1]byte(a[n:]) != [pixel - 1]byte(b[n:]) {
			other++
		}
	}
	return other*little <= len(a)/pixel
}
