package peer

import (
	"bytes"
	"image"
	"testing"

	"github.com/pion/rtp"
	"github.com/pion/rtp/codecs"
	"github.com/pion/webrtc/v4"

	"github.com/lendhand/lendhand/client/internal/encode"
	"github.com/lendhand/lendhand/client/internal/picture"
)

// obu writes an OBU with its size.
func obu(kind byte, body []byte) []byte {
	size := []byte{byte(len(body))}
	if len(body) > 0x7f {
		size = []byte{byte(len(body)&0x7f | 0x80), byte(len(body) >> 7 & 0x7f)}
	}
	if len(body) > 0x3fff {
		size = []byte{byte(len(body)&0x7f | 0x80), byte(len(body)>>7&0x7f | 0x80), byte(len(body) >> 14)}
	}
	return append(append([]byte{kind<<3 | 2}, size...), body...)
}

func payloads(p packer, f picture.Frame, room int) [][]byte {
	var list [][]byte
	p.begin(f)
	for {
		b := make([]byte, room)
		n := p.next(b)
		if n == 0 {
			return list
		}
		list = append(list, b[:n])
	}
}

// What is cut is put together again by the other side's rules.
func TestPackers(t *testing.T) {
	noise := func(n int) []byte {
		b := make([]byte, n)
		for i := range b {
			b[i] = byte(i * 7)
		}
		return b
	}
	for _, size := range []int{1, 30, 126, 127, 128, 1150, 1159, 1160, 1161, 5000, 100_000} {
		for _, room := range []int{leastPayload, 130, 131, 200, maxPacket} {
			for _, c := range []struct {
				codec string
				data  []byte
				back  rtp.Depacketizer
				want  []byte
			}{
				{webrtc.MimeTypeVP8, noise(size), &codecs.VP8Packet{}, noise(size)},
				{webrtc.MimeTypeVP9, noise(size), &codecs.VP9Packet{}, noise(size)},
				{
					webrtc.MimeTypeAV1,
					bytes.Join([][]byte{obu(temporalDelimiter, nil), obu(1, noise(11)), obu(padding, noise(9)), obu(6, noise(size))}, nil),
					&codecs.AV1Depacketizer{}, append(obu(1, noise(11)), obu(6, noise(size))...),
				},
			} {
				p, err := packerOf(encode.Codec{MIMEType: c.codec})
				must(t, err)
				var got []byte
				for _, payload := range payloads(p, picture.Frame{Data: c.data, KeyFrame: true, Size: image.Pt(640, 480)}, room) {
					part, err := c.back.Unmarshal(payload)
					must(t, err)
					got = append(got, part...)
				}
				if !bytes.Equal(got, c.want) {
					t.Errorf("%s of %d bytes in payloads of %d came out as %d bytes, want %d", c.codec, size, room, len(got), len(c.want))
				}
			}
		}
	}
}

// A browser that sees picture IDs on some frames and not on others decodes nothing
// up to the next key frame.
func TestPictureIDs(t *testing.T) {
	first, second := &vp8Packer{}, &vp9Packer{}
	last := uint16(0)
	for n := range 1<<15 + 2 { // picture IDs have 15 bits
		f := picture.Frame{Data: []byte{1, 2, 3}, KeyFrame: n == 0, Size: image.Pt(1920, 1080)}
		var a codecs.VP8Packet
		if _, err := a.Unmarshal(payloads(first, f, maxPacket)[0]); err != nil || a.I != 0 || a.S != 1 {
			t.Fatalf("VP8 frame %d: %+v %v", n, a, err)
		}
		var b codecs.VP9Packet
		if _, err := b.Unmarshal(payloads(second, f, maxPacket)[0]); err != nil || !b.I || b.P != (n > 0) || !b.B || !b.E || b.V != (n == 0) {
			t.Fatalf("VP9 frame %d: %+v %v", n, b, err)
		}
		if n > 0 && b.PictureID != (last+1)&(1<<15-1) {
			t.Fatalf("after the picture %d comes %d", last, b.PictureID)
		}
		if last = b.PictureID; n == 0 && (b.Width[0] != 1920 || b.Height[0] != 1080 || b.PGPDiff[0][0] != 1) {
			t.Errorf("structure %+v", b)
		}
	}
}

// A key frame begins a new sequence, whose headers may differ.
func TestNewSequence(t *testing.T) {
	for _, key := range []bool{true, false} {
		list := payloads(&av1Packer{}, picture.Frame{Data: obu(6, make([]byte, 3000)), KeyFrame: key}, maxPacket)
		for n, payload := range list {
			want := n == 0 && key
			if got := payload[0]&0x08 != 0; got != want {
				t.Errorf("packet %d of a frame, key %v: new sequence %v", n, key, got)
			}
		}
	}
}

func TestWhatIsNotSentOfAV1(t *testing.T) {
	for _, kind := range []byte{temporalDelimiter, tileList, padding} {
		if got := payloads(&av1Packer{}, picture.Frame{Data: obu(kind, []byte{1, 2, 3})}, maxPacket); len(got) > 0 {
			t.Errorf("kind %d: %d packets", kind, len(got))
		}
	}
}

// What is no AV1 does not end the program.
func FuzzAV1(f *testing.F) {
	f.Add([]byte{0x12, 0, 0x0a, 1, 0, 0x32, 2, 1, 2}, 64)
	f.Add([]byte{0x36}, 32)
	f.Add([]byte{0x32, 100, 1, 2}, 64) // longer than it is
	f.Fuzz(func(t *testing.T, data []byte, room int) {
		room = max(leastPayload, min(room, maxPacket))
		total := 0
		for _, payload := range payloads(&av1Packer{}, picture.Frame{Data: data}, room) {
			total += len(payload)
		}
		if limit := 4*len(data) + 4; total > limit {
			t.Errorf("%d bytes became %d", len(data), total)
		}
	})
}

func TestPackersAllocateNothing(t *testing.T) {
	data, room := append(obu(1, make([]byte, 11)), obu(6, make([]byte, 9000))...), make([]byte, maxPacket)
	for _, p := range []packer{&vp8Packer{}, &vp9Packer{}, &av1Packer{}} {
		if n := testing.AllocsPerRun(100, func() {
			for p.begin(picture.Frame{Data: data, KeyFrame: true}); p.next(room) > 0; {
			}
		}); n != 0 {
			t.Errorf("%T: %v allocations for a frame", p, n)
		}
	}
}
