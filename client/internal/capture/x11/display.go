//go:build linux

package x11

import (
	"errors"
	"fmt"
	"image"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/damage"
	"github.com/jezek/xgb/randr"
	"github.com/jezek/xgb/xfixes"
	"github.com/jezek/xgb/xproto"

	"github.com/lendhand/lendhand/client/internal/capture"
	"github.com/lendhand/lendhand/client/internal/capture/xdisplay"
)

// display is the connection to the X server, and what is kept there.
type display struct {
	c     *xgb.Conn
	guard xdisplay.Guard
	root  xproto.Window

	damage  damage.Damage
	parts   xfixes.Region // where the server puts the damage that a frame shows
	shared  bool          // the server has MIT-SHM
	damages byte          // the codes of the extensions' first events
	cursors byte
	randrs  byte
}

// kind is what an event is about.
type kind int

const (
	kindOther kind = iota
	kindDamage
	kindRearranged
)

var errGone = fmt.Errorf("%w: the X server went away", capture.ErrNoDisplay)

func errNoMonitor(cause error) error {
	return fmt.Errorf("list monitors: %w: none is connected", cause)
}

// connect opens $DISPLAY without using any of its extensions.
func connect() (*display, error) {
	if err := xdisplay.RefuseWayland(); err != nil {
		return nil, err
	}
	c, wire, err := xdisplay.OpenWire(answerWithin)
	if err != nil {
		return nil, err
	}
	return &display{c: c, guard: xdisplay.NewGuard(answerWithin, wire), root: xproto.Setup(c).DefaultScreen(c).Root}, nil
}

func openDisplay() (*display, error) {
	d, err := connect()
	if err != nil {
		return nil, err
	}
	d.guard.Begin()
	defer d.guard.End()
	err = d.checkPixels()
	if err == nil {
		err = d.useExtensions()
	}
	if err != nil {
		d.c.Close()
		return nil, err
	}
	return d, nil
}

func (d *display) useExtensions() error {
	for _, e := range []struct {
		name   string
		events *byte
	}{{"XFIXES", &d.cursors}, {"DAMAGE", &d.damages}, {"RANDR", &d.randrs}} {
		extension, err := xdisplay.Use(d.c, e.name)
		if err != nil {
			return err
		}
		*e.events = extension.FirstEvent
	}
	if _, err := xdisplay.Use(d.c, "MIT-SHM"); err == nil {
		d.shared = true
	} else if !errors.Is(err, capture.ErrMissingExtension) {
		return err
	}
	return d.agreeOnVersions()
}

// agreeOnVersions tells the server which versions are spoken here, without which it
// refuses what is newer than the oldest.
func (d *display) agreeOnVersions() error {
	if _, err := xfixes.QueryVersion(d.c, 2, 0).Reply(); err != nil {
		return d.failed("ask for the version of XFIXES", err)
	}
	if _, err := damage.QueryVersion(d.c, 1, 1).Reply(); err != nil {
		return d.failed("ask for the version of DAMAGE", err)
	}
	v, err := randr.QueryVersion(d.c, 1, 5).Reply()
	if err != nil {
		return d.failed("ask for the version of RANDR", err)
	}
	if v.MajorVersion == 1 && v.MinorVersion < 5 {
		return fmt.Errorf("%w: the X server has RANDR %d.%d, and monitors need 1.5",
			capture.ErrMissingExtension, v.MajorVersion, v.MinorVersion)
	}
	return nil
}

