// Package gdi watches a Windows desktop, and its pointer, through GDI: pictures are copied at an interval
// into memory that is kept, and compared. That works on every Windows, in remote sessions and without a
// graphics card too.
package gdi

// Pixels of Windows are B, G, R, A, and a Cursor's R, G, B, A; colours of both are not multiplied by A.

// colourShape makes the pixels of a cursor in colours. mask has the pixels of its mask: what is white there
// is not drawn. Many cursors have no A at all: the mask alone says then what is seen.
func colourShape(colour, mask []byte) []byte {
	pix := make([]byte, len(colour))
	transparent := hasAlpha(colour)
	for n := 0; n+4 <= len(pix); n += 4 {
		pix[n], pix[n+1], pix[n+2] = colour[n+2], colour[n+1], colour[n]
		switch {
		case transparent:
			pix[n+3] = colour[n+3]
		case mask[n] == 0:
			pix[n+3] = 255
		}
	}
	return pix
}

func hasAlpha(pixels []byte) bool {
	for n := 3; n < len(pixels); n += 4 {
		if pixels[n] != 0 {
			return true
		}
	}
	return false
}

// plainShape makes the pixels of a cursor of two masks, one below the other: the upper one keeps the screen
// where it is white, and the lower one inverts it. What only inverts is black here, as the I of text fields.
func plainShape(masks []byte) []byte {
	half := len(masks) / 2
	pix := make([]byte, half)
	for n := 0; n+4 <= half; n += 4 {
		keeps, inverts := masks[n] != 0, masks[half+n] != 0
		if inverts && !keeps {
			pix[n], pix[n+1], pix[n+2] = 255, 255, 255
		}
		if inverts || !keeps {
			pix[n+3] = 255
		}
	}
	return pix
}
