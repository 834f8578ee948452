package app

import (
	"context"
	"image"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/lendhand/lendhand/client/internal/capture"
	"github.com/lendhand/lendhand/client/internal/consent"
	"github.com/lendhand/lendhand/relay/recording/event"
	"github.com/lendhand/lendhand/signaling"
)

// cursor tells a technician on one connection where the pointer is and what it looks
// like, while the picture is shown. Each message is an act that the gate allows or not.
type cursor struct {
	// Set at construction.
	gate    *consent.Gate
	open    func() (capture.Pointer, error) // nil where there is nothing to watch the pointer with
	sight   *sight
	trail   *trail // of the technician's own hand
	journal *journal
	send    func(signaling.ChannelID, signaling.Message) error
	log     *slog.Logger
	look    chan struct{} // what is told may have changed; holds one
	// repeat is set when the technician may have missed what was told last.
	repeat atomic.Bool
	// now is what the pointer is like, nil before that is known.
	now atomic.Pointer[capture.Pointing]

	// Owned by the caller of start and stop.
	cancel  context.CancelFunc // nil while it does not run
	running sync.WaitGroup

	// Owned by run.
	shapes   shapes
	sequence uint64
	told     *signaling.Cursor // the last message, nil when there is none that counts
	repeated int               // how often
}

// repeats returns the pauses after which a message that may be lost is sent again.
func repeats() []time.Duration {
	const ms = time.Millisecond
	return []time.Duration{30 * ms, 60 * ms, 120 * ms, 250 * ms, 500 * ms, 1000 * ms}
}

// start begins to watch the pointer, unless it has begun. A technician who is told
// already is told again.
func (c *cursor) start() {
	c.again()
	if c.cancel != nil {
		return
	}
	ctx, cancel := context.WithCancel(context.Background())
	c.cancel = cancel
	c.running.Go(func() { c.watch(ctx) })
	c.running.Go(func() { c.run(ctx) })
}

// stop stops watching the pointer. It waits for this machine, never for a network.
func (c *cursor) stop() {
	if c.cancel == nil {
		return
	}
	c.cancel()
	c.running.Wait()
	c.cancel = nil
}

// again has everything told again.
func (c *cursor) again() {
	c.repeat.Store(true)
	c.changed()
}

// changed says that something else than the pointer may make a difference: what is
// permitted, or which part of the desktop is shown.
func (c *cursor) changed() {
	select {
	case c.look <- struct{}{}:
	default:
	}
}

// watch notes what the pointer is like. A session does without where that is not to be
// had.
func (c *cursor) watch(ctx context.Context) {
	if c.open == nil {
		return
	}
	pointer, err := c.open()
	if err != nil {
		c.log.Info("the pointer is not watched", "error", err)
		return
	}
	defer func() { _ = pointer.Close() }()
	for {
		now, err := pointer.Next(ctx)
		if err != nil {
			if ctx.Err() == nil {
				c.log.Info("the pointer is not watched any more", "error", err)
			}
			return
		}
		c.now.Store(&now)
		c.note(now.Place)
		c.changed()
	}
}

// note records where the person has put the pointer. Where the technician has, is known.
func (c *cursor) note(p image.Point) {
	if at := placeIn(c.sight.look().bounds, p); at != nil && !c.trail.has(p) && !c.gate.Holds() {
		c.journal.points(at.X, at.Y, event.Person)
	}
}

// run tells of changes until ctx ends.
func (c *cursor) run(ctx context.Context) {
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	timer.Stop()
	for {
		select {
		case <-c.look:
			if !c.tell() {
				continue
			}
			c.repeated = 0
		case <-timer.C:
			if c.told != nil {
				c.transmit(*c.told)
			}
			c.repeated++
		case <-ctx.Done():
			return
		}
		if pauses := repeats(); c.told != nil && c.repeated < len(pauses) {
			timer.Reset(pauses[c.repeated])
		} else {
			timer.Stop()
		}
	}
}

// tell tells what is new, and reports whether anything was.
func (c *cursor) tell() bool {
	if c.repeat.Swap(false) {
		c.told = nil
	}
	now, screen := c.now.Load(), c.sight.look()
	if now == nil || screen.number == 0 {
		return false
	}
	shape, ok := c.shapes.id(now.Cursor, c.sendShape)
	if !ok {
		c.told = nil
		return true
	}
	m := signaling.Cursor{Shape: shape, Place: placeIn(screen.bounds, now.Place)}
	m.Yours = m.Place != nil && c.trail.has(now.Place) && c.gate.Allows(signaling.ScopeControl)
	if c.told != nil && isSame(*c.told, m) {
		return false
	}
	c.transmit(m)
	return true
}

// placeIn returns a place of the desktop as one of the picture, nil when it is beside it.
func placeIn(screen image.Rectangle, p image.Point) *signaling.Place {
	if !p.In(screen) {
		return nil
	}
	p = p.Sub(screen.Min)
	return &signaling.Place{X: p.X, Y: p.Y}
}

// isSame reports whether b tells the technician nothing that a has not. They know where
// their own hand puts the pointer.
func isSame(a, b signaling.Cursor) bool {
	isThere := a.Yours || a.Place == b.Place || a.Place != nil && b.Place != nil && *a.Place == *b.Place
	return a.Shape == b.Shape && a.Yours == b.Yours && isThere
}

// transmit sends m as the newest message. What is not allowed, or not taken, counts as
// not told.
func (c *cursor) transmit(m signaling.Cursor) {
	c.told = nil
	m.Sequence = c.sequence + 1
	if c.do(signaling.ChannelCursor, &m) {
		c.told, c.sequence = &m, m.Sequence
	}
}

func (c *cursor) sendShape(m *signaling.Shape) bool { return c.do(signaling.ChannelControl, m) }

// do sends a message if viewing is allowed, and reports whether it is under way.
func (c *cursor) do(channel signaling.ChannelID, m signaling.Message) (sent bool) {
	c.gate.Do(signaling.ScopeView, func() {
		err := c.send(channel, m)
		if sent = err == nil; !sent {
			c.log.Debug("message to the technician dropped", "type", signaling.TypeOf(m), "error", err)
		}
	})
	return sent
}

// trail is where a technician's hand has put the pointer lately. A look at the pointer
// may be older than the newest of these places.
type trail struct {
	mu     sync.Mutex
	places [16]image.Point
	count  int
}

// add notes a place, before the pointer goes there.
func (t *trail) add(p image.Point) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.places[t.count%len(t.places)] = p
	t.count++
}

func (t *trail) has(p image.Point) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, own := range t.places[:min(t.count, len(t.places))] {
		if own == p {
			return true
		}
	}
	return false
}
