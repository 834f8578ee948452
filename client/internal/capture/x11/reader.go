//go:build linux

package x11

import (
	"errors"
	"image"
	"log/slog"

	"github.com/jezek/xgb/shm"
	"github.com/jezek/xgb/xproto"

	"github.com/lendhand/lendhand/client/internal/capture"
)

const allPlanes = 0xffffffff

// reader reads pictures of parts of the desktop: through shared memory, or where the
// server has none or is on another machine, over the connection.
type reader struct {
	display *display
	log     *slog.Logger
	segment *segment
	refused bool // there is no shared memory to be had
	asked   [maxRegions]shm.GetImageCookie
}

// read puts what the desktop shows in the rectangles of list, which lie within
// bounds and have no more pixels together.
func (r *reader) read(bounds image.Rectangle, list []image.Rectangle, to pixels) error {
	if err := r.prepare(bytesPerPixel * areaOf(bounds)); err != nil {
		return err
	}
	if r.segment == nil {
		return r.readSocket(bounds, list, to)
	}
	return r.readShared(bounds, list, to)
}

// prepare sees to it that there is a segment of the size, if there can be one.
func (r *reader) prepare(size int) error {
	if r.refused || r.segment != nil && len(r.segment.memory) >= size {
		return nil
	}
	r.close()
	made, err := newSegment(r.display, size)
	if errors.Is(err, capture.ErrNoDisplay) {
		return err
	}
	if err != nil {
		r.log.Info("no shared memory with the X server, pictures come over the connection", slog.Any("error", err))
		r.refused = true
		return nil
	}
	r.segment = made
	return nil
}

// readShared asks for all rectangles at once, one behind the other in the segment,
// and takes each as soon as it is there.
func (r *reader) readShared(bounds image.Rectangle, list []image.Rectangle, to pixels) error {
	d, offset := r.display, 0
	for n, part := range list {
		r.asked[n] = r.segment.ask(d, part, offset)
		offset += bytesPerPixel * areaOf(part)
	}
	var failed error
	offset = 0
	for n, part := range list {
		if _, err := r.asked[n].Reply(); err != nil {
			failed = d.failed("read the picture", err)
			continue // the server still writes into the segment
		}
		to.put(part.Sub(bounds.Min), r.segment.memory[offset:])
		offset += bytesPerPixel * areaOf(part)
	}
	return failed
}

func (r *reader) readSocket(bounds image.Rectangle, list []image.Rectangle, to pixels) error {
	for _, part := range list {
		reply, err := xproto.GetImage(r.display.c, xproto.ImageFormatZPixmap, xproto.Drawable(r.display.root),
			int16(part.Min.X), int16(part.Min.Y), uint16(part.Dx()), uint16(part.Dy()), allPlanes).Reply()
		if err != nil {
			return r.display.failed("read the picture", err)
		}
		to.put(part.Sub(bounds.Min), reply.Data)
	}
	return nil
}

func (r *reader) close() {
	if r.segment != nil {
		r.segment.close(r.display)
		r.segment = nil
	}
}