// checkPixels makes sure that the server's pixels are a Frame's: B, G, R, X.
func (d *display) checkPixels() error {
	setup := xproto.Setup(d.c)
	screen := setup.DefaultScreen(d.c)
	if setup.ImageByteOrder != xproto.ImageOrderLSBFirst {
		return fmt.Errorf("%w: the display stores the high byte of a pixel first", capture.ErrPixelFormat)
	}
	if bits := bitsPerPixel(setup, screen.RootDepth); bits != 32 {
		return fmt.Errorf("%w: the display has %d bits a pixel (depth %d), and 32 are needed", capture.ErrPixelFormat, bits, screen.RootDepth)
	}
	v := findVisual(screen)
	if v.RedMask != 0xff0000 || v.GreenMask != 0xff00 || v.BlueMask != 0xff {
		return fmt.Errorf("%w: the display has red, green and blue in the bits %#x, %#x and %#x",
			capture.ErrPixelFormat, v.RedMask, v.GreenMask, v.BlueMask)
	}
	return nil
}

func bitsPerPixel(setup *xproto.SetupInfo, depth byte) byte {
	for _, f := range setup.PixmapFormats {
		if f.Depth == depth {
			return f.BitsPerPixel
		}
	}
	return 0
}

func findVisual(screen *xproto.ScreenInfo) xproto.VisualInfo {
	for _, depth := range screen.AllowedDepths {
		for _, v := range depth.Visuals {
			if v.VisualId == screen.RootVisual {
				return v
			}
		}
	}
	return xproto.VisualInfo{}
}

// selectEvents asks for all that wakes a Source.
func (d *display) selectEvents() error {
	id, err := damage.NewDamageId(d.c)
	if err != nil {
		return d.failed("name the damage", err)
	}
	parts, err := xfixes.NewRegionId(d.c)
	if err != nil {
		return d.failed("name a region", err)
	}
	d.damage, d.parts = id, parts
	const arrangement = randr.NotifyMaskScreenChange | randr.NotifyMaskCrtcChange | randr.NotifyMaskOutputChange
	for _, request := range []struct {
		what string
		err  error
	}{
		{"make a region", xfixes.CreateRegionChecked(d.c, parts, nil).Check()},
		{"watch for damage", damage.CreateChecked(d.c, id, xproto.Drawable(d.root), damage.ReportLevelNonEmpty).Check()},
		{"watch the monitors", randr.SelectInputChecked(d.c, d.root, arrangement).Check()},
		// A monitor that a person has made up is told of by the root window alone.
		{"watch the desktop", xproto.ChangeWindowAttributesChecked(d.c, d.root,
			xproto.CwEventMask, []uint32{xproto.EventMaskStructureNotify}).Check()},
	} {
		if request.err != nil {
			return d.failed(request.what, request.err)
		}
	}
	return nil
}

func (d *display) classify(event xgb.Event) kind {
	switch xdisplay.Code(event) {
	case d.damages + damage.Notify:
		return kindDamage
	case d.randrs + randr.ScreenChangeNotify, d.randrs + randr.Notify, xproto.ConfigureNotify:
		return kindRearranged
	}
	return kindOther
}

// forget has the server start to collect damage anew.
func (d *display) forget() {
	damage.Subtract(d.c, d.damage, xfixes.RegionNone, xfixes.RegionNone)
}

// takeDamage adds to list what was damaged within bounds, on the desktop, and has
// the server start to collect damage anew.
func (d *display) takeDamage(list *regions, bounds image.Rectangle) error {
	damage.Subtract(d.c, d.damage, xfixes.RegionNone, d.parts)
	reply, err := xfixes.FetchRegion(d.c, d.parts).Reply()
	if err != nil {
		return d.failed("fetch the damage", err)
	}
	for _, r := range reply.Rectangles {
		at := image.Pt(int(r.X), int(r.Y))
		list.add(image.Rectangle{Min: at, Max: at.Add(image.Pt(int(r.Width), int(r.Height)))}.Intersect(bounds))
	}
	return nil
}

// refusal is the answer of a server that is there.
type refusal struct{ error }

// Unwrap returns the server's error.
func (r refusal) Unwrap() error { return r.error }

// failed tells the server's refusal from its absence.
func (d *display) failed(what string, err error) error {
	var refused xgb.Error
	if errors.As(err, &refused) {
		return fmt.Errorf("%s: %w", what, refusal{err})
	}
	return fmt.Errorf("%s: %w", what, errGone)
}
