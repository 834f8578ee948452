// Package canvas is the copy of the picture that a codec encodes from, in the
// codec's colours, which are those of BT.601 in limited range. Only what has changed
// is converted: at 4:2:0 by libyuv, linked statically. The codecs' leaves share it.
//
// To build it: Debian's libyuv-dev.
package canvas

/*
#cgo CFLAGS: -O2
#cgo LDFLAGS: -l:libyuv.a -lm
#cgo noescape lh_canvas_draw
#cgo nocallback lh_canvas_draw
#cgo noescape lh_canvas_settle
#cgo nocallback lh_canvas_settle
#include <stdlib.h>
#include "canvas.h"
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
	// YUV420 has one colour sample for two by two pixels.
	YUV420 Sampling = iota
	// YUV444 has one for each pixel: coloured text stays sharp.
	YUV444
)

// Canvas holds one picture. It is used by one goroutine.
type Canvas struct {
	picture image.Rectangle // set at construction
	c       *C.lh_canvas    // nil when closed
	drawn   bool
	last    time.Time // when the picture before was taken
}

// New makes a Canvas. Close it.
func New(size image.Point, sampling Sampling) (*Canvas, error) {
	subsampled := C.int(0)
	if sampling == YUV420 {
		subsampled = 1
	}
	c := (*C.lh_canvas)(C.calloc(1, C.sizeof_lh_canvas))
	if C.lh_canvas_open(c, C.int(size.X), C.int(size.Y), subsampled) != 0 {
		C.free(unsafe.Pointer(c))
		return nil, errors.New("no memory for the picture")
	}
	return &Canvas{picture: image.Rectangle{Max: size}, c: c}, nil
}

// Draw converts what has changed, or the whole of the first picture. It returns
// the ticks that the picture counts for in the rate control.
func (c *Canvas) Draw(f *capture.Frame) (ticks int64, err error) {
	if err := c.check(f); err != nil {
		return 0, err
	}
	if !c.drawn {
		c.drawn = true
		c.draw(f, c.picture)
	} else {
		for _, r := range f.Damage {
			if r = evened(r, c.picture); !r.Empty() {
				c.draw(f, r)
			}
		}
	}
	gap := min(max(f.At.Sub(c.last), shortestGap), longestGap)
	c.last = f.At
	return int64(gap * TicksPerSecond / time.Second), nil
}

func (c *Canvas) check(f *capture.Frame) error {
	size := c.picture.Max
	if f.Size() != size {
		return fmt.Errorf("picture of %v given to an encoder of %v", f.Size(), size)
	}
	if f.Stride < 4*size.X || len(f.Pix) < f.Stride*(size.Y-1)+4*size.X {
		return fmt.Errorf("picture of %v in %d bytes with rows of %d bytes", size, len(f.Pix), f.Stride)
	}
	return nil
}

func (c *Canvas) draw(f *capture.Frame, r image.Rectangle) {
	C.lh_canvas_draw(c.c, (*C.uint8_t)(unsafe.Pointer(&f.Pix[0])), C.int(f.Stride),
		C.int(r.Min.X), C.int(r.Min.Y), C.int(r.Dx()), C.int(r.Dy()))
}

// evened widens r to even pixels, because two by two pixels may share one colour
// sample, and cuts it to the picture.
func evened(r, picture image.Rectangle) image.Rectangle {
	r = r.Intersect(picture)
	r.Min.X &^= 1
	r.Min.Y &^= 1
	r.Max.X = (r.Max.X + 1) &^ 1
	r.Max.Y = (r.Max.Y + 1) &^ 1
	return r.Intersect(picture)
}

// Settle forgets what has changed.
func (c *Canvas) Settle() { C.lh_canvas_settle(c.c) }

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
}
