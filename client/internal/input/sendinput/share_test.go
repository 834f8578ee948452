package sendinput

import (
	"math"
	"testing"
)

// Every pixel of every width is reached, whether Windows cuts the fraction off or rounds it down from
// what other systems that run its programs do.
func TestShare(t *testing.T) {
	for _, desktop := range []struct{ from, to int }{{0, 640}, {0, 1280}, {0, 1366}, {0, 1920}, {-1920, 3840}, {-7, 15360}} {
		for v := desktop.from; v < desktop.to; v++ {
			got := desktop.from + int(share(v, desktop.from, desktop.to))*(desktop.to-desktop.from)>>16
			if got != v {
				t.Fatalf("%d between %d and %d comes to %d", v, desktop.from, desktop.to, got)
			}
		}
	}
}

func TestShareOutside(t *testing.T) {
	for _, test := range []struct{ v, same int }{{-5, 0}, {math.MinInt, 0}, {1280, 1279}, {math.MaxInt, 1279}} {
		if got, want := share(test.v, 0, 1280), share(test.same, 0, 1280); got != want {
			t.Errorf("%d is at %d, want the edge at %d", test.v, got, want)
		}
	}
}
