//go:build linux

package main

import (
	"fmt"
	"image"
)

func newScene(name string) (scene, error) {
	switch name {
	case "idle":
		return &idle{}, nil
	case "text":
		return &text{}, nil
	case "key":
		return &key{}, nil
	case "typing":
		return &typing{}, nil
	case "scroll":
		return &scroll{}, nil
	case "full":
		return &full{}, nil
	}
	return nil, fmt.Errorf("unknown scene %q", name)
}

// idle is a page that nothing happens on.
type idle struct{ still }

func (*idle) begin(s *stage) (image.Rectangle, error) {
	p, err := newPage(seeded(s, "idle"))
	if err != nil {
		return image.Rectangle{}, err
	}
	p.write(s.canvas.sheet, s.bounds())
	return s.bounds(), s.show(s.bounds())
}

// text is what the sharpness of a picture at rest is measured with: each tile has
// another scheme, so that there are all colours next to all others.
type text struct{ still }

func (*text) begin(s *stage) (image.Rectangle, error) {
	random := seeded(s, "text")
	tile := image.Rect(0, 0, s.size.X/4, s.size.Y/3)
	for y := 0; y < s.size.Y; y += tile.Dy() {
		for x := 0; x < s.size.X; x += tile.Dx() {
			p, err := newPage(random)
			if err != nil {
				return image.Rectangle{}, err
			}
			p.write(s.canvas.sheet, tile.Add(image.Pt(x, y)).Intersect(s.bounds()))
		}
	}
	return s.bounds(), s.show(s.bounds())
}

// key is a page with a square that a key gives another colour.
type key struct {
	still
	colours [2]rgb
	square  image.Rectangle
	on      int
}

func (k *key) begin(s *stage) (image.Rectangle, error) {
	random := seeded(s, "key")
	p, err := newPage(random)
	if err != nil {
		return image.Rectangle{}, err
	}
	p.write(s.canvas.sheet, s.bounds())
	// One is bright and one is dark, so that any picture tells them apart; the bright
	// one is first, because nothing at all is dark too.
	shade := func(least int) rgb {
		return rgb{uint8(least + random.IntN(60)), uint8(least + random.IntN(60)), uint8(least + random.IntN(60))}
	}
	k.colours = [2]rgb{shade(196), shade(0)}
	side := s.size.Y / 3
	room := s.size.Sub(image.Pt(side, side))
	k.square = image.Rect(0, 0, side, side).Add(image.Pt(room.X/4+random.IntN(room.X/2), room.Y/4+random.IntN(room.Y/2)))
	s.canvas.fill(k.square, k.colours[0])
	return k.square, s.show(s.bounds())
}

func (k *key) press(s *stage) error {
	k.on ^= 1
	s.canvas.fill(k.square, k.colours[k.on])
	s.put(s.canvas, k.square, 0)
	return nil
}

// typing is a page with a line that keys write letters on, and a mark below it that
// changes with each.
type typing struct {
	still
	page   *page
	line   image.Rectangle
	mark   image.Rectangle
	cursor int // in letters from the line's beginning
	on     bool
}

// columns is how long the line is until it is written anew.
const columns = 60

func (t *typing) begin(s *stage) (image.Rectangle, error) {
	var err error
	if t.page, err = newPage(seeded(s, "typing")); err != nil {
		return image.Rectangle{}, err
	}
	t.page.write(s.canvas.sheet, s.bounds())
	at := image.Pt(s.size.X/8+t.page.random.IntN(s.size.X/4), s.size.Y/4+t.page.random.IntN(s.size.Y/2))
	t.line = image.Rect(0, 0, columns*t.page.thin.advance, t.page.thin.line).Add(at)
	t.mark = image.Rect(0, 0, 24, 24).Add(at).Add(image.Pt(columns*t.page.thin.advance/2, t.page.thin.line+8))
	s.canvas.fill(t.line.Union(t.mark).Inset(-8), t.page.look.ground)
	s.canvas.fill(t.mark, black)
	return t.mark, s.show(s.bounds())
}

func (t *typing) press(s *stage) error {
	if t.cursor == columns {
		t.cursor = 0
		s.canvas.fill(t.line, t.page.look.ground)
		s.put(s.canvas, t.line, 0)
	}
	at := t.line.Min.Add(image.Pt(t.cursor*t.page.thin.advance, 0))
	letter := string(rune('!' + t.page.random.IntN('~'-'!'+1)))
	ink := t.page.look.inks[t.page.random.IntN(int(kinds))]
	t.page.thin.write(s.canvas.sheet, at, letter, ink)
	t.cursor++
	t.on = !t.on
	colour := black
	if t.on {
		colour = white
	}
	s.canvas.fill(t.mark, colour)
	s.put(s.canvas, image.Rect(0, 0, t.page.thin.advance, t.page.thin.line).Add(at), 0)
	s.put(s.canvas, t.mark, 0)
	return nil
}
