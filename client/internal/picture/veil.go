package picture

import (
	"image"

	"github.com/lendhand/lendhand/client/internal/capture"
)

const (
	// coarsePage is what a page of text of pagePixels takes as a key frame at the worst
	// quality, in bytes.
	coarsePage = 45_000
	pagePixels = 1920 * 1080
	// veilCell is how many pixels of each side a veil makes one of: as many as the smallest
	// picture leaves out, and a few more.
	veilCell = 4
)

// veil is how a picture at rest gets whole again on a network that needs too long for it:
// blurred at first, in few bytes, and then part by part, so that a change never has to wait
// for more than one of them. It is owned by Run's goroutine.
type veil struct {
	frame capture.Frame     // the blurred picture, reused
	rows  [2][]int          // of its cells, reused: the sums of the one above and the one below
	owed  []image.Rectangle // what is still blurred, in turn
}

// veils reports whether a picture of that size is to be shown blurred at first.
func (n Network) veils(picture image.Point) bool {
	return n.BitsPerSecond > 0 && n.carries(restSpan) < coarse(picture)
}

// coarse returns the bytes of a picture at the worst quality.
func coarse(picture image.Point) int {
	return int(coarsePage * float64(picture.X*picture.Y) / pagePixels)
}

// unveil returns what is to be encoded of a picture at rest, and whether it is one that
// sharpens: there may be parts of it that are not shown yet.
func (l *loop) unveil(refine bool) (shown *capture.Frame, sharpens bool) {
	if l.fresh && l.quality.Full() && refine && l.network.veils(l.frame.Size()) {
		return l.veil.begin(&l.frame, l.network.Network), true
	}
	part := l.veil.next()
	if part.Empty() || l.fresh {
		return &l.frame, refine
	}
	l.frame.Damage = append(l.frame.Damage[:0], part)
	return &l.frame, false
}

// begin blurs a picture, and divides it into parts that take the network for restSpan each.
func (v *veil) begin(f *capture.Frame, n Network) *capture.Frame {
	size := f.Size()
	parts := min(max(coarse(size)/max(n.carries(restSpan), 1)+1, 1), size.Y)
	for part := range parts {
		v.owed = append(v.owed, image.Rect(0, size.Y*part/parts, size.X, size.Y*(part+1)/parts))
	}
	v.blur(f)
	return &v.frame
}

// next returns the next part that is owed, or an empty rectangle.
func (v *veil) next() (part image.Rectangle) {
	if len(v.owed) == 0 {
		return part
	}
	part = v.owed[0]
	v.owed = v.owed[:copy(v.owed, v.owed[1:])]
	return part
}

// blur fills the frame with another's picture, in which each cell is one sample and the
// pixels are in between them.
func (v *veil) blur(f *capture.Frame) {
	size := f.Size()
	stride := 4 * size.X
	if len(v.frame.Pix) < stride*size.Y {
		v.frame.Pix = make([]byte, stride*size.Y)
	}
	v.frame.Stride, v.frame.Bounds, v.frame.At = stride, f.Bounds, f.At
	v.frame.Damage = append(v.frame.Damage[:0], image.Rectangle{Max: size})
	cells := image.Pt(cellsOf(size.X), cellsOf(size.Y))
	for n := range v.rows {
		if len(v.rows[n]) < 3*cells.X {
			v.rows[n] = make([]int, 3*cells.X)
		}
	}
	above, below := v.rows[0], v.rows[1]
	average(above, f, 0)
	for cell := range cells.Y {
		average(below, f, min(cell+1, cells.Y-1))
		for y := cell * veilCell; y < min((cell+1)*veilCell, size.Y); y++ {
			between(v.frame.Pix[y*stride:(y+1)*stride], above, below, y%veilCell, cells.X)
		}
		above, below = below, above
	}
}

func cellsOf(side int) int { return (side + veilCell - 1) / veilCell }

// average fills a row of cells, three colours each.
func average(row []int, f *capture.Frame, cell int) {
	size := f.Size()
	rows := min(veilCell, size.Y-cell*veilCell)
	for x := 0; x < size.X; x += veilCell {
		columns := min(veilCell, size.X-x)
		var sum [3]int
		for y := cell * veilCell; y < cell*veilCell+rows; y++ {
			pixels := f.Pix[y*f.Stride+4*x:][:4*columns]
			for n := 0; n < len(pixels); n += 4 {
				sum[0] += int(pixels[n])
				sum[1] += int(pixels[n+1])
				sum[2] += int(pixels[n+2])
			}
		}
		for n, s := range sum {
			row[3*(x/veilCell)+n] = s / (rows * columns)
		}
	}
}

// between writes a line that is so many pixels below the cells above.
func between(line []byte, above, below []int, down, cells int) {
	for cell := range cells {
		right := min(cell+1, cells-1)
		for n := range 3 {
			from := above[3*cell+n]*(veilCell-down) + below[3*cell+n]*down
			to := above[3*right+n]*(veilCell-down) + below[3*right+n]*down
			for x := range min(veilCell, len(line)/4-cell*veilCell) {
				line[4*(cell*veilCell+x)+n] = byte((from*(veilCell-x) + to*x) / (veilCell * veilCell)) //nolint:gosec // an average of bytes
			}
		}
	}
}
