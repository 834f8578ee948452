//go:build linux

package main

import (
	"image"
	"math/rand/v2"
)

// Colours of text by kind, on a ground: the schemes of editors, more or less.
type scheme struct {
	ground rgb
	inks   [kinds]rgb
}

var schemes = []scheme{
	{rgb{30, 30, 30}, [kinds]rgb{{212, 212, 212}, {197, 134, 192}, {156, 220, 254}, {206, 145, 120}, {106, 153, 85}, {244, 71, 71}}},
	{rgb{255, 255, 255}, [kinds]rgb{{0, 0, 0}, {0, 0, 255}, {38, 127, 153}, {163, 21, 21}, {0, 128, 0}, {205, 49, 49}}},
	{rgb{0, 43, 54}, [kinds]rgb{{131, 148, 150}, {133, 153, 0}, {38, 139, 210}, {42, 161, 152}, {88, 110, 117}, {220, 50, 47}}},
	{rgb{253, 246, 227}, [kinds]rgb{{101, 123, 131}, {133, 153, 0}, {38, 139, 210}, {42, 161, 152}, {147, 161, 161}, {220, 50, 47}}},
	{rgb{40, 42, 54}, [kinds]rgb{{248, 248, 242}, {255, 121, 198}, {80, 250, 123}, {241, 250, 140}, {98, 114, 164}, {255, 85, 85}}},
	{rgb{36, 0, 72}, [kinds]rgb{{238, 238, 236}, {255, 170, 0}, {0, 220, 220}, {255, 100, 180}, {150, 150, 210}, {255, 70, 70}}},
}

// seeded gives the chance of one scene: not of the others, so that each is the same
// whether it is played alone or after them.
func seeded(s *stage, scene string) *rand.Rand {
	salt := uint64(0)
	for _, letter := range scene {
		salt = salt*131 + uint64(letter)
	}
	return rand.New(rand.NewPCG(s.seed, salt))
}

// page is text with colours of a scheme.
type page struct {
	random *rand.Rand
	look   scheme
	thin   *letters
	bold   *letters
	writer writer
	code   bool // a program, or else a log
}

// newPage chooses a scheme, a size and what the text is.
func newPage(random *rand.Rand) (*page, error) {
	size := float64(13 + random.IntN(4))
	regular, err := newLetters(size, false)
	if err != nil {
		return nil, err
	}
	bold, err := newLetters(size, true)
	if err != nil {
		return nil, err
	}
	return &page{
		random: random,
		look:   schemes[random.IntN(len(schemes))],
		thin:   regular,
		bold:   bold,
		writer: writer{random: random},
		code:   random.IntN(2) == 0,
	}, nil
}

// write covers a part of a sheet with lines of text, which are cut at its edge.
func (p *page) write(s sheet, part image.Rectangle) {
	s.fill(part, p.look.ground)
	for y := 0; y+p.thin.line <= part.Dy(); y += p.thin.line {
		line := p.writer.logLine
		if p.code {
			line = p.writer.codeLine
		}
		p.writeLine(s, image.Pt(part.Min.X+8, part.Min.Y+y), line(), part.Max.X)
	}
}

func (p *page) writeLine(s sheet, at image.Point, line []piece, edge int) {
	for _, piece := range line {
		face := p.thin
		if piece.kind == keyword || piece.kind == alarm {
			face = p.bold
		}
		text := piece.text
		if fit := (edge - at.X) / face.advance; len(text) > fit {
			text = text[:max(fit, 0)]
		}
		at = face.write(s, at, text, p.look.inks[piece.kind])
	}
}
