//go:build linux

// Package pipewire watches monitors through PipeWire, as the compositors of Wayland show
// them to a program that the person has allowed it. A picture comes when something has
// changed, so that a desktop at rest costs nothing.
//
// The library is opened when it is needed: this program starts and builds without it. It
// is called and calls on a thread of its own, which ends with Close. Only pictures in
// memory that any program can read are taken, never those in a graphics card's.
package pipewire

import (
	"context"
	"errors"
	"fmt"
	"image"
	"runtime"
	"sync"
	"time"
	"unsafe"

	"github.com/lendhand/lendhand/client/internal/capture"
	"github.com/lendhand/lendhand/client/internal/capture/blocks"
)

// agreeWithin is how long the system may take to agree on the pictures' format.
const agreeWithin = 5 * time.Second

// Stream is one monitor that may be watched.
type Stream struct {
	// Node is PipeWire's number of it.
	Node uint32
	// Name is the same for the same monitor; it may be empty.
	Name string
	// Place is where the desktop has it, in the desktop's own units. Empty when that is
	// not known.
	Place image.Rectangle
}

// Config says what to watch. All fields but Rearranged are required.
type Config struct {
	// Remote is an open connection to PipeWire, as the system's portal gives it. New owns it.
	Remote int
	// Streams are the monitors, of which there is one at least.
	Streams []Stream
	// Lost is closed when the system ends the permission.
	Lost <-chan struct{}
	// Rearranged is what Source.Rearranged returns, of capacity 1; nil for one of its own.
	Rearranged chan struct{}
}

// Source implements capture.Source. The pointer is in the picture.
type Source struct {
	// Set at construction.
	library *library
	lost    <-chan struct{}
	closing chan struct{}
	changed chan struct{} // the monitors are others; holds one
	wake    chan struct{} // something is new; holds one
	streams []*stream     // by ID

	// Owned by the goroutine that calls Watch and Next.
	last   *capture.Frame // that was filled
	differ blocks.Differ
	found  []image.Rectangle

	// Guarded by the thread's lock, and set until Close.
	thread, context, core unsafe.Pointer

	// ending is held by Close, and by whoever uses the library meanwhile.
	ending sync.Mutex

	// Guarded by mu, which is taken after the thread's lock.
	mu       sync.Mutex
	closed   bool
	watched  int
	complete bool            // the next frame must be a complete one
	bounds   image.Rectangle // of the frame before
}

