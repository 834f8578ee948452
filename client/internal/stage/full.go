//go:build linux

package main

import (
	"image"
	"math"
	"math/rand/v2"
)

// full is a landscape that a traveller looks at from a train: what is near passes
// faster than what is far, and some things move by themselves. No pixel rests.
type full struct {
	still
	land    sheet // twice as wide as the window
	bands   []band
	flyers  []flyer
	texture sheet
}

// band is rows that pass at one speed.
type band struct{ top, bottom, speed int }

// flyer is a picture that goes its own way.
type flyer struct {
	from         image.Rectangle // in the texture
	phase, tempo float64
}

func (f *full) moves() bool { return true }

func (f *full) begin(s *stage) (image.Rectangle, error) {
	random := seeded(s, "full")
	f.land = photograph(random, 2*s.size.X, s.size.Y)
	f.texture = photograph(random, 512, 512)
	f.bands = cutBands(random, s.size.Y)
	for range 4 {
		corner := image.Pt(random.IntN(256), random.IntN(256))
		f.flyers = append(f.flyers, flyer{
			from:  image.Rect(0, 0, 160+random.IntN(96), 120+random.IntN(136)).Add(corner),
			phase: random.Float64() * 2 * math.Pi,
			tempo: 0.02 + random.Float64()*0.04,
		})
	}
	return numberRect(), f.frame(s, 0)
}

func cutBands(random *rand.Rand, height int) []band {
	const count = 6
	var bands []band
	for n := range count {
		bands = append(bands, band{n * height / count, (n + 1) * height / count, 2 + 2*n + random.IntN(3)})
	}
	return bands
}

func (f *full) frame(s *stage, n uint16) error {
	for _, b := range f.bands {
		f.pass(s.canvas.sheet, b, int(n)*b.speed%f.land.width)
	}
	for _, flyer := range f.flyers {
		angle := flyer.phase + flyer.tempo*float64(n)
		room := s.size.Sub(flyer.from.Size())
		x, y := (1+math.Sin(angle))/2*float64(room.X), (1+math.Cos(1.3*angle))/2*float64(room.Y)
		s.canvas.copyFrom(f.texture, flyer.from, image.Pt(int(x), int(y)))
	}
	writeNumber(s.canvas.sheet, n, 0)
	return s.show(s.bounds())
}

// pass paints a band that begins at column x of the land.
func (f *full) pass(s sheet, b band, x int) {
	for y := b.top; y < b.bottom; y++ {
		to := s.row(0, y)
		copied := copy(to, f.land.row(x, y))
		copy(to[copied:], f.land.row(0, y))
	}
}

// photograph makes up a picture with what photographs have: wide gradients, texture
// at every scale, edges, a little grain. It can be put beside itself.
func photograph(random *rand.Rand, width, height int) sheet {
	s := newSheet(width, height)
	sky, earth := newNoise(random), newNoise(random)
	hue := [3]float64{random.Float64(), random.Float64(), random.Float64()}
	for y := range height {
		depth := float64(y) / float64(height)
		for x := range width {
			along := float64(x) / float64(width)
			relief, cloud := earth.at(along, depth), sky.at(along, depth)
			if relief > 0.62-0.25*depth { // an edge
				cloud = 1 - cloud
			}
			light := 40 + 150*cloud + 50*(1-depth)
			grain := float64(random.IntN(5)) - 2
			s.set(x, y, rgb{
				shade(light*(0.6+0.4*hue[0]+0.3*relief) + grain),
				shade(light*(0.6+0.4*hue[1]-0.2*relief) + grain),
				shade(light*(0.6+0.4*hue[2]+0.2*depth) + grain),
			})
		}
	}
	return s
}

func shade(v float64) uint8 { return uint8(min(max(v, 0), 255)) }
