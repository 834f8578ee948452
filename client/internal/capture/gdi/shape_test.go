package gdi

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

var (
	black, white   = []byte{0, 0, 0, 0}, []byte{255, 255, 255, 0}
	drawn, nothing = []byte{1, 2, 3, 255}, []byte{0, 0, 0, 0}
)

func join(pixels ...[]byte) []byte {
	var all []byte
	for _, p := range pixels {
		all = append(all, p...)
	}
	return all
}

func TestColourShape(t *testing.T) {
	tests := []struct {
		name               string
		colour, mask, want []byte
	}{
		{"with transparency", join([]byte{3, 2, 1, 255}, []byte{30, 20, 10, 128}), join(white, white),
			join(drawn, []byte{10, 20, 30, 128})},
		{"with a mask alone", join([]byte{3, 2, 1, 0}, nothing), join(black, white), join(drawn, nothing)},
	}
	for _, test := range tests {
		if diff := cmp.Diff(test.want, colourShape(test.colour, test.mask)); diff != "" {
			t.Errorf("%s: %s", test.name, diff)
		}
	}
}

func TestPlainShape(t *testing.T) {
	keep, invert := join(black, black, white, white), join(black, white, black, white)
	want := join([]byte{0, 0, 0, 255}, []byte{255, 255, 255, 255}, nothing, []byte{0, 0, 0, 255})
	if diff := cmp.Diff(want, plainShape(join(keep, invert))); diff != "" {
		t.Error(diff)
	}
}
