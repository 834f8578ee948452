package bar

import "github.com/jezek/xgb/xproto"

const (
	// mostDeep is how many windows within each other are looked at. A toolkit has one below
	// its own window, for what can be pressed.
	mostDeep = 4
	// mostInside is of how many windows in one the insides are looked at.
	mostInside = 64
)

// clear takes away what other programs have put into a window, where it hides what the
// window shows, or takes its clicks, and is above nothing else. It reports whether there
// was any. It also shows again what they have taken away of the window's own.
func (s *sight) clear(w xproto.Window, depth int) (wrong bool) {
	tree, err := xproto.QueryTree(s.c, w).Reply()
	if err != nil || len(tree.Children) == 0 {
		return false // it has just gone, or is empty
	}
	asked := make([]xproto.GetWindowAttributesCookie, len(tree.Children))
	for n, child := range tree.Children {
		asked[n] = xproto.GetWindowAttributes(s.c, child)
	}
	for n, child := range tree.Children {
		shown, err := asked[n].Reply()
		if err != nil {
			continue
		}
		own, isShown := s.sameProgram(child, w), shown.MapState != xproto.MapStateUnmapped
		switch {
		case own && !isShown:
			xproto.MapWindow(s.c, child)
		case !own && isShown:
			xproto.UnmapWindow(s.c, child)
		}
		wrong = wrong || own != isShown
		if own && depth > 1 && n < mostInside {
			wrong = s.clear(child, depth-1) || wrong
		}
	}
	return wrong
}
