package webm

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// bitWriter writes the fields of a sequence header.
type bitWriter struct {
	data []byte
	at   int
}

// put writes the lowest n bits of v.
func (w *bitWriter) put(n int, v uint64) *bitWriter {
	for i := n - 1; i >= 0; i-- {
		if w.at%8 == 0 {
			w.data = append(w.data, 0)
		}
		w.data[w.at/8] |= byte(v>>i&1) << (7 - w.at%8)
		w.at++
	}
	return w
}

// size writes a picture of 1920×1080, no frame IDs, and the tools of every picture.
func (w *bitWriter) size(reduced bool) *bitWriter {
	w.put(4, 10).put(4, 10).put(11, 1919).put(11, 1079)
	if reduced {
		return w.put(3, 0).put(3, 0)
	}
	return w.put(1, 0).put(3, 0).
		put(4, 0).put(1, 1).put(2, 0). // order hints
		put(1, 0).put(1, 1).           // screen content tools: always
		put(1, 0).put(1, 0).           // whole pixels: never
		put(3, 6).put(3, 0)
}

// unit makes an OBU, with a size in it or without.
func (w *bitWriter) unit(sized bool) []byte {
	if sized {
		return append([]byte{obuSequenceHeader<<3 | 2, byte(len(w.data))}, w.data...)
	}
	return append([]byte{obuSequenceHeader << 3}, w.data...)
}

func TestSequenceHeadersOfAllKindsAreRead(t *testing.T) {
	for name, c := range map[string]struct {
		fields *bitWriter
		codec  string
		av1C   []byte // the first three bytes
	}{
		"timing, decoder model, delays, two operating points": {
			(&bitWriter{}).put(3, 0).put(2, 0).
				put(1, 1).put(32, 1).put(32, 60).put(1, 1).put(3, 0b001).put(2, 0). // timing, ticks of three bits more
				put(1, 1).put(5, 9).put(32, 1).put(5, 9).put(5, 9).                 // decoder model
				put(1, 1).                                                          // display delays
				put(5, 1).
				put(12, 3).put(5, 13).put(1, 1).put(1, 1).put(21, 0).put(1, 1).put(4, 3). // high tier
				put(12, 1).put(5, 5).put(1, 0).put(1, 0).
				size(false).put(1, 0).put(1, 0).put(1, 0).put(1, 0).put(2, 1).put(1, 0),
			"av01.0.13H.08", []byte{0x81, 13, 0x80 | 0x0c | 1},
		},
		"a still picture": {
			(&bitWriter{}).put(3, 1).put(2, 3).put(5, 8).size(true).put(1, 0).put(1, 0).put(1, 1).put(1, 0),
			"av01.1.08M.08", []byte{0x81, 1<<5 | 8, 0},
		},
		"grey": {
			(&bitWriter{}).put(3, 0).put(2, 0).put(2, 0).put(5, 0).put(12, 0).put(5, 8).put(1, 0).
				size(false).put(1, 1).put(1, 1).put(1, 0).put(1, 1),
			"av01.0.08M.10", []byte{0x81, 8, 0x40 | 0x10 | 0x0c},
		},
		"4:2:2 of twelve bits": {
			(&bitWriter{}).put(3, 2).put(2, 0).put(2, 0).put(5, 0).put(12, 0).put(5, 9).put(1, 0).
				size(false).put(1, 1).put(1, 1).put(1, 0).put(1, 0).put(1, 1).put(1, 1).put(1, 0).put(1, 0),
			"av01.2.09M.12", []byte{0x81, 2<<5 | 9, 0x60 | 0x08},
		},
		"sRGB": {
			(&bitWriter{}).put(3, 1).put(2, 0).put(2, 0).put(5, 0).put(12, 0).put(5, 8).put(1, 0).
				size(false).put(1, 0).put(1, 1).put(24, 0x010d00).put(1, 0),
			"av01.1.08M.08", []byte{0x81, 1<<5 | 8, 0},
		},
	} {
		for _, sized := range []bool{true, false} {
			got, err := inspectAV1(append([]byte{0x12, 0}, c.fields.unit(sized)...))
			if err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			want := Track{Codec: AV1, Name: c.codec, Width: 1920, Height: 1080, Private: append(append(c.av1C, 0), c.fields.unit(true)...)}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", name, diff)
			}
		}
		for n := range len(c.fields.data) - 1 {
			if _, err := inspectAV1((&bitWriter{data: c.fields.data[:n]}).unit(true)); err == nil {
				t.Errorf("%s, only %d bytes of it: read", name, n)
			}
		}
	}
}

func TestWhatABlockDoesNotHoldIsLeftOut(t *testing.T) {
	frame := []byte{0x32, 2, 7, 7}
	in := append([]byte{0x12, 0, 0x7a, 1, 9, 0x3e, 0x10, 1, 5, 0x42, 0}, frame...) // delimiter, padding, with an extension, tiles
	want := append([]byte{0x3e, 0x10, 1, 5}, frame...)
	if got, err := stripAV1(in); err != nil || string(got) != string(want) {
		t.Errorf("kept % x, %v", got, err)
	}
	for _, bad := range [][]byte{{}, {0x12, 0}, {0x80}, {0x32, 5, 1}, {0x32}, {0x36}, {0x32, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 1}} {
		if got, err := stripAV1(bad); err == nil {
			t.Errorf("% x was taken for % x", bad, got)
		}
	}
}
