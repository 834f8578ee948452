package win32

import (
	"unsafe"

	"github.com/lendhand/lendhand/client/internal/ui/window"
)

// style is how things look on one monitor: sizes by its resolution, fonts and colours by
// what the person has set in the system.
type style struct {
	dpi      int
	contrast bool // high contrast: nothing but the system's colours
	message  logFont
	fonts    map[fontKey]uintptr
	window   uintptr // the brush of the background
}

type fontKey struct {
	height, weight int
	fixed          bool // digits of equal width
}

func newStyle(dpi int) *style {
	s := &style{dpi: dpi, fonts: make(map[fontKey]uintptr)}
	s.message = messageFont(dpi)
	c := highContrast{Size: uint32(unsafe.Sizeof(highContrast{}))}
	const on = 1
	s.contrast = call(procSystemParametersInfo, spiHighContrast, uintptr(c.Size), uintptr(unsafe.Pointer(&c)), 0) != 0 && c.Flags&on != 0
	s.window = call(procCreateSolidBrush, sysColor(colorWindow))
	return s
}

func (s *style) free() {
	for _, f := range s.fonts {
		call(procDeleteObject, f)
	}
	call(procDeleteObject, s.window)
}

// px turns the 96th parts of an inch into pixels.
func (s *style) px(n int) int { return (n*s.dpi + standardDPI/2) / standardDPI }

// messageFont is the system's font for messages, at a resolution.
func messageFont(dpi int) logFont {
	m := nonClientMetrics{Size: uint32(unsafe.Sizeof(nonClientMetrics{}))}
	if has(procSystemParametersInfoForDpi) &&
		call(procSystemParametersInfoForDpi, spiNonClientMetrics, uintptr(m.Size), uintptr(unsafe.Pointer(&m)), 0, uintptr(dpi)) != 0 {
		return m.Message
	}
	call(procSystemParametersInfo, spiNonClientMetrics, uintptr(m.Size), uintptr(unsafe.Pointer(&m)), 0)
	// It is for the resolution of the main monitor.
	if main := dpiOf(0); main > 0 {
		m.Message.Height = m.Message.Height * int32(dpi) / int32(main)
	}
	return m.Message
}

// base is the height of the system's letters in pixels, at least what can be read.
func (s *style) base() int {
	h := int(s.message.Height)
	if h < 0 {
		h = -h
	}
	return max(h, s.px(11))
}

// The sizes of text in tenths of the system's: people read this from where they sit.
const (
	textSize, quietSize, headingSize, buttonSize, largestCode = 13, 11, 18, 13, 46

	normal, semibold, bold = 400, 600, 700
)

// font is for a kind of element.
func (s *style) font(k window.Kind) uintptr {
	switch k {
	case window.Heading:
		return s.make(fontKey{s.base() * headingSize / 10, semibold, false})
	case window.Quiet, window.Log:
		return s.make(fontKey{s.base() * quietSize / 10, normal, false})
	case window.Button:
		return s.make(fontKey{s.base() * buttonSize / 10, semibold, false})
	}
	return s.make(fontKey{s.base() * textSize / 10, normal, false})
}

func (s *style) make(k fontKey) uintptr {
	if f := s.fonts[k]; f != 0 {
		return f
	}
	l := s.message
	l.Height, l.Width, l.Weight = -int32(k.height), 0, int32(k.weight)
	if k.fixed {
		const fixedPitch, modern = 1, 0x30
		l.PitchAndFamily = fixedPitch | modern
		l.Face = [32]uint16{'C', 'o', 'n', 's', 'o', 'l', 'a', 's'}
	}
	s.fonts[k] = call(procCreateFontIndirect, uintptr(unsafe.Pointer(&l)))
	return s.fonts[k]
}

// codeFont is the largest in which a text is at most so wide.
func (s *style) codeFont(text string, width int) uintptr {
	height := s.base() * largestCode / 10
	for {
		f := s.make(fontKey{height, bold, true})
		if height <= s.base() || measureText(f, text, 1<<20).X <= width {
			return f
		}
		height = height * 9 / 10
	}
}

