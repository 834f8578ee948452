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

// A codec that has means for text in key frames alone gets a new page into one when it rests,
// after a first pass for whoever turns pages.
func TestANewPageIsEncodedAnew(t *testing.T) {
	const much = 10 << 20
	atRest := encode.Options{MaxBytes: much, Refine: true}
	cases := map[string]struct {
		codec   bool // has such means
		bytes   int  // of the change
		changed image.Rectangle
		limit   int // bytes of a pass
		want    bool
	}{
		"a new page":                  {codec: true, bytes: 300_000, changed: whole, limit: much, want: true},
		"with another codec":          {bytes: 300_000, changed: whole, limit: much},
		"what has moved":              {codec: true, bytes: 3_000, changed: whole, limit: much},
		"a part of the page":          {codec: true, bytes: 60_000, changed: image.Rect(0, 0, 1920, 540), limit: much},
		"a new page over a slow link": {codec: true, bytes: 300_000, changed: whole, limit: 100_000},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			l := &library{anew: c.codec}
			l.encoder, l.picture = open(t, l)
			l.show(t, 300_000, whole, encode.Options{})
			l.show(t, c.bytes, c.changed, encode.Options{})
			atRest.MaxBytes = c.limit
			if first := l.show(t, 300_000, image.Rectangle{}, atRest); first.KeyFrame {
				t.Error("the first pass is a key frame")
			}
			if second := l.show(t, 300_000, image.Rectangle{}, atRest); second.KeyFrame != c.want {
				t.Errorf("the second pass is a key frame: %t, want %t", second.KeyFrame, c.want)
			}
			if third := l.show(t, 300_000, image.Rectangle{}, atRest); third.KeyFrame {
				t.Error("the third pass is a key frame")
			}
		})
	}
}
