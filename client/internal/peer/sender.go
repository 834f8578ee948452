package peer

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/pion/rtp"

	"github.com/lendhand/lendhand/client/internal/peer/rate"
	"github.com/lendhand/lendhand/client/internal/picture"
)

const (
	// maxPacket keeps RTP packets within the path MTU that IPv6 guarantees, less what
	// IP, UDP, TURN and SRTP put around them.
	maxPacket = 1160
	// overhead is what they put around a payload without TURN, in bytes, for the rate.
	overhead = 70
	// clockRate is the RTP clock of all video in Hz.
	clockRate = 90_000
	// assumedRate is what a path is taken for until it is known better, in bits a second:
	// few take less.
	assumedRate = 1_500_000
	// trialGap is the least time between two frames that are cut smaller than needed.
	trialGap = 500 * time.Millisecond
	// history is the number of packets that can be sent again: a second at 10 Mbit/s.
	history = 1 << 10
)

var errClosed = errors.New("connection closed")

// ErrHeld says that a frame was cut short, or not begun, as nothing may leave. See
// [Conn.Hold].
var ErrHeld = errors.New("held back")

// kept is a packet that may be sent again.
type kept struct {
	sequence    uint16
	transport   uint16 // the number that it was sent under last
	payloadType uint8
	marker      bool
	used, acked bool
	stamp       uint32
	sent        time.Time // last
	payload     []byte    // reused
}

// sender sends one stream of packets, no faster than the network takes them, and again
// those that were lost. In the steady state it allocates nothing.
type sender struct {
	// Set at construction.
	track   *track
	packers map[string]packer // by encode.Codec.Key
	rate    *rate.Estimator
	offset  uint32 // of the RTP timestamps
	start   time.Time
	done    chan struct{}

	timer *time.Timer // owned by the caller of write

	// Guarded by mu.
	mu        sync.Mutex
	next      uint16 // RTP sequence number
	ring      [history]kept
	transport [1 << 12]uint16 // RTP sequence numbers by transport-wide number
	header    rtp.Header
	number    [2]byte // the transport-wide number, as the header carries it
	bucket    bucket
	unacked   int       // packets in ring
	fresh     time.Time // when a packet was sent for the first time, last
	keyed     time.Time // when the last key frame was begun
	keyFirst  uint16    // its first RTP sequence number
	keyEnds   uint16    // the one after its last, while whole
	whole     bool      // all of it was sent
	heard     bool      // the technician's side reports what arrives
	expected  uint16    // the transport-wide number that the next report begins with
	tried     time.Time // when a frame was cut smaller, to tell of the network
	tail      tail
	closed    bool
	held      bool // nothing leaves
}

func newSender(t *track, packers map[string]packer) *sender {
	s := &sender{
		track: t, packers: packers, rate: rate.New(assumedRate), done: make(chan struct{}),
		offset: rand.Uint32(), next: uint16(rand.Uint32()), //nolint:gosec // not a secret
		timer: time.NewTimer(time.Hour), start: time.Now(),
	}
	s.timer.Stop()
	s.tail.timer = time.AfterFunc(time.Hour, s.probe)
	s.tail.timer.Stop()
	return s
}

// timestamp returns the RTP timestamp of a picture that was taken at that time.
func (s *sender) timestamp(at time.Time) uint32 {
	ticks := at.Sub(s.start).Microseconds() * clockRate / 1_000_000
	return s.offset + uint32(ticks) //nolint:gosec // wraps around (RFC 3550 section 5.1)
}

// write cuts a frame into packets and sends them. It returns when the last has left.
func (s *sender) write(f picture.Frame) error {
	b := s.track.negotiated()
	if b == nil {
		return errors.New("write frame: nothing is negotiated")
	}
	payloadType, ok := b.types[f.Codec]
	if !ok {
		return fmt.Errorf("write frame: %w: %q was not negotiated", ErrNoCodec, f.Codec)
	}
	stamp := s.timestamp(f.At)
	p := s.packers[f.Codec]
	room := s.room(len(f.Data), time.Now())
	if f.KeyFrame {
		s.forget()
		defer s.keyLeft()
	}
	for p.begin(f); ; {
		more, err := s.first(b, p, room, kept{payloadType: payloadType, stamp: stamp})
		if err != nil {
			return fmt.Errorf("write frame: %w", err)
		}
		if !more {
			return nil
		}
	}
}

// hold lets no packet leave, not even again, until it is called with false. What was
// sent before is not sent again after that either.
func (s *sender) hold(on bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.held = on; !on {
		return
	}
	for n := range s.ring {
		s.ring[n].used = false
	}
	s.unacked = 0
	s.tail.timer.Stop()
}

