package picture

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/lendhand/lendhand/client/internal/capture"
)

const (
	// A monitor that changes its mode is away for a moment: so long it is waited for
	// before the primary one is shown in its place, and every so often it is looked for.
	returnWithin = 200 * time.Millisecond
	returnRetry  = 25 * time.Millisecond
	// When there is no monitor at all, one is waited for.
	monitorWithin = 5 * time.Second
	monitorRetry  = 250 * time.Millisecond
	// watchGap is the least time between two monitors that are shown because somebody
	// wants them, each with an encoder and a key frame of its own. The newest is heeded.
	watchGap = 250 * time.Millisecond
)

// Monitors are what a source has, and which of it the pictures show.
type Monitors struct {
	List []capture.Monitor
	// Shown is an ID of the list, or capture.AllMonitors.
	Shown int
}

// orders are what the loop is to do about monitors.
type orders struct {
	// Guarded by the Pipeline's mu.
	wanted *int // to be shown; nil: what is shown now

	// mu is held while the owner is told of places, so that what is told is in order.
	// Whoever is told takes no lock that a caller of the Pipeline may hold.
	mu         sync.Mutex
	rearranged bool // since the loop has listed the monitors

	// Owned by Run: what to show when it runs again, by another source.
	chosen *capture.Monitor
	all    bool
}

// Watch shows another monitor, or capture.AllMonitors. One that is not there changes
// nothing. Either way Arranged is called, at most every 250 ms, after the newest of what
// was wanted by then.
func (p *Pipeline) Watch(id int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.orders.wanted = &id
	if p.interrupt != nil {
		p.interrupt()
	}
}

// interrupted ends the wait that Run is in.
func (p *Pipeline) interrupted() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.interrupt != nil {
		p.interrupt()
	}
}

// follow hears of other monitors until ctx ends. The caller waits for that by calling
// what it returns.
func (l *loop) follow(ctx context.Context) (wait func()) {
	var following sync.WaitGroup
	following.Go(func() {
		for {
			select {
			case <-l.source.Rearranged():
				l.pipeline.doubt()
			case <-ctx.Done():
				return
			}
		}
	})
	return following.Wait
}

// doubt notes that the monitors may be others, and has the loop look.
func (p *Pipeline) doubt() {
	p.orders.mu.Lock()
	p.orders.rearranged = true
	p.config.Rearranging()
	p.orders.mu.Unlock()
	p.interrupted()
}

// ordered returns when there is something to heed, false when there is nothing. The
// Pipeline's mu is held.
func (l *loop) ordered() (at time.Time, ok bool) {
	o := &l.pipeline.orders
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.rearranged {
		return time.Time{}, true
	}
	return l.heeded.Add(watchGap), o.wanted != nil
}

// takeWanted returns the monitor to show, nil when there is none by now, and whether there
// is something to heed.
func (l *loop) takeWanted() (wanted *int, ordered bool) {
	p := l.pipeline
	p.mu.Lock()
	defer p.mu.Unlock()
	at, ordered := l.ordered()
	now := time.Now()
	if !ordered || now.Before(at) {
		return nil, false
	}
	if p.orders.wanted != nil && now.Sub(l.heeded) >= watchGap {
		wanted, p.orders.wanted, l.heeded = p.orders.wanted, nil, now
	}
	return wanted, true
}

// heed shows the monitor that is wanted, and tells of other monitors.
func (l *loop) heed() error {
	wanted, ordered := l.takeWanted()
	if !ordered {
		return nil
	}
	if wanted != nil && *wanted != l.watched {
		err := l.show(*wanted)
		if err != nil && !errors.Is(err, capture.ErrNoMonitor) {
			return fmt.Errorf("%w: %w", ErrScreenLost, err)
		}
	}
	return l.tell()
}

// show watches a monitor from now on.
func (l *loop) show(id int) error {
	if err := l.source.Watch(id); err != nil {
		return err
	}
	l.watched = id
	return nil
}

// tell lists the monitors for the owner. While there is none, or when they change again
// meanwhile, that is left for later.
func (l *loop) tell() error {
	o := &l.pipeline.orders
	o.mu.Lock()
	o.rearranged = false
	o.mu.Unlock()
	list, err := l.source.Monitors()
	if errors.Is(err, capture.ErrNoMonitor) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("%w: %w", ErrScreenLost, err)
	}
	l.remember(list)
	o.mu.Lock()
	defer o.mu.Unlock()
	if !o.rearranged {
		l.pipeline.config.Arranged(Monitors{List: list, Shown: l.watched})
	}
	return nil
}

// place tells where the next picture is. When the monitors may be others since it was
// taken, that remains to be seen.
func (l *loop) place() {
	if l.frame.Bounds == l.bounds {
		return
	}
	l.bounds = l.frame.Bounds
	p := l.pipeline
	p.orders.mu.Lock()
	defer p.orders.mu.Unlock()
	p.config.Resized(l.bounds, l.frame.At)
	if p.orders.rearranged {
		p.config.Rearranging()
	}
}

// remember keeps what is shown for the next source, which may give it another ID.
func (l *loop) remember(list []capture.Monitor) {
	o := &l.pipeline.orders
	o.all = l.watched == capture.AllMonitors
	o.chosen = nil
	for _, m := range list {
		if m.ID == l.watched {
			o.chosen = &m
		}
	}
}

// remembered returns the ID of what was shown before, by whatever source, or of the
// primary monitor.
func (l *loop) remembered(list []capture.Monitor) int {
	o := &l.pipeline.orders
	if o.all {
		return capture.AllMonitors
	}
	if o.chosen != nil {
		at := slices.IndexFunc(list, func(m capture.Monitor) bool {
			return m.Name == o.chosen.Name && (m.Name != "" || m.Bounds == o.chosen.Bounds)
		})
		if at >= 0 {
			return list[at].ID
		}
	}
	return list[0].ID
}

// begin watches what was shown before. It waits a while for there to be a monitor.
func (l *loop) begin(ctx context.Context) error {
	return l.retry(ctx, func() error {
		list, err := l.source.Monitors()
		if err != nil {
			return err
		}
		return l.show(l.remembered(list))
	})
}

// resume goes on when the watched monitor is away: with the same one if it is back in a
// moment, and otherwise with the primary one.
func (l *loop) resume(ctx context.Context) error {
	for began := time.Now(); time.Since(began) < returnWithin; {
		if err := l.show(l.watched); !errors.Is(err, capture.ErrNoMonitor) {
			return l.toldAfter(err)
		}
		if err := l.pause(ctx, returnRetry); err != nil {
			return err
		}
	}
	return l.retry(ctx, func() error {
		list, err := l.source.Monitors()
		if err != nil {
			return err
		}
		return l.show(list[0].ID)
	})
}

// retry tries until there is a monitor, for a while. For a person who has yet to choose
// one, the source waits as long as that may take.
func (l *loop) retry(ctx context.Context, try func() error) error {
	deadline := time.Now().Add(monitorWithin)
	for {
		err := try()
		undecided := errors.Is(err, capture.ErrUndecided)
		if !undecided && (!errors.Is(err, capture.ErrNoMonitor) || time.Now().After(deadline)) {
			return l.toldAfter(err)
		}
		if err := l.pause(ctx, monitorRetry); err != nil {
			return err
		}
	}
}

// toldAfter tells of the monitors unless there was an error, which is the end.
func (l *loop) toldAfter(err error) error {
	if err != nil {
		return fmt.Errorf("%w: %w", ErrScreenLost, err)
	}
	return l.tell()
}
