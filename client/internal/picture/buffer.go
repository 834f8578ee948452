package picture

import "sync/atomic"

// spare is the number of buffers that are kept for the next frames.
const spare = 2 * maxQueue

// buffer is a frame that several sinks may hold. When the last has let go of it, its
// memory is used again.
type buffer struct {
	frame Frame
	data  []byte
	users atomic.Int32
	free  chan<- *buffer
}

// newBuffer returns a buffer with a copy of the frame and its data, held by the caller.
func newBuffer(free chan *buffer, f Frame) *buffer {
	var b *buffer
	select {
	case b = <-free:
	default:
		b = &buffer{free: free}
	}
	b.data = append(b.data[:0], f.Data...)
	b.frame = f
	b.frame.Data = b.data
	b.users.Store(1)
	return b
}

func (b *buffer) take() { b.users.Add(1) }

func (b *buffer) release() {
	if b.users.Add(-1) > 0 {
		return
	}
	select {
	case b.free <- b:
	default: // there are enough
	}
}
