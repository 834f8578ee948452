package capture

import (
	"context"
	"image"
)

// Cursor is what the pointer looks like.
type Cursor struct {
	// Pix holds rows of 4-byte pixels in the order R, G, B, A, without gaps; the
	// colours are not multiplied by A.
	Pix  []byte
	Size image.Point
	// Hot is the pixel that points, relative to the top left.
	Hot image.Point
	// Serial is the display server's number of the shape. It is another one when the
	// shape is another one.
	Serial uint32
}

// Pointer watches the shape of the pointer, which is in no Frame. A Source that can
// tell it apart from the picture is a Pointer too.
type Pointer interface {
	// NextCursor waits until the pointer has another shape than the one returned last,
	// and returns it. The first call returns at once. It returns ctx's error when ctx
	// ends first, and otherwise the errors of Source.Next. It is called from one
	// goroutine, which need not be that of the Source.
	NextCursor(ctx context.Context) (Cursor, error)
}
