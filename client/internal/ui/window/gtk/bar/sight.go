package bar

import (
	"errors"
	"fmt"
	"image"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/shape"
	"github.com/jezek/xgb/xproto"

	"github.com/lendhand/lendhand/client/internal/capture/xdisplay"
)

// sight finds out whether windows are in sight, and sees to it that they are.
type sight struct {
	c       *xgb.Conn
	root    xproto.Window
	opacity xproto.Atom
	heard   map[xproto.Window]bool // whose changes the server tells of
	drawing *drawing
}

func newSight(c *xgb.Conn) (*sight, error) {
	s := &sight{c: c, root: xproto.Setup(c).DefaultScreen(c).Root, heard: make(map[xproto.Window]bool)}
	if _, err := xdisplay.Use(c, "SHAPE"); err != nil {
		return nil, err
	}
	var err error
	if s.opacity, err = atom(c, "_NET_WM_WINDOW_OPACITY"); err != nil {
		return nil, err
	}
	if s.drawing, err = newDrawing(c, s.root); err != nil {
		return nil, err
	}
	return s, xproto.ChangeWindowAttributesChecked(c, s.root, xproto.CwEventMask,
		[]uint32{xproto.EventMaskSubstructureNotify}).Check()
}

func atom(c *xgb.Conn, name string) (xproto.Atom, error) {
	reply, err := xproto.InternAtom(c, false, uint16(len(name)), name).Reply()
	if err != nil {
		return 0, fmt.Errorf("intern %s: %w", name, err)
	}
	return reply.Atom, nil
}

// look puts right what is wrong with the windows, and reports whether something was. An
// error says that a window, or the server, is gone.
func (s *sight) look(places []Place) (wrong bool, err error) {
	if len(places) == 0 {
		return false, nil
	}
	tree, err := xproto.QueryTree(s.c, s.root).Reply()
	if err != nil {
		return false, fmt.Errorf("list the windows: %w", err)
	}
	for _, p := range places {
		s.hear(p.Window)
		bad, err := s.lookAt(p, tree.Children)
		if err != nil {
			return false, fmt.Errorf("look at window %#x: %w", p.Window, err)
		}
		wrong = wrong || bad
	}
	return wrong, nil
}

// hear has the server tell of a window's properties, its shape and what is put into it.
// What happens to its place is told of all windows.
func (s *sight) hear(w xproto.Window) {
	if s.heard[w] {
		return
	}
	s.heard[w] = true
	xproto.ChangeWindowAttributes(s.c, w, xproto.CwEventMask,
		[]uint32{xproto.EventMaskPropertyChange | xproto.EventMaskSubstructureNotify})
	shape.SelectInput(s.c, w, true)
	s.drawing.add(w)
}

// lookAt looks at one window, in one exchange with the server.
func (s *sight) lookAt(p Place, stack []xproto.Window) (wrong bool, err error) {
	attributes := xproto.GetWindowAttributes(s.c, p.Window)
	geometry := xproto.GetGeometry(s.c, xproto.Drawable(p.Window))
	opacity := xproto.GetProperty(s.c, false, p.Window, s.opacity, xproto.GetPropertyTypeAny, 0, 1)
	extents := shape.QueryExtents(s.c, p.Window)
	touch := shape.GetRectangles(s.c, p.Window, shape.SkInput)

	shown, err := attributes.Reply()
	if err != nil {
		return false, errors.Join(err, drain(geometry, opacity, extents, touch))
	}
	at, err := geometry.Reply()
	seen, err2 := opacity.Reply()
	shaped, err3 := extents.Reply()
	touched, err4 := touch.Reply()
	if err := errors.Join(err, err2, err3, err4); err != nil {
		return false, err
	}
	above, isChild := aboveOf(stack, p.Window)
	if !isChild {
		wrong = true
		xproto.ReparentWindow(s.c, p.Window, s.root, int16(p.At.Min.X), int16(p.At.Min.Y))
	}
	if shown.MapState != xproto.MapStateViewable {
		wrong = true
		xproto.MapWindow(s.c, p.Window)
	}
	if rectangleOf(at) != p.At || at.BorderWidth != 0 {
		wrong = true
		s.move(p)
	}
	if seen.Type != 0 {
		wrong = true
		xproto.DeleteProperty(s.c, p.Window, s.opacity)
	}
	if s.reshape(p, shaped, touched) {
		wrong = true
	}
	covered, ownOver := s.over(p, above)
	if covered {
		wrong = true
		xproto.ConfigureWindow(s.c, p.Window, xproto.ConfigWindowStackMode, []uint32{xproto.StackModeAbove})
	}
	if s.clear(p.Window, mostDeep) {
		wrong = true
	}
	if wrong || ownOver {
		return wrong, nil // what the screen shows there is another thing, for good reason
	}
	return s.drawing.isMissing(p), nil
}

