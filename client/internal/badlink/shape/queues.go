package shape

import "time"

// memory of one packet; larger ones get their own, which is not kept.
const packetMemory = 2048

// copied returns a copy in memory that a former packet left, where there is some.
func (s *Shaper) copied(packet []byte) []byte {
	if len(packet) > packetMemory {
		return append([]byte(nil), packet...)
	}
	if last := len(s.free) - 1; last >= 0 {
		memory := s.free[last]
		s.free = s.free[:last]
		return append(memory[:0], packet...)
	}
	return append(make([]byte, 0, packetMemory), packet...)
}

func (s *Shaper) recycle(packet []byte) {
	if cap(packet) == packetMemory {
		s.free = append(s.free, packet)
	}
}

// fifo is a queue of packets in a ring that grows.
type fifo struct {
	ring        [][]byte
	first, held int
}

func (f *fifo) push(packet []byte) {
	if f.held == len(f.ring) {
		f.grow()
	}
	f.ring[(f.first+f.held)%len(f.ring)] = packet
	f.held++
}

func (f *fifo) pop() ([]byte, bool) {
	if f.held == 0 {
		return nil, false
	}
	packet := f.ring[f.first]
	f.first = (f.first + 1) % len(f.ring)
	f.held--
	return packet, true
}

func (f *fifo) grow() {
	ring := make([][]byte, max(16, 2*len(f.ring)))
	n := copy(ring, f.ring[f.first:])
	copy(ring[n:], f.ring[:f.first])
	f.ring, f.first = ring, 0
}

// arrival is a packet that travels, and when it arrives.
type arrival struct {
	packet   []byte
	at       time.Duration
	sequence uint64
}

// arrivals is a heap (container/heap), the soonest first, and of equal ones the older.
type arrivals []*arrival

func (a arrivals) Len() int      { return len(a) }
func (a arrivals) Swap(i, j int) { a[i], a[j] = a[j], a[i] }
func (a arrivals) Less(i, j int) bool {
	if a[i].at != a[j].at {
		return a[i].at < a[j].at
	}
	return a[i].sequence < a[j].sequence
}

func (a *arrivals) Push(x any) { *a = append(*a, x.(*arrival)) }

func (a *arrivals) Pop() any {
	last := len(*a) - 1
	x := (*a)[last]
	(*a)[last] = nil
	*a = (*a)[:last]
	return x
}
