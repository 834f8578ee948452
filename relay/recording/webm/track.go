package webm

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// Codec is how pictures are encoded.
type Codec string

// The codecs, as WebM names them.
const (
	VP8 Codec = "V_VP8"
	VP9 Codec = "V_VP9"
	AV1 Codec = "V_AV1"
)

// CodecOf returns the codec that SDP calls by mimeType, such as "video/VP8".
func CodecOf(mimeType string) (Codec, error) {
	switch mimeType {
	case "video/VP8":
		return VP8, nil
	case "video/VP9":
		return VP9, nil
	case "video/AV1":
		return AV1, nil
	}
	return "", fmt.Errorf("no codec %.32q", mimeType)
}

// Track describes the pictures of a segment.
type Track struct {
	Codec Codec
	// Name is the codec's with profile and level, as WebCodecs wants it.
	Name string
	// Width and Height are in pixels.
	Width, Height int
	// Private is what decoders are told before the first picture; it may be empty.
	Private []byte
}

// ErrNoKeyFrame is returned for a picture that needs others before it.
var ErrNoKeyFrame = errors.New("not a key frame")

// Inspect reads the beginning of a key frame.
func Inspect(c Codec, keyFrame []byte) (Track, error) {
	switch c {
	case VP8:
		return inspectVP8(keyFrame)
	case VP9:
		return inspectVP9(keyFrame)
	case AV1:
		return inspectAV1(keyFrame)
	}
	return Track{}, fmt.Errorf("no codec %.32q", string(c))
}

// inspectVP8 reads RFC 6386, 9.1.
func inspectVP8(b []byte) (Track, error) {
	if len(b) < 10 || b[0]&1 != 0 || [3]byte(b[3:6]) != [3]byte{0x9d, 0x01, 0x2a} {
		return Track{}, ErrNoKeyFrame
	}
	t := Track{
		Codec: VP8, Name: "vp8",
		Width:  int(binary.LittleEndian.Uint16(b[6:]) & 0x3fff),
		Height: int(binary.LittleEndian.Uint16(b[8:]) & 0x3fff),
	}
	return t, t.check()
}

func (t *Track) check() error {
	if t.Width < 1 || t.Height < 1 {
		return fmt.Errorf("picture of %d×%d", t.Width, t.Height)
	}
	return nil
}

// vp9Syntax is the colour space RGB, and the sync code of a key frame, in the VP9
// bitstream specification, 6.2.
const (
	vp9RGB  = 7
	vp9Sync = 0x498342
)

// inspectVP9 reads the VP9 bitstream specification, 6.2.
func inspectVP9(b []byte) (Track, error) {
	r := &bitReader{data: b}
	if r.read(2) != 2 {
		return Track{}, ErrNoKeyFrame
	}
	profile := r.read(1) | r.read(1)<<1
	if profile == 3 {
		r.skip(1)
	}
	if showExisting, interFrame := r.flag(), r.flag(); showExisting || interFrame {
		return Track{}, ErrNoKeyFrame
	}
	r.skip(2)
	if r.read(24) != vp9Sync {
		return Track{}, ErrNoKeyFrame
	}
	depth, subsampling := vp9Colour(r, profile)
	t := Track{Codec: VP9, Width: int(r.read(16)) + 1, Height: int(r.read(16)) + 1}
	level := vp9Level(t.Width, t.Height)
	t.Name = fmt.Sprintf("vp09.%02d.%02d.%02d", profile, level, depth)
	// Features of VP9 in WebM: ID, length, value of profile, level, depth, subsampling.
	t.Private = []byte{1, 1, byte(profile), 2, 1, byte(level), 3, 1, byte(depth), 4, 1, subsampling}
	return t, r.err
}

func vp9Colour(r *bitReader, profile uint32) (depth int, subsampling byte) {
	const s420, s422, s444, s440 = 1, 2, 3, 4
	depth = 8
	if profile >= 2 {
		depth = 10 + 2*int(r.read(1))
	}
	odd := profile&1 == 1
	if r.read(3) == vp9RGB {
		if odd {
			r.skip(1)
		}
		return depth, s444
	}
	r.skip(1)
	if !odd {
		return depth, s420
	}
	x, y := r.flag(), r.flag()
	r.skip(1)
	switch {
	case x && y:
		return depth, s420
	case x:
		return depth, s422
	case y:
		return depth, s440
	}
	return depth, s444
}

// vp9Level returns the level that pictures of this size need, at the rates of a desktop;
// the bitstream does not say it.
func vp9Level(width, height int) int {
	levels := []struct{ pixels, level int }{
		{36_864, 10}, {73_728, 11}, {122_880, 20}, {245_760, 21}, {552_960, 30}, {983_040, 31}, {2_228_224, 41},
		{8_912_896, 51},
	}
	for _, l := range levels {
		if width*height <= l.pixels {
			return l.level
		}
	}
	return 61
}
