//go:build linux

package x11

import (
	"context"
	"image"

	"github.com/jezek/xgb/xfixes"

	"github.com/lendhand/lendhand/client/internal/capture"
)

// NextCursor implements capture.Pointer.
func (s *Source) NextCursor(ctx context.Context) (capture.Cursor, error) {
	for {
		if err := ctx.Err(); err != nil {
			return capture.Cursor{}, err
		}
		if err := s.wait(ctx, s.shaped); err != nil {
			return capture.Cursor{}, err
		}
		c, err := s.cursor()
		if err != nil || !s.hasShape || c.Serial != s.shape {
			s.shape, s.hasShape = c.Serial, err == nil
			return c, err
		}
	}
}

// cursor asks for the pointer's shape as it is now.
func (s *Source) cursor() (capture.Cursor, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.closed {
		return capture.Cursor{}, capture.ErrClosed
	}
	reply, err := xfixes.GetCursorImage(s.display.c).Reply()
	if err != nil {
		return capture.Cursor{}, s.display.failed("read the pointer's shape", err)
	}
	c := capture.Cursor{
		Pix:    make([]byte, 0, bytesPerPixel*len(reply.CursorImage)),
		Size:   image.Pt(int(reply.Width), int(reply.Height)),
		Hot:    image.Pt(int(reply.Xhot), int(reply.Yhot)),
		Serial: reply.CursorSerial,
	}
	for _, argb := range reply.CursorImage {
		c.Pix = appendStraight(c.Pix, argb)
	}
	return c, nil
}

// appendStraight appends a pixel whose colours are multiplied by its alpha, as R, G,
// B, A with colours that are not.
func appendStraight(pix []byte, argb uint32) []byte {
	a := argb >> 24
	if a == 0 {
		return append(pix, 0, 0, 0, 0)
	}
	straight := func(shift int) byte {
		return byte(min(255, (argb>>shift&0xff*255+a/2)/a))
	}
	return append(pix, straight(16), straight(8), straight(0), byte(a))
}
