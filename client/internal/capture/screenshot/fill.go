package screenshot

import (
	"encoding/binary"
	"image"

	"github.com/lendhand/lendhand/client/internal/capture"
)

// fill copies an RGBA picture into f as B, G, R, X.
func fill(f *capture.Frame, picture *image.RGBA) {
	size := picture.Rect.Size()
	f.Stride = 4 * size.X
	if need := f.Stride * size.Y; cap(f.Pix) < need {
		f.Pix = make([]byte, need)
	} else {
		f.Pix = f.Pix[:need]
	}
	for y := range size.Y {
		swapLine(f.Pix[y*f.Stride:][:f.Stride], picture.Pix[y*picture.Stride:][:f.Stride])
	}
}

// swapLine swaps red and blue, two pixels at a time.
func swapLine(to, from []byte) {
	const kept, low = 0xff00ff00ff00ff00, 0x000000ff000000ff
	for len(from) >= 8 && len(to) >= 8 {
		v := binary.LittleEndian.Uint64(from)
		binary.LittleEndian.PutUint64(to, v&kept|v>>16&low|v&low<<16)
		from, to = from[8:], to[8:]
	}
	if len(from) >= 4 {
		to[0], to[1], to[2], to[3] = from[2], from[1], from[0], from[3]
	}
}
