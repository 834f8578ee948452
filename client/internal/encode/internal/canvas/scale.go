package canvas

import (
	"fmt"
	"image"
)

// MaxReduction is the most that a side of the picture may be reduced.
const MaxReduction = 4

// scaledRect returns the pixels of a video of size to that show r of a picture of
// size from: all that have a part of r.
func scaledRect(r image.Rectangle, from, to image.Point) image.Rectangle {
	return image.Rect(
		r.Min.X*to.X/from.X, r.Min.Y*to.Y/from.Y,
		(r.Max.X*to.X+from.X-1)/from.X, (r.Max.Y*to.Y+from.Y-1)/from.Y,
	)
}

// checkScale says what is wrong with a video of size to of a picture of size from.
func checkScale(from, to image.Point) error {
	if to.X > from.X || to.Y > from.Y || to.X*MaxReduction < from.X || to.Y*MaxReduction < from.Y {
		return fmt.Errorf("video of %v for a picture of %v: want at most the picture and at least a quarter of its sides", to, from)
	}
	return nil
}
