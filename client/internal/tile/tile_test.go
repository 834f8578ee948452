package tile

import (
	"bytes"
	"image"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lendhand/lendhand/client/internal/capture"
	"github.com/lendhand/lendhand/client/internal/tile/tiletest"
)

// enough is more than any picture of these tests needs.
const enough = 1 << 20

// paint makes a picture of that size in which each pixel is what colour says.
func paint(size image.Point, colour func(x, y int) uint32) *capture.Frame {
	f := &capture.Frame{Stride: 4*size.X + 12, Bounds: image.Rectangle{Max: size}.Add(image.Pt(100, 50))}
	f.Pix = make([]byte, f.Stride*size.Y)
	for y := range size.Y {
		for x := range size.X {
			c := colour(x, y)
			copy(f.Pix[y*f.Stride+4*x:], []byte{byte(c), byte(c >> 8), byte(c >> 16), byte(x)})
		}
	}
	return f
}

// text is like writing with smooth edges: a few dozen colours in short runs.
func text(x, y int) uint32 {
	random := rand.New(rand.NewPCG(uint64(x/2), uint64(y/3)))
	if y%20 > 14 || x%9 == 0 || random.IntN(3) > 0 {
		return 0xffffff
	}
	shade := uint32(random.IntN(24)) * 10
	return shade<<16 | shade<<8 | shade
}

func noise(x, y int) uint32 {
	return uint32(rand.New(rand.NewPCG(uint64(x), uint64(y))).IntN(1 << 24))
}

// wantShown checks that messages show the damaged parts of a picture, and nothing else.
func wantShown(t *testing.T, f *capture.Frame, messages [][]byte) {
	t.Helper()
	size := f.Size()
	shown := make([]bool, size.X*size.Y)
	for _, data := range messages {
		Address(data, 1<<32+7, 9)
		m, err := tiletest.Decode(data, size)
		if err != nil || m.Screen != 7 || m.Stamp != 9 {
			t.Fatalf("%+v: %v", m, err)
		}
		for _, tile := range m.Tiles {
			b := tile.Bounds
			for n := range b.Dx() * b.Dy() {
				x, y := b.Min.X+n%b.Dx(), b.Min.Y+n/b.Dx()
				p := f.Pix[y*f.Stride+4*x:]
				if want := []byte{p[2], p[1], p[0]}; !bytes.Equal(tile.RGB[3*n:3*n+3], want) {
					t.Fatalf("%d,%d is %v, want %v", x, y, tile.RGB[3*n:3*n+3], want)
				}
				shown[y*size.X+x] = true
			}
		}
	}
	for n, is := range shown {
		p, want := image.Pt(n%size.X, n/size.X), false
		for _, r := range f.Damage {
			want = want || p.In(r)
		}
		if is != want {
			t.Fatalf("%v is shown: %v, want %v", p, is, want)
		}
	}
}

func TestTilesShowWhatChangedExactly(t *testing.T) {
	pictures := map[string]func(x, y int) uint32{
		"one colour":  func(int, int) uint32 { return 0x123456 },
		"text":        text,
		"noise":       noise,
		"255 colours": func(x, y int) uint32 { return uint32((x + 64*y) % 255) },
		"256 colours": func(x, y int) uint32 { return uint32((x + 64*y) % 256) },
		"stripes":     func(_, y int) uint32 { return uint32(y % 2) },
		"columns":     func(x, _ int) uint32 { return uint32(x) },
	}
	damages := map[string][]image.Rectangle{
		"nothing":     nil,
		"a pixel":     {image.Rect(319, 199, 320, 200)},
		"a letter":    {image.Rect(10, 10, 19, 30)},
		"two letters": {image.Rect(10, 10, 19, 30), image.Rect(19, 11, 28, 31)},
		"all":         {image.Rect(0, 0, 320, 200)},
		"a column":    {image.Rect(5, 0, 6, 200)},
		"overlapping": {image.Rect(0, 0, 100, 100), image.Rect(50, 50, 150, 150)},
	}
	e := NewEncoder(enough)
	for name, colour := range pictures {
		f := paint(image.Pt(320, 200), colour)
		for what, damage := range damages {
			t.Run(name+"/"+what, func(t *testing.T) {
				f.Damage = damage
				wantShown(t, f, e.Encode(f))
			})
		}
	}
}

