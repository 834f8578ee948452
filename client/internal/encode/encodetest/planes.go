package encodetest

import (
	"image"
	"unsafe"
)

// Planes is a picture in a library's memory: Y, U and V.
type Planes struct {
	Size image.Point
	// Subsampled is set at 4:2:0 and not at 4:4:4.
	Subsampled bool
	Samples    [3]unsafe.Pointer
	// Strides are the bytes from one row to the next.
	Strides [3]int
}

// Picture copies the planes.
func (p Planes) Picture() *image.YCbCr {
	ratio, colour := image.YCbCrSubsampleRatio444, p.Size
	if p.Subsampled {
		ratio, colour = image.YCbCrSubsampleRatio420, p.Size.Add(image.Pt(1, 1)).Div(2)
	}
	to := image.NewYCbCr(image.Rectangle{Max: p.Size}, ratio)
	p.copyPlane(0, to.Y, to.YStride, p.Size)
	p.copyPlane(1, to.Cb, to.CStride, colour)
	p.copyPlane(2, to.Cr, to.CStride, colour)
	return to
}

func (p Planes) copyPlane(plane int, to []byte, step int, size image.Point) {
	stride := p.Strides[plane]
	from := unsafe.Slice((*byte)(p.Samples[plane]), stride*(size.Y-1)+size.X)
	for y := range size.Y {
		copy(to[y*step:y*step+size.X], from[y*stride:])
	}
}
