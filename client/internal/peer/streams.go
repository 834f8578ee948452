package peer

import (
	"errors"
	"fmt"
	"io"
	"sync"

	"github.com/pion/transport/v4/packetio"
)

const (
	// maxStreams is the number of streams that a technician may name in media and
	// reports. A browser names this side's one, and a few of its own.
	maxStreams = 32
	// maxStreamBuffer is what waits of one stream, in bytes: reports, as no media comes.
	maxStreamBuffer = 64 << 10
)

var errStreams = errors.New("more streams than any browser names")

// streams makes the buffers of what comes in. pion keeps one for every stream that a
// packet names, until the connection ends: their number is limited here.
type streams struct {
	broken func(error) // called once, with mu held

	// Guarded by mu.
	mu   sync.Mutex
	seen map[uint32]bool
	told bool
}

func newStreams(broken func(error)) *streams {
	return &streams{broken: broken, seen: make(map[uint32]bool)}
}

// buffer is pion's BufferFactory.
func (s *streams) buffer(_ packetio.BufferPacketType, ssrc uint32) io.ReadWriteCloser {
	if !s.admit(ssrc) {
		return refused{}
	}
	b := packetio.NewBuffer()
	b.SetLimitSize(maxStreamBuffer)
	return b
}

// admit reports whether there may be a stream of that number.
func (s *streams) admit(ssrc uint32) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.seen[ssrc] {
		return true
	}
	if len(s.seen) < maxStreams {
		s.seen[ssrc] = true
		return true
	}
	if !s.told {
		s.told = true
		s.broken(fmt.Errorf("media: %w", errStreams))
	}
	return false
}

// refused is the buffer of a stream that there may not be.
type refused struct{}

// Read implements io.Reader.
func (refused) Read([]byte) (int, error) { return 0, io.EOF }

// Write implements io.Writer. Its error makes pion drop the rest of the packet.
func (refused) Write([]byte) (int, error) { return 0, errStreams }

// Close implements io.Closer.
func (refused) Close() error { return nil }
