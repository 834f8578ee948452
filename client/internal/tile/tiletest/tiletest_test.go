package tiletest_test

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"image"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lendhand/lendhand/client/internal/tile/tiletest"
)

// hexBytes are bytes that JSON has in hexadecimal.
type hexBytes []byte

// UnmarshalText implements encoding.TextUnmarshaler.
func (b *hexBytes) UnmarshalText(text []byte) (err error) {
	*b, err = hex.DecodeString(string(text))
	return err
}

// vectors are what both languages read.
type vectors struct {
	Width, Height int
	Accepted      []struct {
		Name          string
		Message       hexBytes
		Screen, Stamp uint32
		Tiles         []struct {
			X, Y, Width, Height int
			RGB                 hexBytes
		}
	}
	Refused []struct {
		Name    string
		Message hexBytes
	}
}

func readVectors(t testing.TB) (v vectors) {
	t.Helper()
	data, err := os.ReadFile("../../../../signaling/testdata/tiles/tiles.json")
	if err == nil {
		err = json.Unmarshal(data, &v)
	}
	if err != nil || len(v.Accepted) == 0 || len(v.Refused) == 0 {
		t.Fatalf("%d accepted, %d refused: %v", len(v.Accepted), len(v.Refused), err)
	}
	return v
}

func TestVectors(t *testing.T) {
	v := readVectors(t)
	screen := image.Pt(v.Width, v.Height)
	for _, c := range v.Accepted {
		want := &tiletest.Message{Screen: c.Screen, Stamp: c.Stamp}
		for _, r := range c.Tiles {
			want.Tiles = append(want.Tiles, tiletest.Tile{Bounds: image.Rect(r.X, r.Y, r.X+r.Width, r.Y+r.Height), RGB: r.RGB})
		}
		got, err := tiletest.Decode(c.Message, screen)
		if err != nil {
			t.Errorf("%s: %v", c.Name, err)
		} else if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", c.Name, diff)
		}
	}
	for _, c := range v.Refused {
		if m, err := tiletest.Decode(c.Message, screen); !errors.Is(err, tiletest.ErrMalformed) {
			t.Errorf("%s: %v, %v", c.Name, m, err)
		}
	}
}

// Whatever comes, a decoder refuses it or shows pixels that are on the screen.
func FuzzDecode(f *testing.F) {
	v := readVectors(f)
	for _, c := range v.Accepted {
		f.Add([]byte(c.Message))
	}
	for _, c := range v.Refused {
		f.Add([]byte(c.Message))
	}
	screen := image.Rect(0, 0, v.Width, v.Height)
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := tiletest.Decode(data, screen.Max)
		if err != nil {
			if !errors.Is(err, tiletest.ErrMalformed) {
				t.Fatal(err)
			}
			return
		}
		for _, tile := range m.Tiles {
			if len(tile.RGB) != 3*tile.Bounds.Dx()*tile.Bounds.Dy() || !tile.Bounds.In(screen) || tile.Bounds.Empty() {
				t.Fatalf("%v with %d bytes", tile.Bounds, len(tile.RGB))
			}
		}
	})
}
