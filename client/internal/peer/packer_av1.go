package peer

import "github.com/lendhand/lendhand/client/internal/picture"

// The kinds of OBU that are not sent (RTP payload format for AV1, section 5).
const (
	temporalDelimiter = 2
	tileList          = 8
	padding           = 15
)

// av1Packer follows the RTP payload format for AV1 of the Alliance for Open Media, section 4.
// Every OBU element has its length in front (W = 0).
type av1Packer struct {
	rest  []byte // of the frame, after the present OBU
	head  [2]byte
	first []byte // what is left of the present OBU's header
	body  []byte // and of what follows it
	key   bool
	begun bool // the frame has
	cut   bool // the present OBU was begun in an earlier packet
}

func (p *av1Packer) begin(f picture.Frame) {
	*p = av1Packer{rest: f.Data, key: f.KeyFrame}
	p.advance()
}

func (p *av1Packer) empty() bool { return p.left() == 0 }

func (p *av1Packer) next(payload []byte) int {
	const continues, goesOn, newSequence = 0x80, 0x40, 0x08 // Z, Y, N
	if p.left() == 0 {
		return 0
	}
	payload[0] = 0
	if p.cut {
		payload[0] |= continues
	}
	if !p.begun && p.key {
		payload[0] |= newSequence
	}
	p.begun = true
	n := 1
	for p.left() > 0 && len(payload)-n >= 3 { // two bytes of length and one of the OBU
		n += p.element(payload[n:])
		if p.cut = p.left() > 0; p.cut {
			payload[0] |= goesOn
			break
		}
		p.advance()
	}
	return n
}

// element writes as much of the present OBU as there is room for, and its length before.
func (p *av1Packer) element(b []byte) int {
	const sevenBits = 0x7f
	size := min(p.left(), len(b)-2)
	n := 0
	if size > sevenBits { // leb128 (AV1 specification, section 4.10.5)
		b[n] = byte(size&sevenBits | 0x80)
		b[n+1] = byte(size >> 7) //nolint:gosec // a packet has less than 2^14 bytes
		n += 2
	} else {
		b[n] = byte(size)
		n++
	}
	end := n + size
	c := copy(b[n:end], p.first)
	p.first = p.first[c:]
	n += c
	c = copy(b[n:end], p.body)
	p.body = p.body[c:]
	return end
}

func (p *av1Packer) left() int { return len(p.first) + len(p.body) }

// advance goes to the next OBU that is sent (AV1 specification, section 5.3).
func (p *av1Packer) advance() {
	for len(p.rest) > 0 {
		kind := p.rest[0] >> 3 & 0xf
		p.take()
		if kind != temporalDelimiter && kind != tileList && kind != padding {
			return
		}
		p.first, p.body = nil, nil
	}
}

// take takes the next OBU's header and body, without its size.
func (p *av1Packer) take() {
	const hasExtension, hasSize = 0x04, 0x02
	n := 1
	p.head[0] = p.rest[0] &^ hasSize
	sized := p.rest[0]&hasSize != 0
	if p.rest[0]&hasExtension != 0 && len(p.rest) > 1 {
		p.head[1] = p.rest[1]
		n = 2
	}
	p.first, p.rest = p.head[:n], p.rest[n:]
	size := len(p.rest)
	if sized {
		size = p.size()
	}
	p.body, p.rest = p.rest[:size], p.rest[size:]
}

// size reads a leb128 from rest, no more than what follows it.
func (p *av1Packer) size() int {
	size := 0
	for n := 0; n < 8 && len(p.rest) > 0; n++ {
		b := p.rest[0]
		p.rest = p.rest[1:]
		size |= int(b&0x7f) << (7 * n)
		if b&0x80 == 0 {
			break
		}
	}
	return min(size, len(p.rest))
}
