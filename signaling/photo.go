package signaling

import (
	"bytes"
	"encoding/binary"
	"fmt"
)

const (
	// MaxPhoto is the most pixels that a side of a technician's photo has.
	MaxPhoto = 96
	// MaxPhotoFile is the largest PNG file of a photo, in bytes: 32 KiB in base64.
	MaxPhotoFile = 24 << 10
)

// CheckPhoto checks what the file of a technician's photo says of itself: a PNG of at
// most MaxPhoto pixels a side and MaxPhotoFile bytes. Nothing is a photo too.
func CheckPhoto(file []byte) error {
	if len(file) == 0 {
		return nil
	}
	width, height, err := sizeOfPNG("photo", file, MaxPhotoFile)
	if err != nil {
		return err
	}
	return firstError(
		checkNumber("photo: width", float64(width), 1, MaxPhoto),
		checkNumber("photo: height", float64(height), 1, MaxPhoto),
	)
}

// sizeOfPNG reads what a file of at most so many bytes says of its size in pixels.
func sizeOfPNG(field string, file []byte, most int) (width, height int64, err error) {
	// The signature, the length and the name of the first chunk (PNG, section 5.2).
	const start = "\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR"
	const size = len(start) + 8
	switch {
	case len(file) > most:
		return 0, 0, fmt.Errorf("%s: want at most %d bytes, got %d", field, most, len(file))
	case len(file) < size || !bytes.HasPrefix(file, []byte(start)):
		return 0, 0, fmt.Errorf("%s: not a PNG file", field)
	}
	width = int64(binary.BigEndian.Uint32(file[size-8:]))
	height = int64(binary.BigEndian.Uint32(file[size-4:]))
	return width, height, nil
}
