package win32

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"log/slog"
	"unsafe"
)

// picture is a photo as Windows draws it: rows from the top, blue, green, red, unused. Where
// the photo lets through, it is white.
type picture struct {
	size   image.Point
	pixels []byte
}

// largestPhoto is the edge of the largest photo that is decoded.
const largestPhoto = 512

// picture decodes a photo; nil for none.
func (t *Toolkit) picture(data []byte) *picture {
	if len(data) == 0 {
		return nil
	}
	config, err := png.DecodeConfig(bytes.NewReader(data))
	if err != nil || config.Width > largestPhoto || config.Height > largestPhoto {
		t.log.Warn("a photo that is not shown", slog.Int("width", config.Width), slog.Any("error", err))
		return nil
	}
	decoded, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		t.log.Warn("a photo that is not shown", slog.Any("error", err))
		return nil
	}
	p := &picture{size: decoded.Bounds().Size()}
	for y := range p.size.Y {
		for x := range p.size.X {
			c := color.RGBAModel.Convert(decoded.At(decoded.Bounds().Min.X+x, decoded.Bounds().Min.Y+y)).(color.RGBA)
			clear := 255 - c.A
			p.pixels = append(p.pixels, c.B+clear, c.G+clear, c.R+clear, 0)
		}
	}
	return p
}

// draw fills a rectangle with the photo. A page that is mirrored mirrors no faces.
func (p *picture) draw(dc uintptr, r rect) {
	if p == nil || len(p.pixels) == 0 {
		return
	}
	const halftone, copyPixels = 4, 0x00cc0020
	defer call(procSetLayout, dc, call(procSetLayout, dc, 0))
	call(procSetStretchBltMode, dc, halftone)
	header := bitmapHeader{
		Size: uint32(unsafe.Sizeof(bitmapHeader{})), Width: int32(p.size.X), Height: -int32(p.size.Y), Planes: 1, BitCount: 32,
	}
	call(procStretchDIBits, dc, uintptr(r.Left), uintptr(r.Top), uintptr(r.Right-r.Left), uintptr(r.Bottom-r.Top),
		0, 0, uintptr(p.size.X), uintptr(p.size.Y), uintptr(unsafe.Pointer(&p.pixels[0])), uintptr(unsafe.Pointer(&header)), 0, copyPixels)
}