func (s *style) units(bar bool) units {
	if bar {
		return units{margin: s.px(8), gap: s.px(6), section: s.px(6), beside: s.px(10), text: s.px(160)}
	}
	return units{margin: s.px(24), gap: s.px(8), section: s.px(18), beside: s.px(12), text: s.px(160), fill: true}
}

// look is the colours of an element, as 0xBBGGRR.
type look struct{ paper, ink, edge uintptr }

// rgb is a colour as people write it.
func rgb(c uint32) uintptr { return uintptr(c>>16&0xff | c&0xff00 | c&0xff<<16) }

// look is for an element that stands on paper and ink of its window. Each pair of colours
// has a contrast of at least 4.5 to 1.
func (s *style) look(e *window.Element, on look) look {
	if s.contrast {
		return contrastLook(e)
	}
	switch e.Kind {
	case window.Warning:
		return look{rgb(0xfff4ce), rgb(0x3b2e00), rgb(0x9d5d00)}
	case window.Quiet:
		return look{on.paper, blend(on.ink, on.paper), on.edge}
	case window.Button:
		switch {
		case e.Danger && on != s.ground(false, false) && !e.Off: // on a bar, which is dark itself
			return look{rgb(0xffffff), rgb(0x9b1c15), rgb(0x4a0d0a)}
		case e.Off:
			return look{sysColor(colorFace), sysColor(colorGrayText), sysColor(colorShadow)}
		case e.Danger:
			return look{rgb(0xb3261e), rgb(0xffffff), rgb(0x7a1712)}
		case e.Main:
			return look{rgb(0x0b5cad), rgb(0xffffff), rgb(0x083f78)}
		}
		return look{sysColor(colorFace), sysColor(colorButtonText), sysColor(colorShadow)}
	}
	return on
}

func contrastLook(e *window.Element) look {
	switch {
	case e.Kind == window.Button && e.Off:
		return look{sysColor(colorFace), sysColor(colorGrayText), sysColor(colorGrayText)}
	case e.Kind == window.Button && e.Main:
		return look{sysColor(colorHighlight), sysColor(colorHighlightText), sysColor(colorHighlightText)}
	case e.Kind == window.Button:
		return look{sysColor(colorFace), sysColor(colorButtonText), sysColor(colorButtonText)}
	case e.Kind == window.Warning:
		return look{sysColor(colorWindow), sysColor(colorWindowText), sysColor(colorHighlight)}
	}
	return look{sysColor(colorWindow), sysColor(colorWindowText), sysColor(colorWindowText)}
}

// ground is what a window's elements stand on.
func (s *style) ground(bar, calm bool) look {
	switch {
	case !bar || s.contrast:
		return look{sysColor(colorWindow), sysColor(colorWindowText), sysColor(colorShadow)}
	case calm:
		return look{rgb(0x33424d), rgb(0xffffff), rgb(0x1c262d)}
	}
	return look{rgb(0x7a1712), rgb(0xffffff), rgb(0x4a0d0a)}
}

// blend is seven parts of the one colour and three of the other.
func blend(a, b uintptr) (mixed uintptr) {
	for shift := 0; shift < 24; shift += 8 {
		mixed |= (a>>shift&0xff*7 + b>>shift&0xff*3) / 10 << shift
	}
	return mixed
}

func sysColor(index uintptr) uintptr { return call(procGetSysColor, index) }

// dpiOf is the resolution of the monitor on which a window is; of the main one for 0.
func dpiOf(w uintptr) int {
	if w != 0 && has(procGetDpiForWindow) {
		if dpi := int(call(procGetDpiForWindow, w)); dpi > 0 {
			return dpi
		}
	}
	const logPixelsX = 88
	dc := call(procGetDC, 0)
	defer call(procReleaseDC, 0, dc)
	return int(call(procGetDeviceCaps, dc, logPixelsX))
}
