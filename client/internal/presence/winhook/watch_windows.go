package winhook

import (
	"fmt"
	"slices"
	"time"

	"github.com/lendhand/lendhand/client/internal/presence"
	"github.com/lendhand/lendhand/client/internal/ui"
)

// queued is how many events may wait for the functions of a presence.Config. Movements
// leave half of it to keys; what is too much is dropped, since the hook must not wait.
const queued = 1024

// Watch implements presence.Watch.
type Watch struct {
	hook   *Hook
	hands  *presence.Hands
	key    []uint32
	events chan Event
	lost   chan struct{} // holds one
	done   chan struct{}
}

// Open watches the desktop of this session.
func Open(config presence.Config) (*Watch, error) {
	if err := config.Validate(); err != nil {
		return nil, err
	}
	w := &Watch{
		hands: presence.NewHands(config), key: virtualKeys(config.Key.Name),
		events: make(chan Event, queued), lost: make(chan struct{}, 1), done: make(chan struct{}),
	}
	if len(w.key) == 0 {
		return nil, fmt.Errorf("%w: no key of Windows is %s", presence.ErrMissing, config.Key)
	}
	hook, err := Install(Config{Event: w.queue, Lost: w.lose, Log: config.Log})
	if err != nil {
		return nil, fmt.Errorf("%w: %w", presence.ErrMissing, err)
	}
	w.hook = hook
	go w.run(config.Lost)
	return w, nil
}

// Tells implements presence.Watch.
func (w *Watch) Tells() bool { return true }

// Last implements presence.Watch.
func (w *Watch) Last() (ui.Hand, time.Time) { return w.hands.Last() }

// Close implements presence.Watch.
func (w *Watch) Close() error {
	w.hook.Close()
	close(w.events)
	<-w.done
	return nil
}

// queue puts an event to those that wait. What programs inject does not: a flood of it
// must not leave the person's own keys without room.
func (w *Watch) queue(e Event) {
	switch {
	case e.Injected:
		if e.Kind != Move && e.Down {
			w.hands.Injected()
		}
		return
	case e.Kind == Move && len(w.events) > queued/2:
		return
	}
	select {
	case w.events <- e:
	default:
	}
}

func (w *Watch) lose() {
	select {
	case w.lost <- struct{}{}:
	default:
	}
}

func (w *Watch) run(lost func()) {
	defer close(w.done)
	for told := false; ; {
		select {
		case e, ok := <-w.events:
			if !ok {
				return
			}
			w.tell(e)
		case <-w.lost:
			if !told {
				lost()
			}
			told = true
		}
	}
}

func (w *Watch) tell(e Event) {
	switch {
	case e.Kind == Key && e.Down:
		w.hands.KeyDown(heldKey(e), modifierOf(e.Code), slices.Contains(w.key, e.Code))
	case e.Kind == Key:
		w.hands.KeyUp(heldKey(e))
	case e.Kind == Button && e.Down:
		w.hands.ButtonDown()
	default:
		w.hands.Moved()
	}
}

// heldKey names a key. Windows does not say of which keyboard it is.
func heldKey(e Event) presence.HeldKey {
	code := e.Code
	if e.Extended {
		code |= 1 << 16
	}
	return presence.HeldKey{Code: code}
}
