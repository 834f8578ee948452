//go:build linux

package pipewire

import (
	"fmt"
	"image"
	"sync"
	"sync/atomic"
	"time"
	"unsafe"

	"github.com/lendhand/lendhand/client/internal/capture"
)

// maxError bounds what is read of the library's words about an error.
const maxError = 200

// The library knows a stream by a number, and what it calls looks it up here: functions
// for it cannot be made for each stream, because they are never given back. A number is
// never used again, so that a late call finds nothing.
var (
	streams    sync.Map // of *stream by uintptr
	lastNumber atomic.Uintptr
)

func lookUp(number uintptr) *stream {
	s, _ := streams.Load(number)
	found, _ := s.(*stream)
	return found
}

// stream is the pictures of one monitor. The library calls with the thread's lock held;
// whoever else takes mu has that lock too, if they call the library.
type stream struct {
	// Set at construction.
	source *Source
	Stream
	number uintptr
	arena  *arena
	pods   int // where in the arena values for a call are written
	handle unsafe.Pointer

	// Guarded by the source's mu.
	format  format // of no size before it is agreed on
	held    *pwBuffer
	at      time.Time // when held came
	damage  []image.Rectangle
	unknown bool // what changed is to be found by comparing
	lost    error
	picture *image.RGBA // the last that was taken, its pixels as they came; nil for none
}

// connect begins to take pictures. The thread's lock is held.
func (s *stream) connect(core unsafe.Pointer) error {
	var err error
	if s.arena, err = newArena(); err != nil {
		return err
	}
	l := s.source.library
	h := (*hook)(s.arena.take(unsafe.Sizeof(hook{})))
	e := (*events)(s.arena.take(unsafe.Sizeof(events{})))
	e.stateChanged, e.paramChanged = l.stateChanged, l.paramChanged
	e.removeBuffer, e.process = l.removeBuffer, l.process
	s.pods = s.arena.used
	properties := l.properties("media.type=Video media.category=Capture media.role=Screen")
	if s.handle = l.streamNew(core, "lendhand", properties); s.handle == nil {
		return fmt.Errorf("%w: PipeWire makes no stream", capture.ErrNoDisplay)
	}
	s.number = lastNumber.Add(1)
	streams.Store(s.number, s)
	l.streamListen(s.handle, h, e, s.number)
	const input, autoConnect, mapBuffers, dontReconnect = 0, 1, 4, 128
	list, count := s.arena.pods(s.pods, wanted())
	if code := l.streamConnect(s.handle, input, s.Node, autoConnect|mapBuffers|dontReconnect, list, count); code < 0 {
		return fmt.Errorf("%w: PipeWire does not connect to node %d: error %d", capture.ErrNoDisplay, s.Node, -code)
	}
	return nil
}

// close gives everything back. The thread does not run any more.
func (s *stream) close() error {
	streams.Delete(s.number)
	if s.handle != nil {
		s.source.library.streamDestroy(s.handle)
	}
	if s.arena == nil {
		return nil
	}
	return s.arena.close()
}

func onStateChanged(number uintptr, _, state int32, why *byte) {
	const failed, unconnected = -1, 0
	s := lookUp(number)
	if s == nil {
		return
	}
	s.source.mu.Lock()
	defer s.source.mu.Unlock()
	switch state {
	case failed:
		s.lost = fmt.Errorf("%w: PipeWire: %s", capture.ErrNoDisplay, text(why))
	case unconnected:
		s.lost = fmt.Errorf("%w: the system shows this screen no more", capture.ErrNoDisplay)
	}
	if s.lost != nil {
		s.source.rearrange()
	}
	s.source.notify()
}

func text(at *byte) string {
	if at == nil {
		return "no reason is given"
	}
	var b []byte
	for n := uintptr(0); n < maxError; n++ {
		c := *(*byte)(unsafe.Add(unsafe.Pointer(at), n))
		if c == 0 {
			break
		}
		b = append(b, c)
	}
	return string(b)
}

