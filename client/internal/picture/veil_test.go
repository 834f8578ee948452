package picture

import (
	"image"
	"testing"
	"testing/synctest"
	"time"

	"github.com/lendhand/lendhand/client/internal/capture"
)

// plain is a picture of one colour with a bright right half.
func plain(size image.Point) *capture.Frame {
	f := &capture.Frame{Pix: make([]byte, 4*size.X*size.Y), Stride: 4 * size.X, Bounds: image.Rectangle{Max: size}}
	for n := range f.Pix {
		if f.Pix[n] = 40; n%f.Stride >= f.Stride/2 {
			f.Pix[n] = 200
		}
	}
	return f
}

// A veil looks like the picture from afar, whatever the size, and has no edges.
func TestVeil(t *testing.T) {
	for _, size := range []image.Point{{1, 1}, {3, 5}, {64, 48}, {67, 41}} {
		var v veil
		got := v.begin(plain(size), Network{BitsPerSecond: 300_000})
		if got.Size() != size || len(got.Pix) < 4*size.X*size.Y {
			t.Fatalf("%v in %d bytes for %v", got.Size(), len(got.Pix), size)
		}
		if size.X < 4*veilCell {
			continue
		}
		line := got.Pix[got.Stride*(size.Y-1):][:got.Stride]
		if line[0] != 40 || line[got.Stride-2] != 200 {
			t.Errorf("%v: from %d to %d, want 40 to 200", size, line[0], line[got.Stride-2])
		}
		for x := 1; x < size.X; x++ {
			if step := int(line[4*x]) - int(line[4*x-4]); step > 160/veilCell {
				t.Errorf("%v: an edge of %d at %d", size, step, x)
			}
		}
	}
}

// From row to row there are no edges either.
func TestAVeilFromTopToBottom(t *testing.T) {
	f := plain(image.Pt(64, 48))
	for n := range f.Pix {
		if f.Pix[n] = 40; n >= len(f.Pix)/2 {
			f.Pix[n] = 200
		}
	}
	var v veil
	got := v.begin(f, Network{BitsPerSecond: 300_000})
	for y := 1; y < 48; y++ {
		if step := int(got.Pix[y*got.Stride]) - int(got.Pix[(y-1)*got.Stride]); step > 160/veilCell {
			t.Errorf("an edge of %d at row %d", step, y)
		}
	}
}

// The parts under a veil are the whole picture, and each is small enough for its network.
func TestPartsUnderAVeil(t *testing.T) {
	for _, bits := range []int{100_000, 300_000, 1_000_000, 20_000_000} {
		var v veil
		n, size := Network{BitsPerSecond: bits}, image.Pt(1920, 1080)
		v.begin(plain(size), n)
		top := 0
		for part := v.next(); !part.Empty(); part = v.next() {
			if part.Min != image.Pt(0, top) || part.Dx() != size.X {
				t.Fatalf("%d bit/s: %v after row %d", bits, part, top)
			}
			if n.takes(coarse(part.Size())) > restSpan {
				t.Errorf("%d bit/s: %v takes %v", bits, part, n.takes(coarse(part.Size())))
			}
			top = part.Max.Y
		}
		if top != size.Y {
			t.Errorf("%d bit/s: ends at row %d", bits, top)
		}
	}
}

// A picture that rests is whole again step by step, on a network that needs long for it.
func TestAVeilIsLifted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, f := newStudio(t, nil), &far{bits: 1000, bytes: 30}
		s.screen.Fill(0, desktop, 7)
		defer s.Add(f)()
		s.run(t)
		defer s.stop(t)
		s.moves(10 * time.Second)
		synctest.Wait()
		f.take()
		time.Sleep(20 * time.Second)
		synctest.Wait()
		begun, parts := false, 0
		for _, frame := range f.take() {
			switch {
			case frame.Size == desktop.Size() && frame.KeyFrame:
				begun = true
			case begun && !frame.Refine && frame.Damage == 1:
				parts++
			}
		}
		if want := coarse(desktop.Size())/(Network{BitsPerSecond: 1000}).carries(restSpan) + 1; !begun || parts != want {
			t.Errorf("begun %v, %d parts, want %d", begun, parts, want)
		}
	})
}