// forget gives up what was sent before a key frame: nobody misses it any more.
func (s *sender) forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for n := range s.ring {
		s.ring[n].acked = true
	}
	s.unacked = 0
	s.keyed, s.keyFirst, s.whole = time.Now(), s.next, false
}

// keyLeft notes that all of a key frame was sent.
func (s *sender) keyLeft() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.keyEnds, s.whole = s.next, true
}

// keyComes reports whether a key frame is on its way, as far as is known.
func (s *sender) keyComes() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.heard || time.Since(s.keyed) > keyWithin {
		return false
	}
	for n := s.keyFirst; s.whole && n != s.keyEnds; n++ {
		if k := &s.ring[n%history]; k.used && !k.acked && k.sequence == n {
			return true
		}
	}
	return !s.whole
}

// evenly returns the room for each payload of a frame of n bytes, so that all are about
// as long: a short last one would say little about the network.
func evenly(n int) int {
	const once, each = 12, 5 // what a packer adds, at most
	n += once
	packets := n/(maxPacket-each) + 1
	return min(maxPacket, max(leastPayload, n/packets+each))
}

// room returns the room for each payload of a frame of n bytes. Now and then a small one is
// cut into more packets than it needs, which then tell whether the network takes more than
// the pictures are made for.
func (s *sender) room(n int, now time.Time) int {
	const most = 8
	room := evenly(n)
	want := s.rate.Wanted(now)
	s.mu.Lock()
	defer s.mu.Unlock()
	if want == 0 || now.Sub(s.tried) < trialGap {
		return room
	}
	for packets := n/room + 1; packets <= most; packets++ {
		payload := max(leastPayload, n/packets)
		if (n/payload-1)*(payload+overhead) >= want {
			s.tried = now
			return min(room, payload)
		}
	}
	return room
}

// first sends the next payload of a frame for the first time, when it is its turn. It
// reports whether it sent one with more behind it.
func (s *sender) first(b *bound, p packer, room int, k kept) (more bool, err error) {
	if err := s.turn(); err != nil {
		return false, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.closed:
		return false, errClosed
	case s.held:
		return false, ErrHeld
	}
	place := &s.ring[s.next%history]
	if place.used && !place.acked {
		s.unacked--
	}
	if place.payload == nil {
		place.payload = make([]byte, maxPacket)
	}
	k.payload = place.payload[:maxPacket]
	n := p.next(k.payload[:room])
	if n == 0 {
		return false, nil
	}
	k.payload, k.sequence, k.used, k.marker = k.payload[:n], s.next, true, p.empty()
	*place = k
	s.next++
	s.unacked++
	s.fresh, s.tail.early = time.Now(), false
	// A packet that the network does not take is lost like others: the path may come back.
	_ = s.send(b, place, false)
	return !k.marker, nil
}

// send sends a packet, for the first time or again. It is called with mu held.
func (s *sender) send(b *bound, k *kept, again bool) error {
	now := time.Now()
	size := len(k.payload) + overhead
	s.bucket.spend(size, now, s.rate.State(now))
	k.transport, k.sent = s.rate.Sent(size, again, now), now
	s.transport[int(k.transport)%len(s.transport)] = k.sequence
	s.head(b, k)
	s.await(now)
	_, err := b.stream.WriteRTP(&s.header, k.payload)
	return err
}

// head makes the header of a packet. It is called with mu held.
func (s *sender) head(b *bound, k *kept) {
	if s.header.SSRC != b.ssrc {
		s.header = rtp.Header{Version: 2, SSRC: b.ssrc}
		b.extend(&s.header, s.number[:])
	}
	s.number[0], s.number[1] = byte(k.transport>>8), byte(k.transport)
	s.header.PayloadType, s.header.Marker = k.payloadType, k.marker
	s.header.SequenceNumber, s.header.Timestamp = k.sequence, k.stamp
}

// network returns how the network stands.
func (s *sender) network(now time.Time) picture.Network {
	state := s.rate.State(now)
	s.mu.Lock()
	defer s.mu.Unlock()
	late := state.Unheard > state.Patience()+stalledAfter && state.Unheard < stalledAtMost
	return picture.Network{
		BitsPerSecond: state.BitsPerSecond, Measured: state.Measured, Queue: state.Queue,
		RoundTrip: state.RoundTrip, Loss: state.Loss,
		Stalled: s.heard && late,
	}
}

// close ends every wait.
func (s *sender) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.closed {
		s.closed = true
		s.tail.timer.Stop()
		close(s.done)
	}
}
