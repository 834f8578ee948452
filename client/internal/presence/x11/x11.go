// Package x11 watches the person's own hands on an X11 desktop, through the raw events
// of XInput 2: the server sends them for each device, to whoever wants them, whatever
// program has grabbed the mouse or the keyboard.
//
// What programs inject through XTEST carries a device of its own, and is told apart by
// that. A program on this desktop can still pretend to be the person: XTEST lets it
// speak for any device, and X11 has nothing against that. This program's injector, which
// is all that a technician has without starting others, does not.
package x11

import (
	"errors"
	"fmt"
	"net"
	"os"
	"sync/atomic"
	"time"

	"github.com/jezek/xgb"

	"github.com/lendhand/lendhand/client/internal/capture"
	"github.com/lendhand/lendhand/client/internal/capture/xdisplay"
	"github.com/lendhand/lendhand/client/internal/presence"
	"github.com/lendhand/lendhand/client/internal/ui"
)

const (
	// answerWithin is how long the server may take to answer.
	answerWithin = 2 * time.Second
	// maxQueue is the number of events that wait while the server is asked something. What
	// comes more is dropped.
	maxQueue = 1024
	// keysEvery is the least time between two looks at what the keys mean: a program that
	// changes them all the time must not keep the watch busy with that. They only grow.
	keysEvery = 100 * time.Millisecond
)

// Watch implements presence.Watch.
type Watch struct {
	// Set at construction.
	config  presence.Config
	c       *xgb.Conn
	wire    net.Conn
	guard   xdisplay.Guard
	opcode  byte          // of XInputExtension
	queue   chan event    // of the person's own devices, and of those that nobody knows yet
	changed chan struct{} // devices or keys are not what they were; holds one
	stopped chan struct{} // closed by run
	hands   *presence.Hands

	// Set by the reader of the connection, read by run.
	newDevices, newKeys atomic.Bool

	// closing is set by Close: the watch does not end by itself.
	closing atomic.Bool

	// devices is replaced by run, and read by the reader of the connection. Nobody changes
	// one that is there.
	devices atomic.Pointer[map[uint16]device]

	// Owned by run.
	roles    roles
	keysRead time.Time
	rest     *time.Timer // after which motions are watched again
}

// Open opens $DISPLAY. It returns presence.ErrMissing where the server has no XInput 2.1
// or this is a Wayland session, whose own windows' input X11 never sees, and
// capture.ErrNoDisplay.
func Open(config presence.Config) (*Watch, error) {
	if err := config.Validate(); err != nil {
		return nil, err
	}
	if err := xdisplay.RefuseWayland(); err != nil {
		return nil, fmt.Errorf("%w: %w", presence.ErrMissing, err)
	}
	w := &Watch{
		config: config, hands: presence.NewHands(config),
		rest:  time.NewTimer(presence.TouchEvery),
		queue: make(chan event, maxQueue), changed: make(chan struct{}, 1), stopped: make(chan struct{}),
	}
	var err error
	w.c, w.wire, err = xdisplay.OpenEvents(answerWithin, w.take, extensionName)
	if errors.Is(err, capture.ErrMissingExtension) {
		return nil, fmt.Errorf("%w: %w", presence.ErrMissing, err)
	}
	if err != nil {
		return nil, err
	}
	w.guard = xdisplay.NewGuard(answerWithin, w.wire)
	if err := w.begin(); err != nil {
		_ = w.wire.Close()
		return nil, fmt.Errorf("watch display %q: %w", os.Getenv("DISPLAY"), err)
	}
	gone := make(chan struct{})
	go w.drain(gone)
	go w.run(gone)
	return w, nil
}

// begin asks for the events. What is watched is known before the first of them.
func (w *Watch) begin() error {
	w.guard.Begin()
	defer w.guard.End()
	extension, err := xdisplay.Use(w.c, extensionName)
	if err != nil {
		return err
	}
	w.opcode = extension.Opcode
	if err := w.queryVersion(); err != nil {
		return err
	}
	if err := w.selectPresses(); err != nil {
		return err
	}
	if err := w.readDevices(); err != nil {
		return err
	}
	if err := w.checkKeyboard(); err != nil {
		return err
	}
	return w.readKeys()
}

// Tells implements presence.Watch.
func (w *Watch) Tells() bool { return true }

// Last implements presence.Watch.
func (w *Watch) Last() (ui.Hand, time.Time) { return w.hands.Last() }

// Close implements presence.Watch.
func (w *Watch) Close() error {
	w.closing.Store(true)
	w.guard.End()
	err := w.wire.Close()
	<-w.stopped
	if errors.Is(err, net.ErrClosed) {
		return nil // the display was gone before
	}
	return err
}

// take notes an event. The connection's reader calls it, which must not wait.
func (w *Watch) take(bytes []byte) {
	e, ok := decode(bytes)
	switch {
	case !ok:
		return
	case e.kind == kindMapping:
		w.newKeys.Store(true)
	case e.kind == kindHierarchy:
		w.newDevices.Store(true)
		select {
		case w.changed <- struct{}{}:
		default:
		}
	default:
		w.line(e)
	}
}

// line puts an event to those that wait. What programs inject does not: a flood of it
// must not leave the person's own keys without room.
func (w *Watch) line(e event) {
	if from, ok := w.device(e.device); ok && (from.injecting || from.master) {
		if from.injecting && e.isPress() {
			w.hands.Injected()
		}
		return
	}
	select {
	case w.queue <- e:
	default:
	}
}

// device returns what is known of a device.
func (w *Watch) device(id uint16) (device, bool) {
	known := w.devices.Load()
	if known == nil {
		return device{}, false
	}
	d, ok := (*known)[id]
	return d, ok
}

// drain takes the errors of requests that nobody waits for, until the connection ends.
func (w *Watch) drain(gone chan<- struct{}) {
	defer close(gone)
	for {
		if event, err := w.c.WaitForEvent(); event == nil && err == nil {
			return
		}
	}
}

// run works until the connection ends.
func (w *Watch) run(gone <-chan struct{}) {
	defer close(w.stopped)
	defer w.rest.Stop()
	for {
		select {
		case e := <-w.queue:
			w.refresh(e.kind == kindKeyPress)
			w.tell(e)
		case <-w.changed:
			w.refresh(false)
		case <-w.rest.C:
			w.selectMotions(motions)
		case <-gone:
			if !w.closing.Load() {
				w.config.Log.Warn("the person's own input is watched no more")
				w.config.Lost()
			}
			return
		}
	}
}

// refresh reads what has changed: the devices at once, the keys when one is pressed. To
// type, an injector may change keys that nobody has, and often.
func (w *Watch) refresh(key bool) {
	if w.newDevices.Swap(false) {
		w.ask("devices", w.readDevices)
	}
	if key && time.Since(w.keysRead) > keysEvery && w.newKeys.Swap(false) {
		w.keysRead = time.Now()
		w.ask("keys", w.readKeys)
	}
}

// ask asks the server. One that does not answer ends the watch: it is gone, or another
// program has it to itself, and nobody knows any more who presses what.
func (w *Watch) ask(what string, read func() error) {
	w.guard.Begin()
	defer w.guard.End()
	if err := read(); err != nil {
		w.config.Log.Warn("the watch over the person's own input cannot go on", "reading", what, "error", err)
		_ = w.wire.Close()
	}
}
