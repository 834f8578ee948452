package encoder_test

import (
	"errors"
	"image"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lendhand/lendhand/client/internal/encode"
	"github.com/lendhand/lendhand/client/internal/encode/encodetest"
	"github.com/lendhand/lendhand/client/internal/encode/internal/canvas"
	"github.com/lendhand/lendhand/client/internal/encode/internal/encoder"
)

var errLibrary = errors.New("library failed")

// library is a Native that notes what it is asked and uses the worst quantizer.
type library struct {
	anew   bool // as of its Kind
	bytes  int  // of every picture
	asked  []encoder.Task
	rates  []int
	closed int
	err    error

	encoder encode.Encoder // set by begin
	picture *encodetest.Picture
}

func (l *library) Encode(_ int64, t encoder.Task) (encoder.Coded, error) {
	l.asked = append(l.asked, t)
	return encoder.Coded{Data: make([]byte, l.bytes), KeyFrame: t.KeyFrame, Quantizer: t.Worst}, l.err
}

func (l *library) SetRate(kilobitsPerSecond int) error {
	l.rates = append(l.rates, kilobitsPerSecond)
	return l.err
}

func (l *library) Close() { l.closed++ }

func open(t *testing.T, l *library) (encode.Encoder, *encodetest.Picture) {
	t.Helper()
	codec := encoder.Kind{
		Name: "TEST", MaxSide: 1920, Sampling: canvas.YUV420, Quantizers: encoder.Quantizers{Best: 1, Sharp: 2, Worst: 40},
		Anew: l.anew,
		Open: func(_ *canvas.Canvas, kilobitsPerSecond, _ int) (encoder.Native, error) {
			l.rates = append(l.rates, kilobitsPerSecond)
			return l, nil
		},
	}.Codec()
	return encodetest.Open(t, codec, size), encodetest.NewPicture(size)
}

// begin opens a library at a rate.
func begin(t *testing.T, bitsPerSecond int) *library {
	t.Helper()
	l := &library{}
	l.encoder, l.picture = open(t, l)
	if err := l.encoder.SetRate(bitsPerSecond); err != nil {
		t.Fatal(err)
	}
	return l
}

var size = image.Pt(1920, 1080)

// A picture that failed was not the first: the next one is the key frame.
func TestNothingBeforeTheFirstPicture(t *testing.T) {
	l := &library{err: errLibrary}
	e, p := open(t, l)
	if _, err := e.Encode(p.Frame, encode.Options{Refine: true}); !errors.Is(err, errLibrary) {
		t.Errorf("got %v, want the library's error", err)
	}
	l.err = nil
	for range 2 {
		if _, err := e.Encode(p.Frame, encode.Options{Refine: true}); err != nil {
			t.Fatal(err)
		}
	}
	want := []encoder.Task{{KeyFrame: true, Worst: 53}, {KeyFrame: true, Worst: 53}, {Refine: true, Worst: 30, Exact: true}}
	if diff := cmp.Diff(want, l.asked); diff != "" {
		t.Errorf("asked of the library (-want +got):\n%s", diff)
	}
}

// A key frame for which there is a limit is not made better than the limit is for.
func TestKeyFrameOfALimit(t *testing.T) {
	for limit, want := range map[int]encoder.Task{
		0:       {KeyFrame: true, Worst: 53},
		10_000:  {KeyFrame: true, Worst: 63, Exact: true},
		1 << 20: {KeyFrame: true, Worst: 40, Exact: true},
	} {
		l := &library{}
		e, p := open(t, l)
		mustEncode(t, e, p, encode.Options{MaxBytes: limit})
		if diff := cmp.Diff([]encoder.Task{want}, l.asked); diff != "" {
			t.Errorf("at most %d bytes: asked of the library (-want +got):\n%s", limit, diff)
		}
	}
}

// Passes that show nothing, on a slow link, are followed by small steps all the same:
// one that is taken for nothing costs seconds.
func TestEmptyPassesAreNoLicence(t *testing.T) {
	l := &library{bytes: 60}
	e, p := open(t, l)
	mustEncode(t, e, p, encode.Options{MaxBytes: 10_000})
	p.Damage()
	for range 20 {
		before := l.asked[len(l.asked)-1].Worst
		mustEncode(t, e, p, encode.Options{Refine: true, MaxBytes: 10_000})
		if now := l.asked[len(l.asked)-1].Worst; now < before-8 {
			t.Errorf("from quantizer %d to %d", before, now)
		}
	}
}

// What changes on a slow link is as coarse as what does not, or a little better: else all of
// it would be made better at once. A letter is as good as its page.
func TestChangeOnASlowLink(t *testing.T) {
	for limit, want := range map[int]encoder.Task{
		0:       {Worst: 40},
		5_000:   {Worst: 61, Exact: true},
		1 << 20: {Worst: 40},
	} {
		l := &library{bytes: 1000}
		e, p := open(t, l)
		mustEncode(t, e, p, encode.Options{MaxBytes: 5_000})
		p.Damage(image.Rect(0, 0, 8, 8))
		mustEncode(t, e, p, encode.Options{MaxBytes: limit})
		if diff := cmp.Diff(want, l.asked[1]); diff != "" {
			t.Errorf("at most %d bytes: asked of the library (-want +got):\n%s", limit, diff)
		}
	}
}

