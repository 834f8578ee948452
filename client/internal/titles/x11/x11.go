// Package x11 tells the titles of an X11 desktop, whose window manager says which window is
// the active one (Extended Window Manager Hints, _NET_ACTIVE_WINDOW and _NET_WM_NAME).
package x11

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"sync"
	"time"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/xproto"

	"github.com/lendhand/lendhand/client/internal/capture/xdisplay"
	"github.com/lendhand/lendhand/client/internal/titles"
)

// serverWithin is how long the server may take to answer.
const serverWithin = 2 * time.Second

var errClosed = errors.New("titles: closed")

// Watch implements titles.Watch.
type Watch struct {
	// Set at construction.
	c       *xgb.Conn
	wire    net.Conn
	guard   xdisplay.Guard
	root    xproto.Window
	atoms   atoms
	news    chan struct{} // something may have changed; holds one
	ended   chan struct{} // closed by listen
	reading sync.WaitGroup
	close   func() error

	// Owned by who calls Next.
	pace   titles.Pace
	active xproto.Window // whose properties are listened to
}

var _ titles.Watch = (*Watch)(nil)

// Open watches $DISPLAY. It returns titles.ErrMissing in a Wayland session, and
// capture.ErrNoDisplay.
func Open() (*Watch, error) {
	if err := xdisplay.RefuseWayland(); err != nil {
		return nil, fmt.Errorf("%w: %w", titles.ErrMissing, err)
	}
	c, wire, err := xdisplay.OpenWire(serverWithin)
	if err != nil {
		return nil, err
	}
	w := &Watch{
		c: c, wire: wire, guard: xdisplay.NewGuard(serverWithin, wire),
		root: xproto.Setup(c).DefaultScreen(c).Root,
		news: make(chan struct{}, 1), ended: make(chan struct{}),
	}
	w.close = sync.OnceValue(func() error {
		err := w.wire.Close()
		w.c.Close()
		w.reading.Wait()
		return err
	})
	w.guard.Begin()
	err = w.begin()
	w.guard.End()
	if err != nil {
		c.Close()
		return nil, fmt.Errorf("titles of %q: %w", os.Getenv("DISPLAY"), err)
	}
	w.reading.Go(w.listen)
	return w, nil
}

func (w *Watch) begin() (err error) {
	if w.atoms, err = intern(w.c); err != nil {
		return err
	}
	return w.listenTo(w.root, true)
}

// listenTo asks for the changes of a window's properties, or for them no more.
func (w *Watch) listenTo(window xproto.Window, on bool) error {
	mask := uint32(0)
	if on {
		mask = xproto.EventMaskPropertyChange
	}
	return xproto.ChangeWindowAttributesChecked(w.c, window, xproto.CwEventMask, []uint32{mask}).Check()
}

// listen notes that something may have changed, until the connection ends.
func (w *Watch) listen() {
	defer close(w.ended)
	for {
		event, err := w.c.WaitForEvent()
		if event == nil && err == nil {
			return
		}
		if e, ok := event.(xproto.PropertyNotifyEvent); !ok || !w.atoms.tell(e.Atom) {
			continue
		}
		select {
		case w.news <- struct{}{}:
		default:
		}
	}
}

// Next implements titles.Watch.
func (w *Watch) Next(ctx context.Context) (titles.Title, error) {
	if err := w.pace.Wait(ctx); err != nil {
		return titles.Title{}, err
	}
	for {
		w.guard.Begin()
		now, err := w.look()
		w.guard.End()
		if err != nil {
			return titles.Title{}, err
		}
		if w.pace.Tell(now) {
			return now, nil
		}
		select {
		case <-w.news:
		case <-w.ended:
			return titles.Title{}, errClosed
		case <-ctx.Done():
			return titles.Title{}, ctx.Err()
		}
	}
}

// Close implements titles.Watch.
func (w *Watch) Close() error { return w.close() }
