package webm

import (
	"encoding/binary"
	"errors"
	"math/bits"
)

// The elements that are written, by RFC 9559.
const (
	idEBML               = 0x1A45DFA3
	idEBMLVersion        = 0x4286
	idEBMLReadVersion    = 0x42F7
	idEBMLMaxIDLength    = 0x42F2
	idEBMLMaxSizeLength  = 0x42F3
	idDocType            = 0x4282
	idDocTypeVersion     = 0x4287
	idDocTypeReadVersion = 0x4285
	idSegment            = 0x18538067
	idSeekHead           = 0x114D9B74
	idSeek               = 0x4DBB
	idSeekID             = 0x53AB
	idSeekPosition       = 0x53AC
	idInfo               = 0x1549A966
	idTimestampScale     = 0x2AD7B1
	idDuration           = 0x4489
	idMuxingApp          = 0x4D80
	idWritingApp         = 0x5741
	idTracks             = 0x1654AE6B
	idTrackEntry         = 0xAE
	idTrackNumber        = 0xD7
	idTrackUID           = 0x73C5
	idTrackType          = 0x83
	idFlagLacing         = 0x9C
	idCodecID            = 0x86
	idCodecPrivate       = 0x63A2
	idVideo              = 0xE0
	idPixelWidth         = 0xB0
	idPixelHeight        = 0xBA
	idCluster            = 0x1F43B675
	idTimestamp          = 0xE7
	idSimpleBlock        = 0xA3
	idCues               = 0x1C53BB6B
	idCuePoint           = 0xBB
	idCueTime            = 0xB3
	idCueTrackPositions  = 0xB7
	idCueTrack           = 0xF7
	idCueClusterPosition = 0xF1
)

// unknownSize stands for "until the end".
const unknownSize = 1<<56 - 1

func appendID(b []byte, id uint32) []byte {
	n := (bits.Len32(id) + 7) / 8
	return append(b, binary.BigEndian.AppendUint32(nil, id)[4-n:]...)
}

// appendSize writes a size in as few bytes as hold it.
func appendSize(b []byte, size uint64) []byte {
	n := 1
	for n < 8 && size >= 1<<(7*n)-1 {
		n++
	}
	return appendWideSize(b, size, n)
}

// appendWideSize writes a size in n bytes.
func appendWideSize(b []byte, size uint64, n int) []byte {
	return append(b, binary.BigEndian.AppendUint64(nil, size|1<<(7*n))[8-n:]...)
}

// element appends an element that holds the parts, one after the other.
func element(b []byte, id uint32, parts ...[]byte) []byte {
	size := 0
	for _, p := range parts {
		size += len(p)
	}
	b = appendSize(appendID(b, id), uint64(size))
	for _, p := range parts {
		b = append(b, p...)
	}
	return b
}

// number returns an element with an unsigned number.
func number(id uint32, v uint64) []byte {
	n := max(1, (bits.Len64(v)+7)/8)
	return element(nil, id, binary.BigEndian.AppendUint64(nil, v)[8-n:])
}

// wideNumber returns an element with a number in eight bytes, to be filled in later.
func wideNumber(id uint32, v uint64) []byte {
	return element(nil, id, binary.BigEndian.AppendUint64(nil, v))
}

func text(id uint32, s string) []byte { return element(nil, id, []byte(s)) }

var (
	errShort  = errors.New("the data ends within an element")
	errLayout = errors.New("not the layout of a recording's video")
)

// next cuts the first element off b. An element of unknown size has the rest as body.
func next(b []byte) (id uint32, body, rest []byte, err error) {
	if len(b) == 0 || b[0] < 0x10 {
		return 0, nil, nil, errShort
	}
	n := bits.LeadingZeros8(b[0]) + 1
	if len(b) < n+1 || b[n] == 0 {
		return 0, nil, nil, errShort
	}
	for _, c := range b[:n] {
		id = id<<8 | uint32(c)
	}
	b = b[n:]
	n = bits.LeadingZeros8(b[0]) + 1
	if len(b) < n {
		return 0, nil, nil, errShort
	}
	size := uint64(b[0]) &^ (1 << (8 - n))
	for _, c := range b[1:n] {
		size = size<<8 | uint64(c)
	}
	b = b[n:]
	if n == 8 && size == unknownSize {
		return id, b, nil, nil
	}
	if size > uint64(len(b)) {
		return 0, nil, nil, errShort
	}
	return id, b[:size], b[size:], nil
}

// unsigned reads the body of a number.
func unsigned(body []byte) (v uint64, err error) {
	if len(body) > 8 {
		return 0, errLayout
	}
	for _, c := range body {
		v = v<<8 | uint64(c)
	}
	return v, nil
}
