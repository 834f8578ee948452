package gtk

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

const (
	// The sizes of the bar's font, in pixels: the person's own, if it can be read and leaves
	// room.
	leastFont, mostFont = 11, 48
	// plainFont is the size of a font that does not say it, in points.
	plainFont = 10
	// plainDPI is how many dots there are to an inch where nobody says.
	plainDPI = 96
)

// pinFont gives the bars the size of the person's font as it is now, when somebody comes.
// It stays: a program that they start could make it too small to be read.
func (t *Toolkit) pinFont() {
	const aboveStyleSheet = 601
	if t.pinned == 0 {
		t.pinned = t.api.CSSNew()
		t.api.StyleForScreen(t.api.ScreenDefault(), t.pinned, aboveStyleSheet)
	}
	var name *byte
	t.api.GetString(t.api.Settings(), "gtk-font-name", &name, 0)
	defer t.api.Free(name)
	size := fontPixels(text(name), t.api.Resolution(t.api.ScreenDefault()))
	css := fmt.Sprintf(".bar, .bar * { font-size: %dpx; }", size)
	if t.api.CSSLoad(t.pinned, css, -1, nil) == 0 {
		t.log.Error("the bar's font cannot be set", "style", css)
	}
}

// fontPixels returns the size of a font by its name, such as "Sans Bold 10.5" or "Sans
// 14px", and the dots to an inch; 0 or less when nobody says these.
func fontPixels(name string, dpi float64) int {
	const pointsPerInch = 72
	if dpi <= 0 {
		dpi = plainDPI
	}
	last := name[strings.LastIndexByte(name, ' ')+1:]
	number, isPixels := strings.CutSuffix(last, "px")
	size, err := strconv.ParseFloat(number, 64)
	if err != nil || math.IsNaN(size) {
		size, isPixels = plainFont, false
	}
	if !isPixels {
		size *= dpi / pointsPerInch
	}
	return int(min(mostFont, max(leastFont, size+0.5)))
}
