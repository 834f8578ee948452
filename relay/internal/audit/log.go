package audit

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"
)

const (
	// MaxBatch is how many events one call of Append takes, and one transaction
	// and its checkpoint cover.
	MaxBatch = 64
	// queueLength is how many calls wait for the disk; Note waits for room at most
	// noteWithin, and then counts the event as lost.
	queueLength = 4096
	noteWithin  = 50 * time.Millisecond
	// writeWithin bounds a transaction, the wait for other processes with it.
	writeWithin = 10 * time.Second
)

var (
	// ErrClosed says that the log was closed before the event came.
	ErrClosed  = errors.New("the audit trail is closed")
	errTooMany = fmt.Errorf("more than %d events at once", MaxBatch)
)

// Config is what a [Log] is made of.
type Config struct {
	Store Store
	Key   *Key
	// Now is the clock; nil means time.Now.
	Now func() time.Time
	Log *slog.Logger
}

// Log appends to the trail. It is safe for use from any goroutine, and other
// processes may append to the same trail. Events that come at the same time share
// a transaction and a checkpoint: a burst does not wait for the disk once for each.
type Log struct {
	// Set at construction.
	store Store
	key   *Key
	now   func() time.Time
	log   *slog.Logger
	calls chan call
	done  chan struct{} // closed when run has ended

	// Guarded by mu; whoever sends to calls holds it for reading.
	mu     sync.RWMutex
	closed bool

	lostMu sync.Mutex
	lost   int // guarded by lostMu: events that the trail does not know of yet
}

// call is some events on their way to the disk.
type call struct {
	events []Event
	// answer gets the outcome; nil when nobody waits for it.
	answer chan<- error
}

// New checks the configuration and starts to write. Close it.
func New(cfg Config) (*Log, error) {
	if cfg.Store == nil || cfg.Key == nil || cfg.Log == nil {
		return nil, errors.New("audit: store, key and log are required")
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	l := &Log{
		store: cfg.Store, key: cfg.Key, now: cfg.Now, log: cfg.Log,
		calls: make(chan call, queueLength), done: make(chan struct{}),
	}
	go l.run()
	return l, nil
}

// Close writes what waits and ends the log.
func (l *Log) Close() {
	l.mu.Lock()
	if !l.closed {
		l.closed = true
		close(l.calls)
	}
	l.mu.Unlock()
	<-l.done
}

// Append writes the events, all or none. They are on the disk, and covered by a
// signed checkpoint, when it returns nil. When ctx ends first they may still be
// written.
func (l *Log) Append(ctx context.Context, events ...Event) error {
	switch {
	case len(events) == 0:
		return nil
	case len(events) > MaxBatch:
		return errTooMany
	}
	answer := make(chan error, 1)
	if err := l.send(ctx, call{l.dated(events), answer}); err != nil {
		return fmt.Errorf("audit %s: %w", kinds(events), err)
	}
	select {
	case err := <-answer:
		return err
	case <-ctx.Done():
		return fmt.Errorf("audit %s: %w", kinds(events), ctx.Err())
	}
}

// Note writes the event soon. It waits for a moment at most; an event that then
// finds no room, or that cannot be written, is logged, and the trail itself says
// how many it lost as soon as it can.
func (l *Log) Note(e Event) {
	ctx, cancel := context.WithTimeout(context.Background(), l.patience())
	defer cancel()
	if err := l.send(ctx, call{events: l.dated([]Event{e})}); err != nil {
		l.lose([]Event{e}, err)
	}
}

// patience is how long Note waits for room: not again when it was in vain before.
func (l *Log) patience() time.Duration {
	l.lostMu.Lock()
	defer l.lostMu.Unlock()
	if l.lost > 0 {
		return 0
	}
	return noteWithin
}

func (l *Log) send(ctx context.Context, c call) error {
	l.mu.RLock()
	defer l.mu.RUnlock()
	if l.closed {
		return ErrClosed
	}
	select { // room is taken even when there is no time
	case l.calls <- c:
		return nil
	default:
	}
	select {
	case l.calls <- c:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// dated returns a copy in which every event has its time.
func (l *Log) dated(events []Event) []Event {
	dated := append([]Event(nil), events...)
	for i := range dated {
		if dated[i].Time.IsZero() {
			dated[i].Time = l.now()
		}
	}
	return dated
}

// lose counts and logs events that are not written.
func (l *Log) lose(events []Event, err error) {
	l.lostMu.Lock()
	l.lost += len(events)
	l.lostMu.Unlock()
	l.log.Error("audit events lost", "count", len(events), "kinds", kinds(events), "error", err)
}

// kinds names events for an error.
func kinds(events []Event) string {
	switch len(events) {
	case 0:
		return "nothing"
	case 1:
		return string(events[0].Kind)
	}
	return fmt.Sprintf("%s and %d more", events[0].Kind, len(events)-1)
}

// run writes calls, as many together as fit, until there are no more.
func (l *Log) run() {
	defer close(l.done)
	var held *call // did not fit into the batch before
	for {
		batch, next, more := l.gather(held)
		held = next
		l.write(batch) // at the end that may be none, but for lost ones
		if !more {
			return
		}
	}
}

// gather waits for a call and takes those that have come meanwhile, up to MaxBatch
// events. It returns the call that did not fit any more, and false at the end.
func (l *Log) gather(held *call) (batch []call, next *call, more bool) {
	if held == nil {
		first, ok := <-l.calls
		if !ok {
			return nil, nil, false
		}
		held = &first
	}
	batch = append(batch, *held)
	for count := len(held.events); count < MaxBatch; {
		select {
		case c, ok := <-l.calls:
			if !ok {
				return batch, nil, false
			}
			if count += len(c.events); count > MaxBatch {
				return batch, &c, true
			}
			batch = append(batch, c)
		default:
			return batch, nil, true
		}
	}
	return batch, nil, true
}

// write writes the batch and answers its calls.
func (l *Log) write(batch []call) {
	l.lostMu.Lock()
	lost := l.lost
	l.lostMu.Unlock()
	var events []Event
	for _, c := range batch {
		events = append(events, c.events...)
	}
	if len(events) == 0 && lost == 0 {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), writeWithin)
	defer cancel()
	err := l.extend(ctx, events, lost)
	if err == nil {
		l.lostMu.Lock()
		l.lost -= lost
		l.lostMu.Unlock()
	}
	for _, c := range batch {
		if c.answer != nil {
			c.answer <- err
		} else if err != nil {
			l.lose(c.events, err)
		}
	}
}