// drain reads the answers that nobody wants any more.
func drain(geometry xproto.GetGeometryCookie, opacity xproto.GetPropertyCookie,
	extents shape.QueryExtentsCookie, touch shape.GetRectanglesCookie) error {
	_, err := geometry.Reply()
	_, err2 := opacity.Reply()
	_, err3 := extents.Reply()
	_, err4 := touch.Reply()
	return errors.Join(err, err2, err3, err4)
}

func (s *sight) move(p Place) {
	size := p.At.Size()
	xproto.ConfigureWindow(s.c, p.Window,
		xproto.ConfigWindowX|xproto.ConfigWindowY|xproto.ConfigWindowWidth|
			xproto.ConfigWindowHeight|xproto.ConfigWindowBorderWidth,
		[]uint32{uint32(p.At.Min.X), uint32(p.At.Min.Y), uint32(size.X), uint32(size.Y), 0})
}

// reshape takes away a shape that hides a part of the window, or lets clicks through.
func (s *sight) reshape(p Place, shaped *shape.QueryExtentsReply, touched *shape.GetRectanglesReply) bool {
	wrong := shaped.BoundingShaped || shaped.ClipShaped
	if shaped.BoundingShaped {
		shape.Mask(s.c, shape.SoSet, shape.SkBounding, p.Window, 0, 0, 0)
	}
	if shaped.ClipShaped {
		shape.Mask(s.c, shape.SoSet, shape.SkClip, p.Window, 0, 0, 0)
	}
	whole := len(touched.Rectangles) == 1 && touched.Rectangles[0].X <= 0 && touched.Rectangles[0].Y <= 0 &&
		int(touched.Rectangles[0].Width) >= p.At.Dx() && int(touched.Rectangles[0].Height) >= p.At.Dy()
	if !whole {
		wrong = true
		shape.Mask(s.c, shape.SoSet, shape.SkInput, p.Window, 0, 0, 0)
	}
	return wrong
}

// aboveOf returns what is above a window, of a list that goes from the bottom to the top.
func aboveOf(stack []xproto.Window, w xproto.Window) (above []xproto.Window, isChild bool) {
	for n, other := range stack {
		if other == w {
			return stack[n+1:], true
		}
	}
	return nil, false
}

// over reports whether windows of other programs are above any part of the place, of
// whatever kind, and whether some of this one are.
func (s *sight) over(p Place, above []xproto.Window) (others, own bool) {
	for _, other := range above {
		shown, err := xproto.GetWindowAttributes(s.c, other).Reply()
		if err != nil || shown.MapState != xproto.MapStateViewable {
			continue // or it has just gone
		}
		at, err := xproto.GetGeometry(s.c, xproto.Drawable(other)).Reply()
		if err != nil || !rectangleOf(at).Overlaps(p.At) {
			continue
		}
		if s.sameProgram(other, p.Window) {
			own = true
		} else {
			others = true
		}
	}
	return others, own
}

// sameProgram reports whether two windows are of one program, by what the server has
// their numbers begin with.
func (s *sight) sameProgram(a, b xproto.Window) bool {
	own := xproto.Window(xproto.Setup(s.c).ResourceIdMask)
	return a&^own == b&^own
}

// rectangleOf is the place of a window with its border.
func rectangleOf(g *xproto.GetGeometryReply) image.Rectangle {
	at := image.Pt(int(g.X), int(g.Y))
	size := image.Pt(int(g.Width)+2*int(g.BorderWidth), int(g.Height)+2*int(g.BorderWidth))
	return image.Rectangle{Min: at, Max: at.Add(size)}
}
