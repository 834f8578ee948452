// Package screenshot is the portable capture leaf, over kbinani/screenshot: package poll
// with its pictures.
package screenshot

import (
	"image"

	"github.com/kbinani/screenshot"

	"github.com/lendhand/lendhand/client/internal/capture"
	"github.com/lendhand/lendhand/client/internal/capture/poll"
)

// New opens the desktop and watches its primary monitor. It returns
// capture.ErrNoDisplay or capture.ErrMissingExtension, wrapped with details.
func New(config poll.Config) (*poll.Source, error) {
	c, err := connect()
	if err != nil {
		return nil, err
	}
	return poll.New(config, &desktop{connection: c})
}

// desktop implements poll.Desktop.
type desktop struct {
	connection connection
	monitors   register
}

// Monitors implements poll.Desktop. Two monitors are the same one when they have the same
// place: the library knows nothing else of them.
func (d *desktop) Monitors() ([]capture.Monitor, error) {
	list, err := d.connection.monitors()
	if err != nil {
		return nil, err
	}
	d.monitors.note(list)
	return d.monitors.list, nil
}

// Picture implements poll.Desktop. The library counts from the primary monitor's corner, not
// the desktop's.
func (d *desktop) Picture(bounds image.Rectangle, _ *image.RGBA) (*image.RGBA, error) {
	at := bounds.Min.Sub(d.monitors.list[0].Bounds.Min)
	return screenshot.Capture(at.X, at.Y, bounds.Dx(), bounds.Dy())
}

// Fill implements poll.Desktop: the library's pictures are R, G, B, A.
func (d *desktop) Fill(to []byte, picture *image.RGBA) {
	width := 4 * picture.Rect.Dx()
	for y := range picture.Rect.Dy() {
		swapLine(to[y*width:][:width], picture.Pix[y*picture.Stride:][:width])
	}
}

// Close implements poll.Desktop.
func (d *desktop) Close() { d.connection.close() }
