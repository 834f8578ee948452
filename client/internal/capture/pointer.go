package capture

import (
	"context"
	"image"
)

// Cursor is what the pointer looks like. Nobody writes to it.
type Cursor struct {
	// Pix holds rows of 4-byte pixels in the order R, G, B, A, without gaps; the
	// colours are not multiplied by A.
	Pix  []byte
	Size image.Point
	// Hot is the pixel that points, relative to the top left.
	Hot image.Point
}

// Pointing is where the pointer is and what it looks like.
type Pointing struct {
	// Place is the pixel of the desktop that it points at.
	Place image.Point
	// Cursor is its shape. It is the same one as before while the display server has not
	// changed it.
	Cursor *Cursor
}

// Pointer watches the pointer, which is in no Frame. A pointer at rest costs nothing.
type Pointer interface {
	// Next waits until the pointer is elsewhere or looks other than when Next returned
	// last; the first call returns at once. A pointer that goes on moving is told of
	// about sixty times a second. It returns ctx's error when ctx ends first, and
	// otherwise the errors of Source.Next. It is called from one goroutine.
	Next(ctx context.Context) (Pointing, error)
	// Close gives back what the Pointer holds, and makes a waiting Next return
	// ErrClosed. It may be called from any goroutine, and twice.
	Close() error
}
