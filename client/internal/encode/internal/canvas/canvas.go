// Package canvas is the copy of the picture that a codec encodes from, in the codec's
// colours, which are those of BT.601, and of the video's size. Only what has changed is
// reduced and converted: at 4:2:0 and in grey by libyuv, linked statically. The codecs'
// leaves share it.
//
// To build it: Debian's libyuv-dev.
package canvas

/*
#cgo CFLAGS: -O2
#cgo !windows LDFLAGS: -l:libyuv.a -lm
#cgo windows CFLAGS: -I${SRCDIR}/../../../../../bin/windows/codecs/include
#cgo windows LDFLAGS: -L${SRCDIR}/../../../../../bin/windows/codecs/lib -l:libyuv.a
#cgo noescape lh_canvas_draw
#cgo nocallback lh_canvas_draw
#cgo noescape lh_scale_draw
#cgo nocallback lh_scale_draw
#cgo noescape lh_canvas_settle
#cgo nocallback lh_canvas_settle
#include <stdlib.h>
#include "canvas.h"
#include "memory.h"
#include "scale.h"
*/
import "C"

import (
	"errors"
	"fmt"
	"image"
	"time"
	"unsafe"

	"github.com/lendhand/lendhand/client/internal/capture"
)

// TicksPerSecond is the clock of Ticks, the RTP clock of all video codecs.
const TicksPerSecond = 90_000

// The rate control sees pictures at least this often and at most this often,
// however long the screen was still: a long rest must not be saved up into one
// huge packet.
const (
	shortestGap = time.Second / 120
	longestGap  = time.Second / 5
)

// Sampling says how many colour samples there are.
type Sampling int

// The samplings.
const (
	// YUV420 has one colour sample for two by two pixels, in limited range.
	YUV420 Sampling = iota
	// YUV444 has one for each pixel, in full range: coloured text stays sharp, and
	// every grey is exact.
	YUV444
)

// Config says what a Canvas is for.
type Config struct {
	// Picture is the size of what is drawn, Size that of the canvas: at most the
	// picture's, and at least a quarter of its sides.
	Picture, Size image.Point
	Sampling      Sampling
	// Grey leaves the colours out.
	Grey bool
}

// Canvas holds one picture. It is used by one goroutine.
type Canvas struct {
	picture image.Point     // set at construction
	video   image.Rectangle // set at construction
	c       *C.lh_canvas    // nil when closed
	scale   *C.lh_scale     // nil when the canvas has the picture's size
	drawn   bool
	changed int       // pixels since Settle
	last    time.Time // when the picture before was taken
}

// New makes a Canvas. Close it.
func New(config Config) (*Canvas, error) {
	if err := checkScale(config.Picture, config.Size); err != nil {
		return nil, err
	}
	C.lh_memory_give_back() // every encoder begins here
	size := config.Size
	c := &Canvas{
		picture: config.Picture, video: image.Rectangle{Max: size},
		c: (*C.lh_canvas)(C.calloc(1, C.sizeof_lh_canvas)),
	}
	failed := C.lh_canvas_open(c.c, C.int(size.X), C.int(size.Y), number(config.Sampling == YUV420), number(config.Grey))
	if failed == 0 && config.Picture != size {
		c.scale = (*C.lh_scale)(C.calloc(1, C.sizeof_lh_scale))
		failed = C.lh_scale_open(c.scale, C.int(c.picture.X), C.int(c.picture.Y), C.int(size.X), C.int(size.Y))
	}
	if failed != 0 {
		c.Close()
		return nil, errors.New("no memory for the picture")
	}
	return c, nil
}

func number(b bool) C.int {
	if b {
		return 1
	}
	return 0
}

// Draw converts what has changed, or the whole of the first picture. It returns
// the ticks that the picture counts for in the rate control.
func (c *Canvas) Draw(f *capture.Frame) (ticks int64, err error) {
	if err := c.check(f); err != nil {
		return 0, err
	}
	if !c.drawn {
		c.drawn = true
		c.draw(f, c.video)
	} else {
		for _, r := range f.Damage {
			if r = c.place(r); !r.Empty() {
				c.draw(f, r)
			}
		}
	}
	gap := min(max(f.At.Sub(c.last), shortestGap), longestGap)
	c.last = f.At
	return int64(gap * TicksPerSecond / time.Second), nil
}

func (c *Canvas) check(f *capture.Frame) error {
	size := c.picture
	if f.Size() != size {
		return fmt.Errorf("picture of %v given to an encoder of %v", f.Size(), size)
	}
	if f.Stride < 4*size.X || len(f.Pix) < f.Stride*(size.Y-1)+4*size.X {
		return fmt.Errorf("picture of %v in %d bytes with rows of %d bytes", size, len(f.Pix), f.Stride)
	}
	return nil
}

// place returns the part of the canvas that shows r of the picture.
func (c *Canvas) place(r image.Rectangle) image.Rectangle {
	r = r.Intersect(image.Rectangle{Max: c.picture})
	if c.scale != nil {
		r = scaledRect(r, c.picture, c.video.Max)
	}
	return evened(r, c.video)
}

// draw draws one rectangle of the canvas.
func (c *Canvas) draw(f *capture.Frame, r image.Rectangle) {
	pixels, stride := (*C.uint8_t)(unsafe.Pointer(&f.Pix[0])), C.int(f.Stride)
	x, y, width, height := C.int(r.Min.X), C.int(r.Min.Y), C.int(r.Dx()), C.int(r.Dy())
	if c.scale != nil {
		C.lh_scale_draw(c.scale, pixels, stride, x, y, width, height)
		pixels, stride = c.scale.pixels, c.scale.stride
	}
	C.lh_canvas_draw(c.c, pixels, stride, x, y, width, height)
	c.changed += r.Dx() * r.Dy()
}

// Changed returns the share of the canvas that has changed since Settle, 0 to 1.
func (c *Canvas) Changed() float64 {
	return min(1, float64(c.changed)/float64(c.video.Dx()*c.video.Dy()))
}

// evened widens r to even pixels, because two by two pixels may share one colour
// sample, and cuts it to the picture.
func evened(r, picture image.Rectangle) image.Rectangle {
	r.Min.X &^= 1
	r.Min.Y &^= 1
	r.Max.X = (r.Max.X + 1) &^ 1
	r.Max.Y = (r.Max.Y + 1) &^ 1
	return r.Intersect(picture)
}

// Settle forgets what has changed.
func (c *Canvas) Settle() {
	c.changed = 0
	C.lh_canvas_settle(c.c)
}

// Native returns the canvas as canvas.h describes it, an lh_canvas in C's memory, which
// the leaves hand to their libraries. It is valid until Close.
func (c *Canvas) Native() unsafe.Pointer { return unsafe.Pointer(c.c) }

// Close frees the picture. Closing twice is harmless.
func (c *Canvas) Close() {
	if c.c == nil {
		return
	}
	C.lh_canvas_close(c.c)
	C.free(unsafe.Pointer(c.c))
	c.c = nil
	if c.scale != nil {
		C.lh_scale_close(c.scale)
		C.free(unsafe.Pointer(c.scale))
		c.scale = nil
	}
}
