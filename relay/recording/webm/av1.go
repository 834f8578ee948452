package webm

import (
	"errors"
	"fmt"
)

// Types of open bitstream units (AV1, 6.2.2).
const (
	obuSequenceHeader    = 1
	obuTemporalDelimiter = 2
	obuTileList          = 8
	obuPadding           = 15
)

var errOBU = errors.New("not a sequence of open bitstream units")

// obu is one unit: Whole with its header, Body without.
type obu struct {
	kind        byte
	whole, body []byte
}

// cutOBU cuts the first unit off b (AV1, 5.3). A unit without a size is the last one.
func cutOBU(b []byte) (u obu, rest []byte, err error) {
	if len(b) == 0 || b[0]&0x80 != 0 {
		return u, nil, errOBU
	}
	n := 1 + int(b[0]>>2&1)
	if len(b) < n {
		return u, nil, errOBU
	}
	u.kind = b[0] >> 3 & 15
	if b[0]&2 == 0 {
		u.whole, u.body = b, b[n:]
		return u, nil, nil
	}
	size, width := leb128(b[n:])
	if n += width; width == 0 || size > uint64(len(b)-n) {
		return u, nil, errOBU
	}
	end := n + int(size)
	u.whole, u.body = b[:end], b[n:end]
	return u, b[end:], nil
}

// leb128 reads a number (AV1, 4.10.5). Width 0 means that there is none.
func leb128(b []byte) (v uint64, width int) {
	for i, c := range b[:min(len(b), 8)] {
		v |= uint64(c&0x7f) << (7 * i)
		if c&0x80 == 0 {
			return v, i + 1
		}
	}
	return 0, 0
}

// stripAV1 leaves out what a Block of WebM does not hold: temporal delimiters, tile lists
// and padding.
func stripAV1(b []byte) (kept []byte, err error) {
	for len(b) > 0 {
		u, rest, err := cutOBU(b)
		if err != nil {
			return nil, err
		}
		switch u.kind {
		case obuTemporalDelimiter, obuTileList, obuPadding:
		default:
			kept = append(kept, u.whole...)
		}
		b = rest
	}
	if len(kept) == 0 {
		return nil, errOBU
	}
	return kept, nil
}

// inspectAV1 looks for the sequence header, which every key frame is sent with.
func inspectAV1(b []byte) (Track, error) {
	for len(b) > 0 {
		u, rest, err := cutOBU(b)
		if err != nil {
			return Track{}, err
		}
		if u.kind == obuSequenceHeader {
			return parseSequence(u)
		}
		b = rest
	}
	return Track{}, ErrNoKeyFrame
}

// sequence is what is wanted of a sequence header (AV1, 5.5).
type sequence struct {
	profile, level, tier             uint32
	width, height                    int
	highDepth, twelve, mono          bool
	subsamplingX, subsamplingY       bool
	samplePosition                   uint32
	delayBits                        int // of the decoder model; 0 without one
	reduced, orderHint, displayDelay bool
}

func parseSequence(u obu) (Track, error) {
	r, s := &bitReader{data: u.body}, sequence{}
	s.profile = r.read(3)
	r.skip(1)
	if s.reduced = r.flag(); s.reduced {
		s.level = r.read(5)
	} else {
		s.timing(r)
		s.operatingPoints(r)
	}
	s.size(r)
	s.tools(r)
	s.colour(r)
	if r.err != nil {
		return Track{}, r.err
	}
	return s.track(u)
}

func (s *sequence) timing(r *bitReader) {
	if r.flag() {
		r.skip(64)
		if r.flag() {
			r.uvlc()
		}
		if r.flag() {
			s.delayBits = int(r.read(5)) + 1
			r.skip(32 + 5 + 5)
		}
	}
	s.displayDelay = r.flag()
}

func (s *sequence) operatingPoints(r *bitReader) {
	for i := range int(r.read(5)) + 1 {
		r.skip(12)
		level, tier := r.read(5), uint32(0)
		if level > 7 {
			tier = r.read(1)
		}
		if i == 0 {
			s.level, s.tier = level, tier
		}
		if s.delayBits > 0 && r.flag() {
			r.skip(2*s.delayBits + 1)
		}
		if s.displayDelay && r.flag() {
			r.skip(4)
		}
	}
}

func (s *sequence) size(r *bitReader) {
	widthBits, heightBits := int(r.read(4))+1, int(r.read(4))+1
	s.width, s.height = int(r.read(widthBits))+1, int(r.read(heightBits))+1
	if !s.reduced && r.flag() {
		r.skip(4 + 3)
	}
}

func (s *sequence) tools(r *bitReader) {
	r.skip(3)
	if !s.reduced {
		r.skip(4)
		if s.orderHint = r.flag(); s.orderHint {
			r.skip(2)
		}
		screenContent := true
		if !r.flag() {
			screenContent = r.flag()
		}
		if screenContent && !r.flag() {
			r.skip(1)
		}
		if s.orderHint {
			r.skip(3)
		}
	}
	r.skip(3)
}

// colour reads AV1, 5.5.2.
func (s *sequence) colour(r *bitReader) {
	s.highDepth = r.flag()
	s.twelve = s.profile == 2 && s.highDepth && r.flag()
	s.mono = s.profile != 1 && r.flag()
	description := uint32(0x020202)
	if r.flag() {
		description = r.read(24)
	}
	const sRGB = 0x010d00
	switch {
	case s.mono:
		r.skip(1)
		s.subsamplingX, s.subsamplingY = true, true
		return
	case description == sRGB:
		return
	}
	r.skip(1)
	switch s.profile {
	case 0:
		s.subsamplingX, s.subsamplingY = true, true
	case 2:
		s.subsamplingX = !s.twelve || r.flag()
		s.subsamplingY = s.twelve && s.subsamplingX && r.flag()
	}
	if s.subsamplingX && s.subsamplingY {
		s.samplePosition = r.read(2)
	}
}

// track writes the codec's name, and av1C, by the mapping of AV1 to Matroska.
func (s *sequence) track(u obu) (Track, error) {
	depth, tier := 8, "M"
	switch {
	case s.twelve:
		depth = 12
	case s.highDepth:
		depth = 10
	}
	if s.tier == 1 {
		tier = "H"
	}
	if s.profile > 2 {
		return Track{}, fmt.Errorf("AV1 of profile %d", s.profile)
	}
	t := Track{Codec: AV1, Width: s.width, Height: s.height}
	t.Name = fmt.Sprintf("av01.%d.%02d%s.%02d", s.profile, s.level, tier, depth)
	format := byte(s.tier<<7) | bit(s.highDepth, 6) | bit(s.twelve, 5) | bit(s.mono, 4) |
		bit(s.subsamplingX, 3) | bit(s.subsamplingY, 2) | byte(s.samplePosition)
	t.Private = append([]byte{0x81, byte(s.profile<<5 | s.level), format, 0}, sized(u)...)
	return t, nil
}

func bit(set bool, at int) byte {
	if set {
		return 1 << at
	}
	return 0
}

// sized returns the unit with a size in it, which av1C wants.
func sized(u obu) []byte {
	if u.whole[0]&2 != 0 {
		return u.whole
	}
	n := len(u.whole) - len(u.body)
	b := append([]byte{u.whole[0] | 2}, u.whole[1:n]...)
	size := len(u.body)
	for ; size >= 0x80; size >>= 7 {
		b = append(b, byte(size)|0x80)
	}
	return append(append(b, byte(size)), u.body...)
}
