package encoder_test

import (
	"image"
	"testing"

	"github.com/lendhand/lendhand/client/internal/encode"
	"github.com/lendhand/lendhand/client/internal/encode/internal/encoder"
)

var (
	whole  = image.Rectangle{Max: size}
	letter = image.Rect(0, 0, 8, 8)
)

// show encodes a picture in which a part has changed and of which the library makes so
// many bytes, and returns what it was asked.
func (l *library) show(t *testing.T, bytes int, changed image.Rectangle, opts encode.Options) encoder.Task {
	t.Helper()
	l.bytes = bytes
	l.picture.Damage(changed)
	mustEncode(t, l.encoder, l.picture, opts)
	return l.asked[len(l.asked)-1]
}

// However little has changed, a key frame shows all of the picture.
func TestAKeyFrameIsAsLargeAsThePicture(t *testing.T) {
	l := begin(t, 300_000)
	l.show(t, 0, whole, encode.Options{})
	if got := l.show(t, 0, letter, encode.Options{KeyFrame: true}).Worst; got != 63 {
		t.Errorf("quantizer %d for a link of 300 kbit/s, want 63", got)
	}
}

// A key frame forgets how coarse the pictures before it were.
func TestAKeyFrameBeginsAnew(t *testing.T) {
	l := begin(t, 20_000_000)
	l.show(t, 1000, whole, encode.Options{MaxBytes: 5_000})
	l.show(t, 1000, whole, encode.Options{MaxBytes: 1 << 20, KeyFrame: true})
	if got := l.show(t, 1000, image.Rectangle{}, encode.Options{MaxBytes: 10 << 20, Refine: true}).Worst; got != 10 {
		t.Errorf("the first pass has quantizer %d, want a quarter of 40", got)
	}
}

// A letter takes the bytes of a head, which say nothing of how dense a page is.
func TestALetterSaysNothingOfPages(t *testing.T) {
	l := begin(t, 20_000_000)
	l.show(t, 100_000, whole, encode.Options{})
	l.show(t, 1000, letter, encode.Options{})
	if got := l.show(t, 100_000, whole, encode.Options{}).Worst; got != 40 {
		t.Errorf("quantizer %d after a letter, want 40", got)
	}
}

// One picture that takes little is chance. Many are what moves.
func TestWhatTakesLittleForLongGetsBetter(t *testing.T) {
	const limit = 200_000
	l := begin(t, 20_000_000)
	l.show(t, 160_000, whole, encode.Options{MaxBytes: limit})
	l.show(t, 1000, whole, encode.Options{MaxBytes: limit})
	if got := l.show(t, 1000, whole, encode.Options{MaxBytes: limit}).Worst; got < 50 {
		t.Errorf("quantizer %d after a single small picture, want 50 or more", got)
	}
	for range 40 {
		l.show(t, 1000, whole, encode.Options{MaxBytes: limit})
	}
	if got := l.asked[len(l.asked)-1].Worst; got != 40 {
		t.Errorf("quantizer %d after many small pictures, want 40", got)
	}
}

// However little the pictures of late took: a new page would take no more than two and a
// half times the limit. There in small steps, as what rests gets better by the way.
func TestANewPageIsPossibleAtAnyTime(t *testing.T) {
	const limit, pages = 50_000, 2.5 // of which one at quantizer 47 has 121,500
	l := begin(t, 20_000_000)
	before := l.show(t, 40_000, whole, encode.Options{MaxBytes: limit}).Worst
	for range 60 {
		now := l.show(t, 1000, whole, encode.Options{MaxBytes: limit}).Worst
		if now < before-2 {
			t.Errorf("from quantizer %d to %d in a step", before, now)
		}
		before = now
	}
	if before != 47 {
		t.Errorf("quantizer %d for %v limits of %d bytes, want 47", before, pages, limit)
	}
}
