package webm

import "errors"

// bitReader reads numbers of some bits, the highest bit first. After an error it reads
// zeros.
type bitReader struct {
	data []byte
	at   int // in bits
	err  error
}

var errBits = errors.New("the picture's header ends too soon")

// read returns the next n bits, at most 32.
func (r *bitReader) read(n int) (v uint32) {
	for range n {
		if r.at >= len(r.data)*8 {
			r.err = errBits
			return 0
		}
		v = v<<1 | uint32(r.data[r.at/8]>>(7-r.at%8)&1)
		r.at++
	}
	return v
}

// flag returns the next bit.
func (r *bitReader) flag() bool { return r.read(1) == 1 }

// skip passes over n bits.
func (r *bitReader) skip(n int) {
	if r.at += n; r.at > len(r.data)*8 {
		r.at, r.err = len(r.data)*8, errBits
	}
}

// uvlc passes over a number of variable length (AV1, 4.10.3).
func (r *bitReader) uvlc() {
	zeros := 0
	for r.err == nil && !r.flag() {
		zeros++
	}
	r.skip(min(zeros, 32))
}
