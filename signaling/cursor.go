package signaling

import (
	"errors"
	"fmt"
)

const (
	// MaxShape is the most pixels that a side of a Shape has.
	MaxShape = 96
	// ShapesKept is the number of shapes, the newest ones, that both sides know.
	ShapesKept = 64
	// maxShapeFile is the largest PNG file of a Shape, in bytes.
	maxShapeFile = 40 << 10
)

// Shape is what the host's pointer can look like.
type Shape struct {
	// ID is 1 for the first shape on a connection, and grows by one with each.
	ID     uint64 `json:"id"`
	Width  int    `json:"width"`
	Height int    `json:"height"`
	// HotX and HotY are the pixel that points.
	HotX int `json:"hotX"`
	HotY int `json:"hotY"`
	// PNG is a file with a picture of exactly that size.
	PNG []byte `json:"png"`
}

func (*Shape) messageType() string { return "shape" }

func (m *Shape) check() error {
	if m.ID == 0 {
		return errors.New("id: shapes are numbered from 1")
	}
	return firstError(
		checkNumber("width", float64(m.Width), 1, MaxShape),
		checkNumber("height", float64(m.Height), 1, MaxShape),
		checkNumber("hotX", float64(m.HotX), 0, float64(m.Width-1)),
		checkNumber("hotY", float64(m.HotY), 0, float64(m.Height-1)),
		m.checkFile(),
	)
}

// checkFile checks what the file says of its size, so that nobody decodes a picture
// larger than they were told.
func (m *Shape) checkFile() error {
	width, height, err := sizeOfPNG("png", m.PNG, maxShapeFile)
	if err != nil {
		return err
	}
	if width != int64(m.Width) || height != int64(m.Height) {
		return fmt.Errorf("png: want %d by %d pixels, got %d by %d", m.Width, m.Height, width, height)
	}
	return nil
}

// Cursor tells where the host's pointer is, and what it looks like.
type Cursor struct {
	// Sequence grows by one with every Cursor; the technician's side drops older ones.
	Sequence uint64 `json:"sequence"`
	// Shape is the ID of a Shape, or 0 when the pointer is hidden.
	Shape uint64 `json:"shape"`
	// Yours is true when the pointer is where the technician's own hand has put it.
	Yours bool `json:"yours"`
	// Place is the pixel of the screen that it points at; nil when that is not on the
	// screen.
	Place *Place `json:"place,omitempty"`
}

// Place is a pixel of the screen.
type Place struct {
	X int `json:"x"`
	Y int `json:"y"`
}

func (*Cursor) messageType() string { return "cursor" }

func (m *Cursor) check() error {
	if m.Place == nil {
		return nil
	}
	return checkPlace(m.Place.X, m.Place.Y)
}
