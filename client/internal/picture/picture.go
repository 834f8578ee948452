// Package picture drives the video: it takes pictures from a capture.Source, has
// them encoded once, and hands the packets to every [Sink].
//
// Change drives it. An unchanged screen costs a few passes that sharpen it, and then
// nothing. A picture is taken when the network can take it: on a slow one there are fewer
// of them, and smaller ones, and none is late.
package picture

import (
	"context"
	"errors"
	"fmt"
	"image"
	"log/slog"
	"sync"
	"time"

	"github.com/lendhand/lendhand/client/internal/capture"
	"github.com/lendhand/lendhand/client/internal/encode"
	"github.com/lendhand/lendhand/client/internal/encode/ladder"
)

// ErrScreenLost says that there is nothing left to take pictures of. Run's error
// wraps it, and the cause.
var ErrScreenLost = errors.New("screen lost")

// Frame is one encoded picture.
type Frame struct {
	// Data is valid until WriteFrame returns.
	Data []byte
	// KeyFrame is true when the picture can be decoded without any before it.
	KeyFrame bool
	// Codec is the key of the encode.Codec that made it. It changes with a key frame.
	Codec string
	// Size is the picture's size in pixels.
	Size image.Point
	// At is when the picture was taken.
	At time.Time
}

// Sink takes encoded pictures: a technician's connection, a recording.
type Sink interface {
	// WriteFrame takes a frame; the first one is a key frame. It may take its time: a
	// sink that falls behind misses frames, up to a key frame, and holds up nobody
	// else. It must return once the sink has been closed. A sink that returns an error
	// gets no more frames.
	WriteFrame(f Frame) error
}

// Config says what a Pipeline is made of. All fields but the last functions are
// required. Those are called by Run, and must not call the Pipeline.
type Config struct {
	// Open opens the source. Run calls it, and closes what it returns.
	Open func() (capture.Source, error)
	// Codecs make the encoders: what every sink takes, best first. The best one is used
	// unless it is too slow for what moves.
	Codecs []encode.Codec
	// BitsPerSecond is the target rate, Threads the number of the encoder's threads.
	BitsPerSecond int
	Threads       int
	Log           *slog.Logger
	// Resized is called before the first picture and before the first one with other
	// bounds, with its place on the desktop and when it was taken.
	Resized func(bounds image.Rectangle, at time.Time)
	// Rearranging is called when monitors may have come, gone or moved: until Arranged
	// or Resized is called, nobody knows where the picture is.
	Rearranging func()
	// Arranged is called when the monitors have been listed, at the start and whenever
	// they or what is shown may have changed.
	Arranged func(Monitors)
}

func (c *Config) validate() error {
	switch {
	case c.Open == nil || len(c.Codecs) == 0 || c.Log == nil:
		return errors.New("picture: source, codecs and log are required")
	case c.BitsPerSecond < 1 || c.Threads < 1:
		return fmt.Errorf("picture: %d bit/s with %d threads", c.BitsPerSecond, c.Threads)
	}
	return nil
}

// Pipeline takes pictures while Run runs, and no others. Its methods may be called
// from any goroutine.
type Pipeline struct {
	config Config // set at construction

	// guarded by mu
	mu        sync.Mutex
	feeds     map[*feed]struct{}
	links     []at // reused
	keyWanted bool
	keyBy     time.Time          // a key frame is wanted at rest, and by then anyway; zero: none
	interrupt context.CancelFunc // ends the wait that Run is in, nil when it is in none

	orders   orders
	recorder recorder
	left     chan struct{} // told when a frame has left; capacity 1
	free     chan *buffer
}

// New returns a Pipeline that does nothing yet.
func New(config Config) (*Pipeline, error) {
	if err := config.validate(); err != nil {
		return nil, err
	}
	if config.Resized == nil {
		config.Resized = func(image.Rectangle, time.Time) {}
	}
	if config.Rearranging == nil {
		config.Rearranging = func() {}
	}
	if config.Arranged == nil {
		config.Arranged = func(Monitors) {}
	}
	return &Pipeline{
		config: config, feeds: make(map[*feed]struct{}),
		left: make(chan struct{}, 1), free: make(chan *buffer, spare),
	}, nil
}

// Add hands frames to s from the next key frame on, until remove is called. When
// remove has returned, s gets no more frames; it waits for the one under way.
func (p *Pipeline) Add(s Sink) (remove func()) {
	hungry := p.RequestKeyFrame
	if _, ok := s.(Keeper); ok {
		hungry = p.RequestKeyFrameAtRest
	}
	f := newFeed(s, hungry, p.left, p.config.Log)
	p.mu.Lock()
	p.feeds[f] = struct{}{}
	p.mu.Unlock()
	hungry()
	return sync.OnceFunc(func() {
		p.mu.Lock()
		delete(p.feeds, f)
		p.mu.Unlock()
		f.close()
	})
}

// RequestKeyFrame asks for a picture that can be decoded by itself. However often
// it is called, there is one a second at most.
func (p *Pipeline) RequestKeyFrame() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.keyWanted {
		return // its time is known
	}
	p.keyWanted = true
	if p.interrupt != nil {
		p.interrupt()
	}
}

// Run takes pictures until ctx ends, whose error it returns, or until something
// fails: ErrScreenLost, or an error of the encoder. Then it may be called again, and
// begins with a key frame.
func (p *Pipeline) Run(ctx context.Context) error {
	source, err := p.config.Open()
	if err != nil {
		return fmt.Errorf("%w: %w", ErrScreenLost, err)
	}
	defer func() { _ = source.Close() }()
	climb, err := newLadder(p.config.Codecs)
	if err != nil {
		return err
	}
	l := newLoop(p, source, climb)
	defer l.close()
	following, stop := context.WithCancel(ctx)
	wait := l.follow(following)
	defer func() { stop(); wait() }()
	if err := l.begin(ctx); err != nil {
		return err
	}
	for {
		if err := l.step(ctx); err != nil {
			return err
		}
	}
}

// newLadder has one step for each codec.
func newLadder(codecs []encode.Codec) (*ladder.Ladder, error) {
	config := ladder.Config{Interval: smoothGap}
	for _, c := range codecs {
		config.WholePicture = append(config.WholePicture, c.Cost)
	}
	return ladder.New(config)
}

// hand gives one encoded picture to every sink. Its data is copied once: the encoder
// reuses its memory.
func (p *Pipeline) hand(f Frame) {
	b := newBuffer(p.free, f)
	defer b.release()
	p.mu.Lock()
	defer p.mu.Unlock()
	for feed := range p.feeds {
		feed.offer(b)
	}
}
