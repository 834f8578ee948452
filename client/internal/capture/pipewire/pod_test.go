//go:build linux

package pipewire

import (
	"image"
	"testing"
)

// agreed is a format as a compositor sets it.
func agreed(pixels, width, height uint32) []byte {
	return object(
		objectFormat, paramFormat,
		property{keyMediaType, id(mediaVideo)},
		property{keyMediaSubtype, id(mediaRaw)},
		property{keyFormat, choice(0, id(pixels))},
		property{keySize, rectangle(width, height)},
		property{keyFramerate, whole(0)},
	).append(nil)
}

func TestParseFormat(t *testing.T) {
	tests := []struct {
		name string
		pod  []byte
		want format
		bad  bool
	}{
		{"BGRx", agreed(formatBGRx, 1280, 720), format{size: image.Pt(1280, 720)}, false},
		{"BGRA", agreed(formatBGRA, 1, 1), format{size: image.Pt(1, 1)}, false},
		{"RGBx", agreed(formatRGBx, 3840, 2160), format{image.Pt(3840, 2160), true}, false},
		{"RGBA", agreed(formatRGBA, 7, 5), format{image.Pt(7, 5), true}, false},
		{"other pixels", agreed(1, 7, 5), format{}, true},
		{"no width", agreed(formatBGRx, 0, 720), format{}, true},
		{"much too high", agreed(formatBGRx, 1, 1<<31), format{}, true},
		{"nothing", nil, format{}, true},
		{"cut off", agreed(formatBGRx, 1280, 720)[:60], format{}, true},
		{"no object", id(3).append(nil), format{}, true},
		{"another object", object(objectMeta, paramMeta).append(nil), format{}, true},
		{"an empty one", object(objectFormat, paramFormat).append(nil), format{}, true},
	}
	for _, test := range tests {
		got, err := parseFormat(test.pod)
		if got != test.want || (err != nil) != test.bad {
			t.Errorf("%s: %+v, %v", test.name, got, err)
		}
	}
}

// What is asked for reads as what it is, whose first choice is the one liked best.
func TestWanted(t *testing.T) {
	p, err := parseObject(wanted().append(nil), objectFormat)
	if err != nil {
		t.Fatal(err)
	}
	if pixels, ok := p[keyFormat].name(); !ok || pixels != formatBGRx {
		t.Errorf("pixels %d", pixels)
	}
	if w, h, ok := p[keySize].size(); !ok || w != 1920 || h != 1080 {
		t.Errorf("size %d × %d", w, h)
	}
	for _, v := range carriers() {
		if rest := v.append(nil); len(rest)%podAlign != 0 {
			t.Errorf("%d bytes", len(rest))
		}
	}
}

func FuzzParseFormat(f *testing.F) {
	f.Add(agreed(formatBGRx, 1280, 720))
	f.Add(wanted().append(nil))
	f.Add([]byte{255, 255, 255, 255, 15, 0, 0, 0})
	f.Fuzz(func(t *testing.T, pod []byte) {
		got, err := parseFormat(pod)
		if err == nil && (got.size.X < 1 || got.size.Y < 1 || got.size.X > maxSide || got.size.Y > maxSide) {
			t.Errorf("a picture of %v", got.size)
		}
	})
}
