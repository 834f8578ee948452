//go:build linux

package main

import "image"

// scroll is a long page that moves up by one line a frame, without end.
type scroll struct {
	still
	page *segment
	line int // pixels
	turn int // the row that is equal to row 0
	// saved is what the number of the frame was written over.
	saved sheet
}

// screens is how long the page is, in heights of the screen, until it begins again.
const screens = 6

func (c *scroll) moves() bool { return true }

func (c *scroll) begin(s *stage) (image.Rectangle, error) {
	p, err := newPage(seeded(s, "scroll"))
	if err != nil {
		return image.Rectangle{}, err
	}
	c.line = p.thin.line
	c.turn = screens * s.size.Y / c.line * c.line
	if c.page, err = s.spare(image.Pt(s.size.X, c.turn+s.size.Y)); err != nil {
		return image.Rectangle{}, err
	}
	p.write(c.page.sheet, image.Rect(0, 0, s.size.X, c.turn))
	c.page.copyFrom(c.page.sheet, s.bounds(), image.Pt(0, c.turn))
	c.saved = newSheet(numberRect().Dx(), numberRect().Dy())
	s.put(c.page, s.bounds(), 0)
	return numberRect(), s.sync()
}

func (c *scroll) frame(s *stage, n uint16) error {
	from := int(n) * c.line % c.turn
	place := numberRect().Add(image.Pt(0, from))
	c.saved.copyFrom(c.page.sheet, place, image.Point{})
	writeNumber(c.page.sheet, n, from)
	s.put(c.page, s.bounds(), from)
	err := s.sync() // the server has read it when it answers
	c.page.copyFrom(c.saved, c.saved.bounds(), place.Min)
	return err
}
