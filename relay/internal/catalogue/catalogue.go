// Package catalogue is how recordings are found, opened and looked after: what is known
// of each, what was said and done in it where the relay holds a key, who has looked at it
// and why, notes, holds, and what the person who was helped may see. RECORDINGS.md says
// how all of it is asked for.
//
// It knows nothing of how recordings are stored, and deletes none: it forgets those that
// the storage no longer has.
package catalogue

import (
	"context"
	"errors"
	"log/slog"
	"net/netip"
	"sync"
	"time"

	"filippo.io/age"

	"github.com/lendhand/lendhand/relay/internal/account"
	"github.com/lendhand/lendhand/relay/internal/audit"
	"github.com/lendhand/lendhand/relay/recording"
	"github.com/lendhand/lendhand/signaling/pace"
)

const (
	// sweepEvery is how often what is stored and what is catalogued are compared.
	sweepEvery = 10 * time.Minute
	// refreshWithin bounds the work on one recording.
	refreshWithin = time.Minute
	// saveWithin bounds the writing of what came of it.
	saveWithin = 10 * time.Second
	// copiesKept is how long a promise of a copy waits for a recording to begin.
	copiesKept = 8 * 24 * time.Hour
)

// Trail is where the audit trail is read: what happened in a session that is sealed.
type Trail interface {
	AuditLines(ctx context.Context, q audit.Query) ([]string, error)
}

// Config is what a [Catalogue] is made of.
type Config struct {
	Store      Store
	Recordings Recordings
	Readers    *Readers
	Trail      Trail
	// Key returns the relay's own, nil where it never made one. It is asked each time: a
	// command may have made one.
	Key func() (*age.X25519Identity, error)
	// ReceiptKeys are those that the storage may have signed receipts with.
	ReceiptKeys []recording.PublicKey
	// Journal writes to the audit trail, and returns once it is on the disk.
	Journal func(audit.Event)
	// Now is the clock, in the zone that office hours are of; nil means time.Now.
	Now func() time.Time
	Log *slog.Logger
}

// Catalogue is safe for use from any goroutine.
type Catalogue struct {
	Config
	// woken has room for one.
	woken chan struct{}

	// Guarded by mu.
	mu      sync.Mutex
	waiting map[string]bool           // recordings to look at again
	tries   *pace.Table[netip.Prefix] // of tokens
	acts    *pace.Table[string]       // by account
}

// The pace of wrong tokens by address, and of what an account asks for: more than a
// person can, less than a program could.
const (
	wrongTokens = 10
	everyToken  = 30 * time.Second
	actsAtOnce  = 300
	everyAct    = 100 * time.Millisecond
)

// New checks the configuration. Run keeps the catalogue up to date.
func New(cfg Config) (*Catalogue, error) {
	if cfg.Store == nil || cfg.Recordings == nil || cfg.Readers == nil || cfg.Trail == nil || cfg.Key == nil || cfg.Journal == nil || cfg.Log == nil {
		return nil, errors.New("catalogue: store, recordings, readers, trail, key, journal and log are required")
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	return &Catalogue{
		Config: cfg, woken: make(chan struct{}, 1), waiting: map[string]bool{},
		tries: pace.NewTable[netip.Prefix](wrongTokens, everyToken), acts: pace.NewTable[string](actsAtOnce, everyAct),
	}, nil
}

// Changed says that something about a recording is new: it began, has a new index, ended,
// was deleted. It returns at once.
func (c *Catalogue) Changed(id string) {
	c.mu.Lock()
	c.waiting[id] = true // as many as there are recordings under way
	c.mu.Unlock()
	select {
	case c.woken <- struct{}{}:
	default:
	}
}

// Run takes up what is stored until ctx ends.
func (c *Catalogue) Run(ctx context.Context) error {
	tick := time.NewTicker(sweepEvery)
	defer tick.Stop()
	c.sweep(ctx)
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
			c.sweep(ctx)
		case <-c.woken:
			c.refreshAll(ctx)
		}
	}
}

// sweep finds what nobody has told of: recordings that are new, deleted, or go on.
func (c *Catalogue) sweep(ctx context.Context) {
	stored, err := c.Recordings.StoredIDs(ctx)
	known, knownErr := c.Store.States(ctx)
	if err := errors.Join(err, knownErr, c.Store.ForgetCopies(ctx, c.Now().Add(-copiesKept))); err != nil {
		c.complain(ctx, "", err)
		return
	}
	c.mu.Lock()
	for _, id := range stored {
		if state, ok := known[id]; !ok || state == Live {
			c.waiting[id] = true
		}
		delete(known, id)
	}
	for id := range known {
		c.waiting[id] = true
	}
	c.mu.Unlock()
	c.refreshAll(ctx)
}

func (c *Catalogue) refreshAll(ctx context.Context) {
	for ctx.Err() == nil {
		id, ok := c.next()
		if !ok {
			return
		}
		if err := c.refresh(ctx, id); err != nil {
			c.complain(ctx, id, err)
		}
	}
}

func (c *Catalogue) next() (string, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for id := range c.waiting {
		delete(c.waiting, id)
		return id, true
	}
	return "", false
}

func (c *Catalogue) complain(ctx context.Context, id string, err error) {
	if ctx.Err() == nil {
		c.Log.Error("recording not catalogued", "session", id, "error", err)
	}
}

// spend takes one of an account's acts, or fails with [*account.TooManyError].
func (c *Catalogue) spend(accountID string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.Now()
	bucket := c.acts.Of(accountID, now)
	if wait := bucket.Wait(now); wait > 0 {
		return &account.TooManyError{Wait: wait}
	}
	bucket.Take(now)
	return nil
}