// A letter on a picture that was sharp is as good as that, and the picture is at rest all
// the same only with the next pass.
func TestOnlyAPictureAtRestIsSharp(t *testing.T) {
	e, p := open(t, &library{})
	most := encode.Options{MaxBytes: 1 << 20}
	mustEncode(t, e, p, most)
	p.Damage()
	for !mustEncode(t, e, p, encode.Options{Refine: true}).Sharp {
		continue
	}
	p.Damage(image.Rect(0, 0, 1, 1))
	if mustEncode(t, e, p, most).Sharp {
		t.Error("a picture that moves is called sharp")
	}
	p.Damage()
	if !mustEncode(t, e, p, encode.Options{Refine: true}).Sharp {
		t.Error("the picture at rest is not called sharp")
	}
}

func mustEncode(t *testing.T, e encode.Encoder, p *encodetest.Picture, opts encode.Options) encode.Packet {
	t.Helper()
	packet, err := e.Encode(p.Frame, opts)
	if err != nil {
		t.Fatal(err)
	}
	return packet
}

// A page is as coarse as the link wants it, by the rate or by what its caller says,
// and a small change is as sharp as ever.
func TestCoarseness(t *testing.T) {
	letter, whole := image.Rect(0, 0, 10, 20), image.Rectangle{Max: size}
	for _, test := range []struct {
		name    string
		rate    int
		bytes   int // of a page, at the worst quantizer
		opts    encode.Options
		changed image.Rectangle
		want    int
	}{
		{"fast link", 20_000_000, 100_000, encode.Options{}, whole, 40},
		{"fast link, small limit", 20_000_000, 100_000, encode.Options{MaxBytes: 160_000}, whole, 55},
		{"slow link", 300_000, 100_000, encode.Options{}, whole, 63},
		{"slow link, letter", 300_000, 100_000, encode.Options{}, letter, 40},
		{"slow link, no hurry", 300_000, 100_000, encode.Options{MaxBytes: 1 << 20}, whole, 40},
		{"denser than text", 40_000_000, 1_000_000, encode.Options{}, whole, 43},
		{"after too much", 10_000_000, 1_000_000, encode.Options{}, whole, 63},
	} {
		t.Run(test.name, func(t *testing.T) {
			l := &library{bytes: test.bytes}
			e, p := open(t, l)
			if err := e.SetRate(test.rate); err != nil {
				t.Fatal(err)
			}
			mustEncode(t, e, p, test.opts)
			p.Damage(test.changed)
			mustEncode(t, e, p, test.opts)
			if got := l.asked[1].Worst; got != test.want {
				t.Errorf("quantizer %d, want %d", got, test.want)
			}
		})
	}
}

// A page on a fast link is sharp after three passes, and on a slow one after many
// small ones, or as far as the link can bear it: here a pass that was to take 15,000
// bytes took 100,000.
func TestPassesAtRest(t *testing.T) {
	for limit, want := range map[int]struct {
		quantizers []int
		sharp      bool // so the last one is called
	}{
		10 << 20: {[]int{10, 2, 1}, true},
		400_000:  {[]int{10, 2, 1}, true},
		100_000:  {[]int{27, 18, 14, 10, 8, 6, 5}, false},
		20_000:   {[]int{38, 37, 37, 37, 37}, true},
	} {
		l := &library{bytes: 100_000}
		e, p := open(t, l)
		mustEncode(t, e, p, encode.Options{MaxBytes: 10 << 20})
		p.Damage()
		var got []int
		var sharp bool
		for range len(want.quantizers) {
			sharp = mustEncode(t, e, p, encode.Options{Refine: true, MaxBytes: limit}).Sharp
			got = append(got, l.asked[len(l.asked)-1].Worst)
		}
		if diff := cmp.Diff(want.quantizers, got); diff != "" {
			t.Errorf("passes of %d bytes (-want +got):\n%s", limit, diff)
		}
		if sharp != want.sharp {
			t.Errorf("after passes of %d bytes: sharp %v, want %v", limit, sharp, want.sharp)
		}
	}
}

func TestTheLibraryIsClosedOnce(t *testing.T) {
	l := &library{}
	e, _ := open(t, l)
	if err := e.SetRate(2_000_500); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := e.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if err := e.SetRate(1_000_000); !errors.Is(err, encode.ErrClosed) {
		t.Errorf("rate of a closed encoder: %v", err)
	}
	if l.closed != 1 {
		t.Errorf("closed %d times", l.closed)
	}
	if diff := cmp.Diff([]int{4000, 2000}, l.rates); diff != "" {
		t.Errorf("kilobits (-want +got):\n%s", diff)
	}
}

func TestAnEncoderThatDoesNotOpen(t *testing.T) {
	codec := encoder.Kind{
		Name: "TEST", MaxSide: 64, Sampling: canvas.YUV444,
		Open: func(*canvas.Canvas, int, int) (encoder.Native, error) { return nil, errLibrary },
	}.Codec()
	_, err := codec.New(encode.Config{Picture: image.Pt(64, 64), Size: image.Pt(64, 64), BitsPerSecond: 1_000_000, Threads: 1})
	if !errors.Is(err, errLibrary) {
		t.Errorf("got %v, want the library's error", err)
	}
}
