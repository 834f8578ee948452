// Package photo makes small portraits of the pictures that people choose: a square from
// the middle, [Side] pixels wide, without anything else that was in the file.
//
// A picture is refused by what its first bytes say before any of it is unpacked, if to
// unpack it would take much memory.
package photo

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"

	"golang.org/x/image/draw"

	"github.com/lendhand/lendhand/signaling"
	"github.com/lendhand/lendhand/signaling/problem"
)

const (
	// MaxFile is how large a chosen file may be, in bytes.
	MaxFile = 1 << 20
	// Side is the width and height of a portrait, in pixels.
	Side = signaling.MaxPhoto
	// MaxSize is how large a portrait is at most, in bytes.
	MaxSize = signaling.MaxPhotoFile

	maxPixels = 16 << 20
	// maxMemory is what unpacking may take, in bytes.
	maxMemory = 96 << 20
)

// Errors of [Make], with hints.
var (
	errFormat = problem.New("this is no picture that can be used", "Choose a PNG or JPEG file.")
	errFile   = problem.New("the file is too large", "Choose one of at most 1 MiB.")
	errPixels = problem.New("the picture is too large", "Make it smaller first: 16 megapixels at most, for most files.")
)

// Make makes a portrait, a PNG of at most [MaxSize] bytes, of a PNG or JPEG file. Its
// errors carry hints.
func Make(file []byte) ([]byte, error) {
	if len(file) > MaxFile {
		return nil, errFile
	}
	decode, cfg, cost, err := inspect(file)
	if err != nil {
		return nil, errFormat
	}
	pixels := int64(cfg.Width) * int64(cfg.Height)
	if pixels < 1 || pixels > maxPixels || pixels*cost > maxMemory {
		return nil, errPixels
	}
	picture, err := decode(bytes.NewReader(file))
	if err != nil {
		return nil, errFormat
	}
	return encode(portrait(picture))
}

// portrait scales the square in the middle, on white where one could look through.
func portrait(picture image.Image) *image.NRGBA {
	b := picture.Bounds()
	side := min(b.Dx(), b.Dy())
	corner := b.Min.Add(image.Pt((b.Dx()-side)/2, (b.Dy()-side)/2))
	small := image.NewRGBA(image.Rect(0, 0, Side, Side))
	draw.Draw(small, small.Bounds(), image.White, image.Point{}, draw.Src)
	draw.CatmullRom.Scale(small, small.Bounds(), picture, image.Rectangle{Min: corner, Max: corner.Add(image.Pt(side, side))}, draw.Over, nil)
	opaque := image.NewNRGBA(small.Bounds())
	draw.Draw(opaque, opaque.Bounds(), small, image.Point{}, draw.Src)
	return opaque
}

// encode writes a portrait. One that is mostly noise does not become small enough before
// it has fewer colours.
func encode(p *image.NRGBA) ([]byte, error) {
	best := png.Encoder{CompressionLevel: png.BestCompression}
	for bits := 8; bits >= 4; bits-- {
		var file bytes.Buffer
		if err := best.Encode(&file, coarse(p, bits)); err != nil {
			return nil, fmt.Errorf("write a portrait: %w", err)
		}
		if file.Len() <= MaxSize {
			return file.Bytes(), nil
		}
	}
	return nil, errors.New("write a portrait: it does not become small enough")
}

// coarse keeps the highest bits of each colour.
func coarse(p *image.NRGBA, bits int) *image.NRGBA {
	if bits == 8 {
		return p
	}
	out := image.NewNRGBA(p.Rect)
	mask, half := byte(0xff<<(8-bits)), byte(1)<<(7-bits)
	for i, v := range p.Pix {
		if out.Pix[i] = v&mask | half; i%4 == 3 {
			out.Pix[i] = 0xff
		}
	}
	return out
}

// decoder unpacks a picture.
type decoder func(*bytes.Reader) (image.Image, error)

// inspect reads the head of a file: what unpacks it, how large the picture is, and how
// many bytes a pixel takes meanwhile.
func inspect(file []byte) (decoder, image.Config, int64, error) {
	if bytes.HasPrefix(file, []byte("\x89PNG\r\n\x1a\n")) {
		cfg, err := png.DecodeConfig(bytes.NewReader(file))
		return func(r *bytes.Reader) (image.Image, error) { return png.Decode(r) }, cfg, pngCost(cfg.ColorModel), err
	}
	cfg, err := jpeg.DecodeConfig(bytes.NewReader(file))
	return func(r *bytes.Reader) (image.Image, error) { return jpeg.Decode(r) }, cfg, jpegCost(file), err
}

func pngCost(m color.Model) int64 {
	switch m {
	case color.NRGBA64Model, color.RGBA64Model:
		return 8
	case color.NRGBAModel, color.RGBAModel:
		return 4
	case color.Gray16Model:
		return 2
	}
	return 1
}

// jpegCost looks for the frame header. A progressive picture is kept whole as numbers of
// four bytes, beside what it becomes.
func jpegCost(file []byte) int64 {
	const most, plain = 20, 4
	for i := 2; i+4 <= len(file) && file[i] == 0xff; {
		switch marker := file[i+1]; marker {
		case 0xff: // filling
			i++
			continue
		case 0xc0, 0xc1:
			return plain
		case 0xc2:
			return most
		}
		i += 2 + int(file[i+2])<<8 + int(file[i+3])
	}
	return most // who cannot be read so is not trusted with more
}