// onParamChanged hears what was agreed on, again whenever the monitor's size changes.
func onParamChanged(number uintptr, name uint32, pod *byte) {
	s := lookUp(number)
	if s == nil || name != paramFormat || pod == nil {
		return
	}
	size := order.Uint32(unsafe.Slice(pod, podHead))
	if size > maxPod {
		return
	}
	agreed, err := parseFormat(unsafe.Slice(pod, podHead+int(size)))
	s.agree(agreed, err)
	if err == nil {
		list, count := s.arena.pods(s.pods, carriers()...)
		s.source.library.streamUpdate(s.handle, list, count)
	}
}

// agree takes note of the format. A picture of another one cannot be read any more.
func (s *stream) agree(agreed format, err error) {
	s.source.mu.Lock()
	defer s.source.mu.Unlock()
	defer s.source.notify()
	if err != nil {
		s.lost = fmt.Errorf("%w: %w", capture.ErrPixelFormat, err)
		return
	}
	if agreed.size != s.format.size {
		s.source.rearrange()
	}
	if s.held != nil {
		s.source.library.streamQueue(s.handle, s.held)
	}
	s.format, s.held, s.damage, s.unknown = agreed, nil, s.damage[:0], true
}

func onRemoveBuffer(number uintptr, b *pwBuffer) {
	s := lookUp(number)
	if s == nil {
		return
	}
	s.source.mu.Lock()
	defer s.source.mu.Unlock()
	if s.held == b {
		s.held = nil
	}
}

// onProcess takes the newest picture, which stays in its memory until somebody wants it.
func onProcess(number uintptr) {
	s := lookUp(number)
	if s == nil {
		return
	}
	s.source.mu.Lock()
	defer s.source.mu.Unlock()
	l := s.source.library
	for b := l.streamDequeue(s.handle); b != nil; b = l.streamDequeue(s.handle) {
		if view := s.view(b); view == nil {
			l.streamQueue(s.handle, b)
			continue
		}
		if s.held != nil {
			l.streamQueue(s.handle, s.held)
		}
		s.held, s.at = b, time.Now()
		s.note(b.buffer)
		s.source.notify()
	}
}

// note remembers what changed with a picture.
func (s *stream) note(b *spaBuffer) {
	m := b.find(metaDamage, regionSize)
	if m == nil || s.unknown {
		s.unknown = true
		return
	}
	before := len(s.damage)
	for _, r := range unsafe.Slice((*region)(m.data), m.size/regionSize) {
		if r.width == 0 || r.height == 0 {
			break // the end of the list
		}
		s.damage = append(s.damage, r.rectangle())
	}
	s.unknown = len(s.damage) == before || len(s.damage) > 2*maxRegions
}

func (r region) rectangle() image.Rectangle {
	at := image.Pt(int(r.x), int(r.y))
	return image.Rectangle{Min: at, Max: at.Add(image.Pt(int(r.width), int(r.height)))}
}

// view returns the picture in a buffer, whose memory is the library's, and nil when there
// is none that can be read.
func (s *stream) view(b *pwBuffer) *image.RGBA {
	if b.buffer == nil || b.buffer.dataCount < 1 || b.buffer.datas == nil {
		return nil
	}
	d := b.buffer.datas
	if d.data == nil || d.chunk == nil || d.maxSize == 0 || d.chunk.size == 0 || d.chunk.flags&flagCorrupted != 0 {
		return nil
	}
	if h := b.buffer.find(metaHeader, headerSize); h != nil && *(*uint32)(h.data)&markCorrupted != 0 {
		return nil
	}
	size, stride := s.format.size, int(d.chunk.stride)
	if stride == 0 {
		stride = 4 * size.X
	}
	from := int(d.chunk.offset % d.maxSize)
	length := stride*(size.Y-1) + 4*size.X
	if size.X < 1 || stride < 4*size.X || from+length > int(d.maxSize) {
		return nil
	}
	pix := unsafe.Slice((*byte)(d.data), d.maxSize)[from:][:length]
	return &image.RGBA{Pix: pix, Stride: stride, Rect: image.Rectangle{Max: size}}
}
