package peer

import (
	"time"

	"github.com/lendhand/lendhand/client/internal/peer/rate"
)

const (
	// Small frames leave at once: so many bytes may, after a while without any. On a path
	// that loses much, as its queue may be short, fewer.
	atOnce      = 12_000
	atOnceLossy = 5_000
	// mostQueued is how much the network may have to do before what is left of a frame
	// waits, and nothing is sent again: many queues are not much longer, and what they do
	// not hold is lost, asked for and sent once more.
	mostQueued = 200 * time.Millisecond
	// waitAtLeast is the shortest wait that is worth a timer.
	waitAtLeast = 500 * time.Microsecond
)

// bucket says when the next packet may leave. It has no clock of its own.
type bucket struct {
	bytes float64 // that may leave, negative after a burst
	at    time.Time
	pace  float64 // bytes a second
}

// spend takes a packet out.
func (b *bucket) spend(bytes int, now time.Time, s rate.State) {
	b.pace = float64(s.Pace()) / 8
	room := float64(atOnce)
	if s.Lossy() {
		room = atOnceLossy
	}
	if b.at.IsZero() {
		b.bytes = room
	}
	b.bytes = min(room, b.bytes+now.Sub(b.at).Seconds()*b.pace) - float64(bytes)
	b.at = now
}

// wait returns how long the next packet has to wait.
func (b *bucket) wait(now time.Time) time.Duration {
	if b.bytes >= 0 || b.pace == 0 {
		return 0
	}
	return time.Duration(-b.bytes/b.pace*float64(time.Second)) - now.Sub(b.at)
}

// turn waits until a new packet may leave. What is sent again comes before it. It looks
// at the network again every few milliseconds: reports change what is known of it.
func (s *sender) turn() error {
	for {
		s.mu.Lock()
		now := time.Now()
		wait := s.bucket.wait(now)
		s.mu.Unlock()
		const look = 10 * time.Millisecond
		wait = max(wait, min(s.rate.State(now).Queue-mostQueued, look))
		if wait < waitAtLeast {
			return nil
		}
		s.timer.Reset(wait)
		select {
		case <-s.timer.C:
		case <-s.done:
			return errClosed
		}
	}
}
