package gdi

import (
	"fmt"
	"image"
	"slices"

	"github.com/lendhand/lendhand/client/internal/capture"
	"github.com/lendhand/lendhand/client/internal/capture/poll"
)

// New opens the desktop and watches its primary monitor. It returns capture.ErrNoDisplay where there is none.
func New(config poll.Config) (*poll.Source, error) { return poll.New(config, &desktop{}) }

// desktop implements poll.Desktop. Its pictures are in the system's memory.
type desktop struct {
	monitors register
	bitmaps  []*bitmap // of the pictures that are in use
}

// Monitors implements poll.Desktop.
func (d *desktop) Monitors() ([]capture.Monitor, error) { return d.monitors.look() }

// Picture implements poll.Desktop. While the system shows its own desktop, such as the question for an
// administrator, it is hidden.
func (d *desktop) Picture(bounds image.Rectangle, spare *image.RGBA) (*image.RGBA, error) {
	b, err := d.bitmap(bounds.Size(), spare)
	if err == nil {
		err = b.copy(bounds.Min)
	}
	if err == nil {
		return b.picture, nil
	}
	d.free(b)
	if elsewhere() {
		err = fmt.Errorf("%w: %w", poll.ErrHidden, err)
	}
	return nil, err
}

// bitmap returns that of the spare picture, or a new one when that has another size.
func (d *desktop) bitmap(size image.Point, spare *image.RGBA) (*bitmap, error) {
	if at := slices.IndexFunc(d.bitmaps, func(b *bitmap) bool { return b.picture == spare }); at >= 0 {
		b := d.bitmaps[at]
		if spare.Rect.Size() == size {
			return b, nil
		}
		d.free(b)
	}
	b, err := newBitmap(size)
	if err == nil {
		d.bitmaps = append(d.bitmaps, b)
	}
	return b, err
}

func (d *desktop) free(b *bitmap) {
	if b != nil {
		b.close()
		d.bitmaps = slices.DeleteFunc(d.bitmaps, func(other *bitmap) bool { return other == b })
	}
}

// Fill implements poll.Desktop.
func (d *desktop) Fill(to []byte, picture *image.RGBA) { copy(to, picture.Pix) }

// Close implements poll.Desktop.
func (d *desktop) Close() {
	for _, b := range d.bitmaps {
		b.close()
	}
}
