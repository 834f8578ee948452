//go:build linux

package x11

import (
	"context"
	"image"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jezek/xgb/xfixes"
	"github.com/jezek/xgb/xproto"

	"github.com/lendhand/lendhand/client/internal/capture"
	"github.com/lendhand/lendhand/client/internal/capture/xdisplay"
)

const (
	// lookEvery is the least time between two looks at the pointer: sixty a second.
	lookEvery = time.Second / 60
	// A pointer that has not moved for restAfter is not looked at until the server tells
	// of the next use of a device, or of a program that moves the pointer. It does so
	// when there was none for idleMillis: less than a mouse that is being moved makes.
	restAfter  = 200 * time.Millisecond
	idleMillis = 5
	// Where the server tells nothing, a pointer at rest is looked at every blindEvery.
	blindEvery = 100 * time.Millisecond
	noEvent    = 0
)

// Pointer implements capture.Pointer, over a connection of its own.
type Pointer struct {
	// Set at construction.
	display  *display
	used     byte // the code of the event that a device is used, or noEvent
	log      *slog.Logger
	stirred  chan struct{} // the pointer may be moving; holds one
	reshaped chan struct{} // the pointer may have another shape; holds one
	closing  chan struct{}
	lost     chan struct{} // closed when the connection has ended
	reading  sync.WaitGroup

	// hasShape is false when the shape has to be fetched.
	hasShape atomic.Bool

	// Owned by the goroutine that calls Next.
	now    capture.Pointing // what Next returned last; no Cursor before the first time
	looked time.Time
	moved  time.Time // when it moved last, or may have

	// Closed under mu, used under its read lock: Close waits for who is using it.
	mu     sync.RWMutex
	closed bool
}

var _ capture.Pointer = (*Pointer)(nil)

// NewPointer opens $DISPLAY and watches its pointer. It returns capture.ErrNoDisplay or
// capture.ErrMissingExtension, wrapped with details.
func NewPointer(config Config) (*Pointer, error) {
	if config.Log == nil {
		config.Log = slog.New(slog.DiscardHandler)
	}
	d, err := connect()
	if err != nil {
		return nil, err
	}
	p := &Pointer{
		display:  d,
		log:      config.Log,
		stirred:  make(chan struct{}, 1),
		reshaped: make(chan struct{}, 1),
		closing:  make(chan struct{}),
		lost:     make(chan struct{}),
	}
	if err := p.start(); err != nil {
		d.c.Close()
		return nil, err
	}
	p.reading.Go(p.read)
	return p, nil
}

// start asks for the events. Without those of devices it looks more often.
func (p *Pointer) start() error {
	d := p.display
	extension, err := xdisplay.Use(d.c, "XFIXES")
	if err != nil {
		return err
	}
	d.cursors = extension.FirstEvent
	if _, err := xfixes.QueryVersion(d.c, 2, 0).Reply(); err != nil {
		return d.failed("ask for the version of XFIXES", err)
	}
	err = xfixes.SelectCursorInputChecked(d.c, d.root, xfixes.CursorNotifyMaskDisplayCursor).Check()
	if err != nil {
		return d.failed("watch the pointer", err)
	}
	if p.used, err = watchIdle(d.c, idleMillis); err != nil {
		p.log.Info("the X server does not tell when the pointer moves", slog.Any("error", err))
		p.used = noEvent
	}
	return nil
}

// read notes what the events say until the connection ends. It never waits for
// anybody, because the connection's replies come behind its events.
func (p *Pointer) read() {
	defer close(p.lost)
	for {
		event, err := p.display.c.WaitForEvent()
		switch {
		case err != nil:
			p.log.Debug("the X server refused a request", slog.Any("error", err))
		case event == nil:
			return
		case xdisplay.Code(event) == p.display.cursors+xfixes.CursorNotify:
			p.hasShape.Store(false)
			poke(p.reshaped)
		case xdisplay.Code(event) == p.used:
			poke(p.stirred)
		}
	}
}

