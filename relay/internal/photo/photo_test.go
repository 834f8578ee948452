package photo

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/lendhand/lendhand/signaling/problem"
)

// flag is red on the left, green in the middle, blue on the right.
func flag(w, h int) *image.NRGBA {
	p := image.NewNRGBA(image.Rect(0, 0, w, h))
	for i := range w * h {
		x := i % w
		c := color.NRGBA{G: 0xff, A: 0xff}
		switch {
		case x < (w-min(w, h))/2:
			c = color.NRGBA{R: 0xff, A: 0xff}
		case x >= (w+min(w, h))/2:
			c = color.NRGBA{B: 0xff, A: 0xff}
		}
		p.SetNRGBA(x, i/w, c)
	}
	return p
}

func asPNG(t testing.TB, p image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, p); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func asJPEG(t testing.TB, p image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, p, &jpeg.Options{Quality: 95}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// check fails unless file is a portrait.
func check(t *testing.T, file []byte) image.Image {
	t.Helper()
	p, err := png.Decode(bytes.NewReader(file))
	if err != nil || p.Bounds() != image.Rect(0, 0, Side, Side) || len(file) > MaxSize {
		t.Fatalf("%d bytes, %v: %v", len(file), p, err)
	}
	return p
}

func TestTheMiddleIsKept(t *testing.T) {
	for name, file := range map[string][]byte{
		"wide PNG": asPNG(t, flag(400, 200)), "wide JPEG": asJPEG(t, flag(400, 200)), "tiny": asPNG(t, flag(3, 1)), "square": asPNG(t, flag(96, 96)),
	} {
		made, err := Make(file)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		p := check(t, made)
		for _, at := range []image.Point{{6, 6}, {48, 48}, {89, 89}} {
			if r, g, b, a := p.At(at.X, at.Y).RGBA(); g < 0xf000 || r > 0x1000 || b > 0x1000 || a != 0xffff {
				t.Errorf("%s: %v at %v", name, p.At(at.X, at.Y), at)
			}
		}
	}
}

func TestNobodyLooksThroughAPortrait(t *testing.T) {
	made, err := Make(asPNG(t, image.NewNRGBA(image.Rect(0, 0, 50, 50))))
	if err != nil {
		t.Fatal(err)
	}
	if got := check(t, made).At(20, 20); got != (color.RGBA{0xff, 0xff, 0xff, 0xff}) {
		t.Errorf("%v", got)
	}
}

// chunk is one of a PNG.
func chunk(kind, data string) string {
	b := binary.BigEndian.AppendUint32(nil, uint32(len(data)))
	b = append(b, kind+data...)
	return string(binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE([]byte(kind+data))))
}

func TestNothingElseOfTheFileIsKept(t *testing.T) {
	plain := string(asPNG(t, flag(100, 100)))
	at := strings.Index(plain, "IDAT") - 4
	file := plain[:at] + chunk("tEXt", "Comment\x00my home address") + chunk("eXIf", "MM\x00*my home address") + plain[at:] + "my home address"
	made, err := Make([]byte(file))
	if err != nil {
		t.Fatal(err)
	}
	check(t, made)
	if bytes.Contains(made, []byte("home")) || bytes.Contains(made, []byte("eXIf")) || bytes.Contains(made, []byte("tEXt")) {
		t.Error("the portrait has the file's metadata")
	}
	again, err := Make([]byte(plain))
	if err != nil || !bytes.Equal(again, made) {
		t.Errorf("the same picture makes another portrait: %v", err)
	}
}

func TestNoiseBecomesSmallEnough(t *testing.T) {
	p := image.NewNRGBA(image.Rect(0, 0, Side, Side))
	random := rand.New(rand.NewPCG(1, 2))
	for i := range p.Pix {
		p.Pix[i] = byte(random.Uint32())
	}
	for i := 3; i < len(p.Pix); i += 4 {
		p.Pix[i] = 0xff
	}
	made, err := Make(asPNG(t, p))
	if err != nil {
		t.Fatal(err)
	}
	check(t, made)
}

