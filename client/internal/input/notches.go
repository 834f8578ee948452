package input

import (
	"fmt"
	"math"
)

// maxNotches bounds one turn: nobody turns a wheel further in one go, and each
// notch is an event in the queue of an application.
const maxNotches = 50

// Notches collects fractions of a wheel's notches, for an Injector. The zero Notches has none.
type Notches struct {
	x, y float64
}

// Turn adds to what was left over, and takes the whole notches out of it. It returns an error for
// what is no number.
func (w *Notches) Turn(dx, dy float64) (x, y int, err error) {
	if !finite(dx) || !finite(dy) {
		return 0, 0, fmt.Errorf("wheel turned by %v, %v notches", dx, dy)
	}
	w.x, x = notches(w.x + dx)
	w.y, y = notches(w.y + dy)
	return x, y, nil
}

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

// notches splits v into what is left over and whole notches. Ten tenths are one,
// although their floating-point sum is a little less.
func notches(v float64) (rest float64, whole int) {
	const rounding = 1e-9
	v = min(max(v, -maxNotches), maxNotches)
	n := math.Trunc(v + math.Copysign(rounding, v))
	return v - n, int(n)
}
