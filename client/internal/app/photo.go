package app

import (
	"bytes"
	"fmt"
	"image/png"

	"github.com/lendhand/lendhand/signaling"
)

// photoOf decodes a technician's photo and encodes it again: toolkits get a file of our
// own making, and nothing else of what came. It is nil for none.
func photoOf(file []byte) ([]byte, error) {
	if len(file) == 0 {
		return nil, nil
	}
	if err := signaling.CheckPhoto(file); err != nil {
		return nil, err
	}
	picture, err := png.Decode(bytes.NewReader(file))
	if err != nil {
		return nil, fmt.Errorf("photo: %w", err)
	}
	if b := picture.Bounds(); b.Empty() || b.Dx() > signaling.MaxPhoto || b.Dy() > signaling.MaxPhoto {
		return nil, fmt.Errorf("photo: a picture of %d × %d pixels", b.Dx(), b.Dy())
	}
	var own bytes.Buffer
	if err := png.Encode(&own, picture); err != nil {
		return nil, fmt.Errorf("photo: %w", err)
	}
	return own.Bytes(), nil
}