// head is a PNG that says how large it is, and has little more.
func head(w, h uint32, depth, colour byte) []byte {
	b := binary.BigEndian.AppendUint32(nil, w)
	b = binary.BigEndian.AppendUint32(b, h)
	return []byte("\x89PNG\r\n\x1a\n" + chunk("IHDR", string(append(b, depth, colour, 0, 0, 0))) + chunk("IDAT", "x\x9c") + chunk("IEND", ""))
}

// frame is a JPEG that says how large it is, and has little more.
func frame(marker byte, w, h uint16) []byte {
	b := append([]byte{0xff, 0xd8, 0xff, 0xe0, 0, 16}, "JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"...)
	b = append(b, 0xff, marker, 0, 17, 8)
	b = binary.BigEndian.AppendUint16(b, h)
	b = binary.BigEndian.AppendUint16(b, w)
	return append(b, 3, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0, 0xff, 0xd9)
}

// Scenario: a file of some bytes would become gigabytes.
func TestBombsAreRefusedQuickly(t *testing.T) {
	for name, c := range map[string]struct {
		file []byte
		want error
	}{
		"a very large PNG":          {head(100_000, 100_000, 8, 6), errPixels},
		"one of 17 megapixels":      {head(4200, 4200, 8, 2), errPixels},
		"a line":                    {head(1<<30, 1, 8, 2), errPixels},
		"more than there are":       {head(1<<31-1, 1<<31-1, 1, 0), errFormat},
		"deep colours":              {head(4000, 4000, 16, 6), errPixels},
		"a very large JPEG":         {frame(0xc0, 65535, 65535), errPixels},
		"a large progressive JPEG":  {frame(0xc2, 3000, 3000), errPixels},
		"a file that is too large":  {bytes.Repeat([]byte("x"), MaxFile+1), errFile},
		"nothing":                   {nil, errFormat},
		"no width":                  {head(0, 10, 8, 2), errFormat},
		"a head and nothing else":   {head(4000, 4000, 8, 2), errFormat},
		"a page":                    {[]byte("<svg xmlns='http://www.w3.org/2000/svg'/>"), errFormat},
		"a GIF":                     {[]byte("GIF89a\x01\x00\x01\x00\x00\x00\x00;"), errFormat},
		"a JPEG that is cut off":    {asJPEG(t, flag(64, 64))[:200], errFormat},
		"a PNG that is cut off":     {asPNG(t, flag(64, 64))[:60], errFormat},
		"a JPEG without its frames": {[]byte("\xff\xd8\xff\xd9"), errFormat},
	} {
		began := time.Now()
		made, err := Make(c.file)
		if took := time.Since(began); took > time.Second {
			t.Errorf("%s: took %v", name, took)
		}
		var hinted *problem.Error
		if !errors.Is(err, c.want) || !errors.As(err, &hinted) || hinted.Hint == "" {
			t.Errorf("%s: %d bytes, %v", name, len(made), err)
		}
	}
}

func TestLargePhotosAreTaken(t *testing.T) {
	for name, p := range map[string]image.Image{
		"of a phone": image.NewGray(image.Rect(0, 0, 4032, 3024)), "a strip": image.NewGray(image.Rect(0, 0, 16_000, 1)),
	} {
		made, err := Make(asJPEG(t, p))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		check(t, made)
	}
}

// FuzzMake: whatever comes, it is refused or becomes a portrait, soon.
func FuzzMake(f *testing.F) {
	f.Add(asPNG(f, flag(9, 5)))
	f.Add(asJPEG(f, flag(17, 12)))
	f.Add(asPNG(f, image.NewPaletted(image.Rect(0, 0, 7, 7), color.Palette{color.Black, color.White})))
	f.Add(asPNG(f, image.NewNRGBA64(image.Rect(0, 0, 5, 5))))
	f.Add(head(100_000, 100_000, 8, 6))
	f.Add(frame(0xc2, 40, 30))
	f.Fuzz(func(t *testing.T, file []byte) {
		made, err := Make(file)
		if err == nil {
			check(t, made)
		} else if made != nil {
			t.Errorf("a portrait and an error: %v", err)
		}
	})
}
