// Package bar keeps windows of this program where the person sees them, whatever other
// programs do: before all other windows, at their place, in their size, and shown.
//
// On X11 any program may move, cover, hide, fill or destroy the windows of any other, and
// draw the screen in their place. What is undone is looked for when the server tells of a
// change, and once a second.
package bar

import (
	"errors"
	"fmt"
	"image"
	"log/slog"
	"net"
	"slices"
	"sync"
	"time"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/xproto"

	"github.com/lendhand/lendhand/client/internal/capture/xdisplay"
)

// The times of a guard.
const (
	lookEvery = time.Second
	// glance is the longest time that one look counts for against the windows.
	glance = 100 * time.Millisecond
	// restFor is the pause after a look, so that a program that changes windows all the
	// time does not have us look all the time.
	restFor = 30 * time.Millisecond
	// loseAfter is how long the windows may be out of sight, all in all; what is well
	// counts half as much in their favour.
	loseAfter = 2 * time.Second
	// answerWithin is how long the server may take.
	answerWithin = 5 * time.Second
)

// ErrLost says that the windows cannot be kept in sight.
var ErrLost = errors.New("the bar could not be kept in sight")

// Config is what a Guard needs.
type Config struct {
	Log *slog.Logger
	// Lost is called once, on a goroutine of the guard, when the windows are lost.
	Lost func(error)
}

// Place is where a window belongs, in the pixels of the desktop.
type Place struct {
	Window xproto.Window
	At     image.Rectangle
}

// Guard keeps windows in sight.
type Guard struct {
	// Set at construction.
	log   *slog.Logger
	lost  func(error)
	done  chan struct{}
	wait  sync.WaitGroup
	close sync.Once

	// Guarded by mu.
	mu     sync.Mutex
	places []Place

	wake chan struct{} // something has changed
	see  *sight        // owned by run
}

// Open connects to $DISPLAY.
func Open(c Config) (*Guard, error) {
	if c.Log == nil || c.Lost == nil {
		return nil, errors.New("open the guard: something is missing in its configuration")
	}
	conn, wire, err := xdisplay.OpenWire(answerWithin, "SHAPE")
	if err != nil {
		return nil, fmt.Errorf("open the guard: %w", err)
	}
	g := &Guard{log: c.Log, lost: c.Lost, done: make(chan struct{}), wake: make(chan struct{}, 1)}
	if g.see, err = newSight(conn); err != nil {
		_ = wire.Close()
		return nil, fmt.Errorf("open the guard: %w", err)
	}
	g.wait.Add(2)
	go g.listen(conn)
	go g.run(wire)
	return g, nil
}

// Keep says which windows to look after from now on.
func (g *Guard) Keep(places []Place) {
	g.mu.Lock()
	g.places = slices.Clone(places)
	g.mu.Unlock()
	g.stir()
}

// Close ends the guard, and waits for it.
func (g *Guard) Close() {
	g.close.Do(func() { close(g.done) })
	g.wait.Wait()
}

func (g *Guard) stir() {
	select {
	case g.wake <- struct{}{}:
	default:
	}
}

// listen reads events until the connection ends.
func (g *Guard) listen(conn *xgb.Conn) {
	defer g.wait.Done()
	for {
		e, err := conn.WaitForEvent()
		if e == nil && err == nil {
			return
		}
		g.stir()
	}
}

// run looks after the windows until Close, or until they are lost.
func (g *Guard) run(wire net.Conn) {
	defer g.wait.Done()
	guard := xdisplay.NewGuard(answerWithin, wire)
	defer func() { _ = wire.Close() }()
	ticker := time.NewTicker(lookEvery)
	defer ticker.Stop()
	var trouble trouble
	for {
		select {
		case <-g.done:
			return
		case <-g.wake:
		case <-ticker.C:
		}
		guard.Begin()
		wrong, err := g.look()
		guard.End()
		if err == nil && trouble.after(wrong, time.Now()) {
			err = ErrLost
		}
		if err != nil {
			g.tell(err)
			return
		}
		if !g.rest() {
			return
		}
		if wrong {
			g.stir() // see whether it holds
		}
	}
}

// tell says that it is over, unless nobody wants to know.
func (g *Guard) tell(err error) {
	select {
	case <-g.done:
	default:
		g.lost(err)
	}
}

// rest waits, and reports whether there is something to do afterwards.
func (g *Guard) rest() bool {
	select {
	case <-g.done:
		return false
	case <-time.After(restFor):
		return true
	}
}

func (g *Guard) look() (wrong bool, err error) {
	g.mu.Lock()
	places := g.places
	g.mu.Unlock()
	return g.see.look(places)
}

// trouble counts how long the windows have been out of sight.
type trouble struct {
	last  time.Time
	total time.Duration
}

// after takes what was just seen, and reports whether it is too much.
func (t *trouble) after(wrong bool, now time.Time) bool {
	since := min(now.Sub(t.last), lookEvery)
	t.last = now
	if wrong {
		t.total += min(since, glance)
	} else {
		t.total = max(t.total-since/2, 0)
	}
	return t.total > loseAfter
}
