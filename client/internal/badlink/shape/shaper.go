package shape

import (
	"container/heap"
	"math/rand/v2"
	"time"
)

// Shaper does to packets what one direction of a network does. A packet waits for the
// line, is put on it bit by bit, travels, and arrives or is lost. Moments are durations
// since whatever the caller counts from, and never go back. It is not safe for
// concurrent use.
type Shaper struct {
	settings Settings
	random   *rand.Rand
	counters Counters

	waiting fifo // for the line
	sending struct {
		busy   bool
		packet []byte
		until  time.Duration
	}
	travelling arrivals
	newest     time.Duration // when the last of those arrives
	sequence   uint64

	given []byte   // by Pop, until its next call
	free  [][]byte // memory of packets that are no more
}

// Counters say what became of the packets.
type Counters struct {
	// EnteredPackets and EnteredBytes came, LeftPackets and LeftBytes arrived.
	EnteredPackets int64 `json:"enteredPackets"`
	EnteredBytes   int64 `json:"enteredBytes"`
	LeftPackets    int64 `json:"leftPackets"`
	LeftBytes      int64 `json:"leftBytes"`
	// Lost on the line, by chance.
	Lost int64 `json:"lost"`
	// Overflowed found the queue full.
	Overflowed int64 `json:"overflowed"`
	// Cut off, while the direction was down.
	Cut int64 `json:"cut"`
	// WaitingBytes wait for the line now; MostBytes is the most that ever did.
	WaitingBytes int64 `json:"waitingBytes"`
	MostBytes    int64 `json:"mostBytes"`
}

// New returns a shaper. The same seed loses the same packets of the same sequence.
func New(settings Settings, seed uint64) *Shaper {
	return &Shaper{settings: settings, random: rand.New(rand.NewPCG(seed, 0))}
}

// Settings returns those in force.
func (s *Shaper) Settings() Settings { return s.settings }

// Counters returns what became of the packets until now.
func (s *Shaper) Counters() Counters { return s.counters }

// Change puts other settings in force. The packet that is just put on the line, and those
// that travel, keep the time they were given.
func (s *Shaper) Change(now time.Duration, settings Settings) {
	s.advance(now)
	s.settings = settings
	if settings.Down {
		s.cut()
	}
}

// Push takes a copy of a packet that came.
func (s *Shaper) Push(now time.Duration, packet []byte) {
	s.advance(now)
	s.counters.EnteredPackets++
	s.counters.EnteredBytes += int64(len(packet))
	switch waiting := s.counters.WaitingBytes + int64(len(packet)); {
	case s.settings.Down:
		s.counters.Cut++
	case !s.sending.busy:
		s.send(now, s.copied(packet))
	case waiting > s.settings.room():
		s.counters.Overflowed++
	default:
		s.waiting.push(s.copied(packet))
		s.counters.WaitingBytes = waiting
		s.counters.MostBytes = max(s.counters.MostBytes, waiting)
	}
}

// Pop returns a packet that has arrived, in order of arrival, or nil when there is no
// more. It is the caller's until the next call.
func (s *Shaper) Pop(now time.Duration) []byte {
	s.recycle(s.given)
	s.given = nil
	s.advance(now)
	if len(s.travelling) == 0 || s.travelling[0].at > now {
		return nil
	}
	s.given = heap.Pop(&s.travelling).(*arrival).packet
	s.counters.LeftPackets++
	s.counters.LeftBytes += int64(len(s.given))
	return s.given
}

// Next returns when a packet may arrive next: Pop is then to be called. It reports false
// when none is here. That a packet leaves the line is no reason to be called.
func (s *Shaper) Next() (time.Duration, bool) {
	soonest := s.sending.until + s.settings.Delay
	switch {
	case len(s.travelling) > 0 && s.sending.busy:
		return min(s.travelling[0].at, soonest), true
	case len(s.travelling) > 0:
		return s.travelling[0].at, true
	default:
		return soonest, s.sending.busy
	}
}

// advance does what was due until now, each thing as of the moment it was due at, so that
// a late caller does not make the line slower.
func (s *Shaper) advance(now time.Duration) {
	for s.sending.busy && s.sending.until <= now {
		at := s.sending.until
		s.travel(at, s.sending.packet)
		s.sending.busy = false
		if next, ok := s.waiting.pop(); ok {
			s.counters.WaitingBytes -= int64(len(next))
			s.send(at, next)
		}
	}
}

func (s *Shaper) send(now time.Duration, packet []byte) {
	s.sending.busy = true
	s.sending.packet = packet
	s.sending.until = now + s.settings.onLine(len(packet))
}

func (s *Shaper) travel(now time.Duration, packet []byte) {
	if s.random.Float64() < s.settings.Loss {
		s.counters.Lost++
		s.recycle(packet)
		return
	}
	at := now + s.settings.Delay
	if s.settings.Jitter > 0 {
		at += time.Duration(s.random.Int64N(int64(s.settings.Jitter) + 1))
	}
	if !s.settings.Reorder {
		at = max(at, s.newest)
	}
	s.newest = max(at, s.newest)
	s.sequence++
	heap.Push(&s.travelling, &arrival{packet: packet, at: at, sequence: s.sequence})
}

// cut loses all that is under way.
func (s *Shaper) cut() {
	if s.sending.busy {
		s.lose(s.sending.packet)
	}
	for packet, ok := s.waiting.pop(); ok; packet, ok = s.waiting.pop() {
		s.lose(packet)
	}
	for _, a := range s.travelling {
		s.lose(a.packet)
	}
	s.sending.busy = false
	s.travelling = s.travelling[:0]
	s.newest = 0
	s.counters.WaitingBytes = 0
}

func (s *Shaper) lose(packet []byte) {
	s.counters.Cut++
	s.recycle(packet)
}
