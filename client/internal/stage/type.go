//go:build linux

package main

import (
	"fmt"
	"image"
	"image/draw"

	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/gomono"
	"golang.org/x/image/font/gofont/gomonobold"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"
)

// letters are the masks of a typeface with smooth edges, each in a box of one size.
type letters struct {
	masks   map[rune]*image.Alpha
	advance int // pixels to the next letter
	line    int // pixels to the next line
}

// newLetters makes the printable letters of ASCII, of a size in pixels.
func newLetters(size float64, bold bool) (*letters, error) {
	data := gomono.TTF
	if bold {
		data = gomonobold.TTF
	}
	parsed, err := opentype.Parse(data)
	if err != nil {
		return nil, fmt.Errorf("read typeface: %w", err)
	}
	const dpi = 72 // a point is a pixel
	face, err := opentype.NewFace(parsed, &opentype.FaceOptions{Size: size, DPI: dpi, Hinting: font.HintingFull})
	if err != nil {
		return nil, fmt.Errorf("scale typeface: %w", err)
	}
	advance, _ := face.GlyphAdvance('m')
	metrics := face.Metrics()
	l := &letters{
		masks:   make(map[rune]*image.Alpha),
		advance: advance.Ceil(),
		line:    metrics.Ascent.Ceil() + metrics.Descent.Ceil() + 2,
	}
	for letter := ' '; letter <= '~'; letter++ {
		l.masks[letter] = l.mask(face, letter, metrics.Ascent.Ceil()+1)
	}
	return l, face.Close()
}

func (l *letters) mask(face font.Face, letter rune, baseline int) *image.Alpha {
	box := image.NewAlpha(image.Rect(0, 0, l.advance, l.line))
	at, mask, from, _, ok := face.Glyph(fixed.P(0, baseline), letter)
	if ok {
		draw.DrawMask(box, at, image.Opaque, image.Point{}, mask, from, draw.Over)
	}
	return box
}

// write paints text from a place, and returns the place after it.
func (l *letters) write(s sheet, at image.Point, text string, c rgb) image.Point {
	for _, letter := range text {
		if mask, ok := l.masks[letter]; ok && letter != ' ' {
			s.blend(at, mask, c)
		}
		at.X += l.advance
	}
	return at
}
