package gtk

import "testing"

func TestFontPixels(t *testing.T) {
	for _, c := range []struct {
		name string
		dpi  float64
		want int
	}{
		{"Sans 12", 96, 16},
		{"Sans 12", -1, 16},
		{"Sans Bold 10.5", 96, 14},
		{"Sans 14px", 192, 14},
		{"Sans 12", 192, 32},
		{"Sans", 96, 13},
		{"", 0, 13},
		{"Sans 1", 96, leastFont},
		{"Sans -5", 96, leastFont},
		{"Sans 12", 1, leastFont},
		{"Sans 300", 96, mostFont},
		{"Sans NaN", 96, 13},
	} {
		if got := fontPixels(c.name, c.dpi); got != c.want {
			t.Errorf("%q at %g: %d pixels, want %d", c.name, c.dpi, got, c.want)
		}
	}
}