// Next implements capture.Pointer.
func (p *Pointer) Next(ctx context.Context) (capture.Pointing, error) {
	for {
		if err := p.pause(ctx); err != nil {
			return capture.Pointing{}, err
		}
		before := p.now
		if err := p.look(); err != nil {
			return capture.Pointing{}, err
		}
		if p.now.Place != before.Place {
			p.moved = p.looked
		}
		if p.now != before {
			return p.now, nil
		}
	}
}

// pause waits until it is worth the trouble to look again.
func (p *Pointer) pause(ctx context.Context) error {
	if p.now.Cursor == nil {
		return ctx.Err()
	}
	if time.Since(p.moved) > restAfter {
		if err := p.rest(ctx); err != nil {
			return err
		}
	}
	return p.wait(ctx, time.After(time.Until(p.looked.Add(lookEvery))), nil, nil)
}

// rest waits until the pointer may not be at rest any more.
func (p *Pointer) rest(ctx context.Context) error {
	var blind <-chan time.Time
	if p.used == noEvent {
		blind = time.After(blindEvery)
	}
	return p.wait(ctx, blind, p.reshaped, p.stirred)
}

// wait waits for one of the channels.
func (p *Pointer) wait(ctx context.Context, after <-chan time.Time, reshaped, stirred <-chan struct{}) error {
	select {
	case <-after:
	case <-reshaped:
	case <-stirred:
		p.moved = time.Now()
	case <-p.closing:
		return capture.ErrClosed
	case <-p.lost:
		return p.ended()
	case <-ctx.Done():
	}
	return ctx.Err()
}

// ended says why the connection has ended.
func (p *Pointer) ended() error {
	select {
	case <-p.closing:
		return capture.ErrClosed
	default:
		return errGone
	}
}

// look finds out where the pointer is now, and what it looks like.
func (p *Pointer) look() error {
	p.mu.RLock()
	defer p.mu.RUnlock()
	if p.closed {
		return capture.ErrClosed
	}
	p.display.guard.Begin()
	defer p.display.guard.End()
	p.looked = time.Now()
	// The mark goes before the shape: a change in between takes it away again.
	if !p.hasShape.Swap(true) {
		c, err := p.display.cursor()
		if err != nil {
			return err
		}
		p.now.Cursor = c
	}
	at, err := xproto.QueryPointer(p.display.c, p.display.root).Reply()
	if err != nil {
		return p.display.failed("ask where the pointer is", err)
	}
	p.now.Place = image.Pt(int(at.RootX), int(at.RootY))
	return nil
}

// cursor asks for the pointer's shape as it is now.
func (d *display) cursor() (*capture.Cursor, error) {
	reply, err := xfixes.GetCursorImage(d.c).Reply()
	if err != nil {
		return nil, d.failed("read the pointer's shape", err)
	}
	c := &capture.Cursor{
		Pix:  make([]byte, 0, bytesPerPixel*len(reply.CursorImage)),
		Size: image.Pt(int(reply.Width), int(reply.Height)),
		Hot:  image.Pt(int(reply.Xhot), int(reply.Yhot)),
	}
	for _, argb := range reply.CursorImage {
		c.Pix = appendStraight(c.Pix, argb)
	}
	return c, nil
}

// appendStraight appends a pixel whose colours are multiplied by its alpha, as R, G,
// B, A with colours that are not.
func appendStraight(pix []byte, argb uint32) []byte {
	a := argb >> 24
	if a == 0 {
		return append(pix, 0, 0, 0, 0)
	}
	straight := func(shift int) byte {
		return byte(min(255, (argb>>shift&0xff*255+a/2)/a))
	}
	return append(pix, straight(16), straight(8), straight(0), byte(a))
}

// Close implements capture.Pointer.
func (p *Pointer) Close() error {
	p.display.guard.Hasten(closeWithin) // for whoever is using it
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return nil
	}
	p.closed = true
	close(p.closing)
	p.display.close(&p.reading)
	return nil
}
