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

// library is a Native that notes what it is asked and calls every picture sharp.
type library struct {
	asked  []encode.Options
	rates  []int
	closed int
	err    error
}

func (l *library) Encode(_ int64, opts encode.Options) (encode.Packet, error) {
	l.asked = append(l.asked, opts)
	return encode.Packet{Data: []byte("picture"), KeyFrame: opts.KeyFrame, Sharp: true}, l.err
}

func (l *library) SetRate(kilobitsPerSecond int) error {
	l.rates = append(l.rates, kilobitsPerSecond)
	return l.err
}

func (l *library) Close() { l.closed++ }

func open(t *testing.T, l *library) (encode.Encoder, *encodetest.Picture) {
	t.Helper()
	codec := encoder.Kind{
		Name: "TEST", MaxSide: 64, Sampling: canvas.YUV420,
		Open: func(_ *canvas.Canvas, kilobitsPerSecond, _ int) (encoder.Native, error) {
			l.rates = append(l.rates, kilobitsPerSecond)
			return l, nil
		},
	}.Codec()
	size := image.Pt(64, 64)
	return encodetest.Open(t, codec, size), encodetest.NewPicture(size)
}

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
	want := []encode.Options{{KeyFrame: true}, {KeyFrame: true}, {Refine: true}}
	if diff := cmp.Diff(want, l.asked); diff != "" {
		t.Errorf("asked of the library (-want +got):\n%s", diff)
	}
}

func TestOnlyAPictureAtRestIsSharp(t *testing.T) {
	e, p := open(t, &library{})
	for _, rest := range []bool{false, true, false} {
		packet, err := e.Encode(p.Frame, encode.Options{Refine: rest})
		if err != nil {
			t.Fatal(err)
		}
		if packet.Sharp != rest {
			t.Errorf("refine %v: sharp %v", rest, packet.Sharp)
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