// New watches the first of the streams. It returns capture.ErrNoDisplay or
// capture.ErrPixelFormat, wrapped with details.
func New(config Config) (*Source, error) {
	l, err := load()
	if err != nil {
		return nil, err
	}
	if len(config.Streams) == 0 || config.Lost == nil {
		return nil, errors.New("pipewire: streams and lost are required")
	}
	s := &Source{
		library: l, lost: config.Lost, closing: make(chan struct{}), complete: true,
		changed: config.Rearranged, wake: make(chan struct{}, 1),
	}
	if s.changed == nil {
		s.changed = make(chan struct{}, 1)
	}
	for _, stream := range config.Streams {
		s.streams = append(s.streams, newStream(s, stream))
	}
	if err := s.start(config.Remote); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	if err := s.agree(); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

func newStream(s *Source, config Stream) *stream {
	return &stream{source: s, Stream: config, unknown: true}
}

// start starts the library's thread, and connects all streams.
func (s *Source) start(remote int) error {
	l := s.library
	if s.thread = l.threadNew("lendhand", nil); s.thread == nil {
		return fmt.Errorf("%w: PipeWire starts no thread", capture.ErrNoDisplay)
	}
	if s.context = l.contextNew(l.threadLoop(s.thread), nil, 0); s.context == nil {
		return fmt.Errorf("%w: PipeWire cannot be used", capture.ErrNoDisplay)
	}
	if code := l.threadStart(s.thread); code < 0 {
		return fmt.Errorf("%w: PipeWire starts no thread: error %d", capture.ErrNoDisplay, -code)
	}
	s.lock()
	defer s.unlock()
	if s.core = l.contextConnect(s.context, int32(remote), nil, 0); s.core == nil { //nolint:gosec // a descriptor
		return fmt.Errorf("%w: PipeWire takes no connection", capture.ErrNoDisplay)
	}
	for _, stream := range s.streams {
		if err := stream.connect(s.core); err != nil {
			return err
		}
	}
	return nil
}

// lock holds up the library's thread. The lock belongs to the system's thread that took it,
// on which the goroutine has to stay.
func (s *Source) lock() {
	runtime.LockOSThread()
	s.library.threadLock(s.thread)
}

func (s *Source) unlock() {
	s.library.threadUnlock(s.thread)
	runtime.UnlockOSThread()
}

// agree waits until the formats of all streams are known.
func (s *Source) agree() error {
	deadline := time.NewTimer(agreeWithin)
	defer deadline.Stop()
	for {
		s.mu.Lock()
		known, err := 0, error(nil)
		for _, stream := range s.streams {
			if stream.format.size != (image.Point{}) {
				known++
			}
			err = errors.Join(err, stream.lost)
		}
		s.mu.Unlock()
		if err != nil || known == len(s.streams) {
			return err
		}
		select {
		case <-s.wake:
		case <-s.lost:
			return errEnded()
		case <-deadline.C:
			return fmt.Errorf("%w: the system sends no picture", capture.ErrNoDisplay)
		}
	}
}

func errEnded() error {
	return fmt.Errorf("%w: the system has ended the sharing of this screen", capture.ErrNoDisplay)
}

// notify wakes whoever waits in Next.
func (s *Source) notify() { tell(s.wake) }

// rearrange tells that the monitors are others.
func (s *Source) rearrange() { tell(s.changed) }

func tell(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// Monitors implements capture.Source.
func (s *Source) Monitors() ([]capture.Monitor, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.usable(); err != nil {
		return nil, err
	}
	return s.list(), nil
}

// usable is called with mu held.
func (s *Source) usable() error {
	if s.closed {
		return capture.ErrClosed
	}
	select {
	case <-s.lost:
		return errEnded()
	default:
	}
	var errs []error
	for _, stream := range s.streams {
		if stream.lost == nil {
			return nil
		}
		errs = append(errs, stream.lost)
	}
	return errors.Join(errs...)
}

// Rearranged implements capture.Source.
func (s *Source) Rearranged() <-chan struct{} { return s.changed }

// Watch implements capture.Source.
func (s *Source) Watch(id int) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.usable(); err != nil {
		return err
	}
	if _, _, err := capture.Place(s.list(), id); err != nil {
		return err
	}
	s.watched, s.complete = id, true
	return nil
}

// Next implements capture.Source.
func (s *Source) Next(ctx context.Context, f *capture.Frame) error {
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		if done, err := s.take(f); done || err != nil {
			return err
		}
		select {
		case <-s.wake:
		case <-s.lost:
			return errEnded()
		case <-s.closing:
			return capture.ErrClosed
		case <-ctx.Done():
		}
	}
}

// Close implements capture.Source: when it returns, the library calls nothing any more.
// Closing twice is harmless.
func (s *Source) Close() error {
	s.ending.Lock()
	defer s.ending.Unlock()
	s.mu.Lock()
	closed := s.closed
	s.closed = true
	s.mu.Unlock()
	if closed {
		return nil
	}
	close(s.closing)
	return s.end()
}

// end gives everything back, in the order that the library wants.
func (s *Source) end() error {
	l := s.library
	if s.thread != nil {
		l.threadStop(s.thread)
	}
	var errs []error
	for _, stream := range s.streams {
		errs = append(errs, stream.close())
	}
	if s.core != nil {
		l.coreDisconnect(s.core)
	}
	if s.context != nil {
		l.contextDestroy(s.context)
	}
	if s.thread != nil {
		l.threadDestroy(s.thread)
	}
	return errors.Join(errs...)
}
