package win32

import (
	"image"

	"github.com/lendhand/lendhand/client/internal/ui/window"
)

// units are the sizes of the layout, in pixels of the monitor.
type units struct {
	// margin is around everything, gap between elements, section before one that begins
	// something, and beside between the elements of a row.
	margin, gap, section, beside int
	// text is the least width in which a text may still wrap.
	text int
	// fill says that buttons in a column are as wide as it.
	fill bool
}

// measure returns the size of an element that may be as wide as given. A text is as wide as
// its longest line.
type measure func(e *window.Element, width int) image.Point

// layout is where elements are, by ID, from the upper left corner, and how large all is.
type layout struct {
	places map[string]image.Rectangle
	size   image.Point
}

// arrange puts elements below each other within a width. What of the height is left over
// goes to the first Log.
func arrange(elements []window.Element, width, height int, u units, m measure) layout {
	a := arranger{units: u, measure: m, places: make(map[string]image.Rectangle)}
	size := a.column(elements, width)
	if spare := height - size.Y; spare > 0 && hasLog(elements) {
		a.spare, a.places = spare, make(map[string]image.Rectangle)
		size = a.column(elements, width)
	}
	return layout{places: a.places, size: size}
}

func hasLog(elements []window.Element) bool {
	for i := range elements {
		if elements[i].Kind == window.Log {
			return true
		}
	}
	return false
}

type arranger struct {
	units
	measure measure
	places  map[string]image.Rectangle
	spare   int // of the height, for a Log
}

func (a *arranger) column(elements []window.Element, width int) image.Point {
	inner := width - 2*a.margin
	at, right := image.Pt(a.margin, a.margin), 0
	for i := range elements {
		if i > 0 {
			at.Y += a.before(elements[i-1].Kind, elements[i].Kind)
		}
		used := a.element(&elements[i], at, inner)
		at.Y += used.Y
		right = max(right, at.X+used.X)
	}
	return image.Pt(right+a.margin, at.Y+a.margin)
}

// before is the room between two elements: what belongs together stands together.
func (a *arranger) before(above, below window.Kind) int {
	switch {
	case above == below && below != window.Warning:
		return a.gap
	case above == window.Heading:
		return (a.gap + a.section) / 2
	case above == window.Text && below == window.Field: // which it is the label of
		return a.gap
	case below == window.Status || below == window.Countdown || below == window.Quiet:
		return a.gap
	}
	return a.section
}

// element places one within a width, and returns what it takes.
func (a *arranger) element(e *window.Element, at image.Point, width int) image.Point {
	switch e.Kind {
	case window.Row:
		return a.row(e.Children, at, width)
	case window.Field:
		return a.field(e, at, width)
	}
	size := a.measure(e, width)
	if e.Kind != window.Photo && (e.Kind != window.Button || a.fill) {
		size.X = width
	}
	if e.Kind == window.Log {
		size.Y += a.spare
		a.spare = 0
	}
	a.put(e, at, size)
	return size
}

// field puts the button of a field beside it, and as high: Windows writes at the upper edge
// of a field.
func (a *arranger) field(e *window.Element, at image.Point, width int) image.Point {
	size := a.measure(e, width)
	size.X = width
	if len(e.Children) > 0 {
		button := &e.Children[0]
		taken := a.measure(button, width/2)
		size.X -= taken.X + a.beside
		a.put(button, at.Add(image.Pt(size.X+a.beside, 0)), image.Pt(taken.X, size.Y))
	}
	a.put(e, at, size)
	return image.Pt(width, size.Y)
}

// row puts elements beside each other. One that has no room begins a new line, unless it
// is a text that still has enough to wrap in.
func (a *arranger) row(elements []window.Element, at image.Point, width int) image.Point {
	var line []*window.Element
	x, height, used := 0, 0, image.Point{}
	end := func() {
		a.centre(line, at.Y+used.Y, height)
		used = image.Pt(max(used.X, x-a.beside), used.Y+height)
		line, x, height = nil, 0, 0
	}
	for i := range elements {
		e := &elements[i]
		size := a.measure(e, width)
		if room := width - x; size.X > room && x > 0 {
			if wraps(e.Kind) && room >= a.text {
				size = a.measure(e, room)
				size.X = min(size.X, room)
			} else {
				end()
				used.Y += a.gap
			}
		}
		size.X = min(size.X, width)
		a.put(e, at.Add(image.Pt(x, used.Y)), size)
		line = append(line, e)
		x += size.X + a.beside
		height = max(height, size.Y)
	}
	end()
	return used
}

// centre moves the elements of a line to its middle; buttons become as high as the line.
func (a *arranger) centre(line []*window.Element, y, height int) {
	for _, e := range line {
		r := a.places[e.ID]
		if e.Kind == window.Button {
			r.Max.Y = y + height
		} else {
			r = r.Add(image.Pt(0, y+(height-r.Dy())/2-r.Min.Y))
		}
		a.places[e.ID] = r
	}
}

func (a *arranger) put(e *window.Element, at, size image.Point) {
	a.places[e.ID] = image.Rectangle{Min: at, Max: at.Add(size)}
}

func wraps(k window.Kind) bool {
	switch k {
	case window.Text, window.Heading, window.Quiet, window.Warning, window.Status, window.Switch:
		return true
	}
	return false
}
