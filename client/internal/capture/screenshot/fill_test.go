package screenshot

import (
	"image"
	"testing"
)

func TestFill(t *testing.T) {
	for _, width := range []int{1, 2, 3, 8} {
		picture := image.NewRGBA(image.Rect(0, 0, width, 2))
		for n := range picture.Pix {
			picture.Pix[n] = byte(n)
		}
		pix := make([]byte, len(picture.Pix))
		(&desktop{}).Fill(pix, picture)
		for n := 0; n < len(pix); n += 4 {
			got, want := [4]byte(pix[n:]), [4]byte{byte(n + 2), byte(n + 1), byte(n), byte(n + 3)}
			if got != want {
				t.Errorf("width %d, byte %d: %v, want %v", width, n, got, want)
			}
		}
	}
}
