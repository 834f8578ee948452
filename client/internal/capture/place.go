package capture

import (
	"fmt"
	"image"
)

// Place returns where on the desktop the picture of a monitor is, or that of
// AllMonitors, and which parts of the picture no monitor shows, relative to its top
// left. It returns ErrNoMonitor for an ID that is not in the list.
func Place(list []Monitor, id int) (bounds image.Rectangle, gaps []image.Rectangle, err error) {
	if id != AllMonitors {
		for _, m := range list {
			if m.ID == id {
				return m.Bounds, nil, nil
			}
		}
	}
	if id != AllMonitors || len(list) == 0 {
		return image.Rectangle{}, nil, fmt.Errorf("monitor %d of %d: %w", id, len(list), ErrNoMonitor)
	}
	for _, m := range list {
		bounds = bounds.Union(m.Bounds)
	}
	gaps = []image.Rectangle{bounds}
	for _, m := range list {
		gaps = without(gaps, m.Bounds)
	}
	for n := range gaps {
		gaps[n] = gaps[n].Sub(bounds.Min)
	}
	return bounds, gaps, nil
}

// without returns what of the list is outside r, as rectangles that do not overlap if
// those of the list do not.
func without(list []image.Rectangle, r image.Rectangle) []image.Rectangle {
	var rest []image.Rectangle
	for _, a := range list {
		in := a.Intersect(r)
		if in.Empty() {
			rest = append(rest, a)
			continue
		}
		for _, part := range []image.Rectangle{
			{Min: a.Min, Max: image.Pt(a.Max.X, in.Min.Y)},
			{Min: image.Pt(a.Min.X, in.Min.Y), Max: image.Pt(in.Min.X, in.Max.Y)},
			{Min: image.Pt(in.Max.X, in.Min.Y), Max: image.Pt(a.Max.X, in.Max.Y)},
			{Min: image.Pt(a.Min.X, in.Max.Y), Max: a.Max},
		} {
			if !part.Empty() {
				rest = append(rest, part)
			}
		}
	}
	return rest
}
