//go:build linux

package main

import "math/rand/v2"

// noise is a value for every place of a square, smooth, with detail at every scale,
// that goes on at the left where it ends at the right.
type noise struct{ octaves [][]float64 }

const (
	coarsest = 8 // points a side
	octaves  = 6 // each has twice as many
)

func newNoise(random *rand.Rand) *noise {
	n := &noise{}
	for octave := range octaves {
		side := coarsest << octave
		grid := make([]float64, side*side)
		for at := range grid {
			grid[at] = random.Float64()
		}
		n.octaves = append(n.octaves, grid)
	}
	return n
}

// at returns the value at a place, from 0 to 1, of the square from (0,0) to (1,1).
func (n *noise) at(x, y float64) float64 {
	sum, weight, whole := 0.0, 1.0, 0.0
	for octave, grid := range n.octaves {
		sum += weight * between(grid, coarsest<<octave, x, y)
		whole += weight
		weight *= 0.55
	}
	return sum / whole
}

// between takes the value at a place from the four points around it.
func between(grid []float64, side int, x, y float64) float64 {
	x, y = x*float64(side), y*float64(side)
	left, top := int(x), int(y)
	u, v := ease(x-float64(left)), ease(y-float64(top))
	point := func(dx, dy int) float64 { return grid[(top+dy)%side*side+(left+dx)%side] }
	upper := point(0, 0)*(1-u) + point(1, 0)*u
	lower := point(0, 1)*(1-u) + point(1, 1)*u
	return upper*(1-v) + lower*v
}

func ease(t float64) float64 { return t * t * (3 - 2*t) }