// What is as long either way goes the shorter one: here seven pixels are like those above
// them, and all alike.
func TestTheShortestWay(t *testing.T) {
	const a, b, c = 0x111111, 0x222222, 0x333333
	f := paint(image.Pt(8, 2), func(x, y int) uint32 {
		switch {
		case x > 0:
			return b
		case y > 0:
			return c
		}
		return a
	})
	f.Damage = []image.Rectangle{{Max: f.Size()}}
	got := NewEncoder(enough).Encode(f)
	want := [][]byte{{
		0, 0, 0, 0, 0, 0, 0, 0, 0, // the head, before Address
		0, 0, 0, 0, 0, 8, 0, 2,
		3, 0x11, 0x11, 0x11, 0x22, 0x22, 0x22, 0x33, 0x33, 0x33,
		opList, 0, opRun | 6, 1, opList, 2, opAbove | 6,
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("message (-want +got):\n%s", diff)
	}
}

func TestManyColoursHaveNoNumbers(t *testing.T) {
	for colours, numbered := range map[int]byte{1: 1, 255: 255, 256: 0} {
		f := paint(image.Pt(16, 16), func(x, y int) uint32 { return uint32((x + 16*y) % colours) })
		f.Damage = []image.Rectangle{{Max: f.Size()}}
		messages := NewEncoder(enough).Encode(f)
		if got := messages[0][headSize+placeSize]; got != numbered {
			t.Errorf("%d of %d colours have a number, want %d", got, colours, numbered)
		}
	}
}

func TestAPictureWiderThanABand(t *testing.T) {
	f := paint(image.Pt(bandPixels+1000, 3), noise)
	f.Damage = []image.Rectangle{{Max: f.Size()}}
	wantShown(t, f, NewEncoder(enough).Encode(f))
}

func TestDamageBesideThePictureIsCutOff(t *testing.T) {
	f := paint(image.Pt(64, 48), text)
	f.Damage = []image.Rectangle{image.Rect(60, 40, 70, 50), image.Rect(64, 0, 70, 5)}
	messages := NewEncoder(enough).Encode(f)
	f.Damage = []image.Rectangle{image.Rect(60, 40, 64, 48)}
	wantShown(t, f, messages)
}

func TestWhatIsTooLongIsGivenUp(t *testing.T) {
	f := paint(image.Pt(320, 200), noise)
	f.Damage = []image.Rectangle{image.Rect(0, 0, 20, 20)}
	if got := NewEncoder(1000).Encode(f); got != nil {
		t.Errorf("%d messages", len(got))
	}
	if got := NewEncoder(2000).Encode(f); len(got) != 1 {
		t.Errorf("%d messages, want 1", len(got))
	}
}

// What fits in a packet is a message of its own, so that a lost packet costs no other.
func TestMessagesFitInPackets(t *testing.T) {
	f := paint(image.Pt(1000, 1000), text)
	for n := range 40 {
		f.Damage = append(f.Damage, image.Rect(25*n, 25*n, 25*n+9, 25*n+20))
	}
	messages, all := NewEncoder(enough).Encode(f), 0
	for _, m := range messages {
		if all += len(m); len(m) > packet+headSize {
			t.Errorf("a message of %d bytes", len(m))
		}
	}
	if len(messages) > 2*all/packet+1 {
		t.Errorf("%d messages for %d bytes", len(messages), all)
	}
}

func TestEncodeAllocatesNothing(t *testing.T) {
	f := paint(image.Pt(320, 200), text)
	f.Damage = []image.Rectangle{image.Rect(0, 0, 100, 20), image.Rect(0, 50, 24, 74)}
	e := NewEncoder(enough)
	e.Encode(f)
	if n := testing.AllocsPerRun(100, func() { e.Encode(f) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkEncode(b *testing.B) {
	for _, c := range []struct {
		name   string
		colour func(x, y int) uint32
		size   image.Point
	}{
		{"letter", text, image.Pt(9, 20)},
		{"line", text, image.Pt(600, 20)},
		{"square", func(int, int) uint32 { return 0x808080 }, image.Pt(360, 360)},
		{"menu", text, image.Pt(256, 256)},
		{"photo", noise, image.Pt(256, 256)},
	} {
		b.Run(c.name, func(b *testing.B) {
			f := paint(image.Pt(1280, 720), c.colour)
			f.Damage = []image.Rectangle{{Max: c.size}}
			e, bytes := NewEncoder(12<<10), 0
			b.ReportAllocs()
			for b.Loop() {
				bytes = 0
				for _, m := range e.Encode(f) {
					bytes += len(m)
				}
			}
			b.ReportMetric(float64(bytes), "bytes")
		})
	}
}
