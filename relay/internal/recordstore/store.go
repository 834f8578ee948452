package recordstore

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/lendhand/lendhand/relay/internal/audit"
)

const (
	// forsakenAfter is how long the end of a recording is waited for once its session is
	// over and nothing comes any more.
	forsakenAfter = time.Minute
	// How often the relay looks at the disk and at growing volumes, for forsaken
	// recordings, and for those whose day has come.
	watchEvery    = time.Second
	forsakenEvery = 5 * time.Second
	expiredEvery  = time.Minute
)

// Config is what a [Store] is made of.
type Config struct {
	Database Database
	Blobs    Blobs
	// Folder is where volumes grow, and wait for the storage.
	Folder string
	// Key signs receipts. Older are those that did before, the newest first: a recording goes
	// on with the key that it began with, which its host knows.
	Key   ed25519.PrivateKey
	Older []ed25519.PrivateKey
	// Quota is how many bytes all recordings may have; 0: as many as there is room for.
	Quota int64
	// Disks returns the disks that recordings are written to. It must not block.
	Disks func() ([]Disk, error)
	// Journal is told what happens to recordings, and waits until it is written down.
	Journal func(audit.Event)
	// Changed is told that a recording has something new to look at: it has begun, has one
	// more index, has ended, was deleted. It must not block, nor ask back; nil for nobody.
	Changed func(id string)
	// Now is the clock; nil means time.Now.
	Now func() time.Time
	Log *slog.Logger
}

func (c Config) validate() error {
	switch {
	case c.Database == nil, c.Blobs == nil, c.Disks == nil, c.Journal == nil, c.Log == nil:
		return errors.New("recordings: database, storage, disks, journal and log are required")
	case c.Folder == "" || slices.ContainsFunc(c.keys(), func(k ed25519.PrivateKey) bool { return len(k) != ed25519.PrivateKeySize }):
		return errors.New("recordings: no folder, or no key")
	case c.Quota < 0:
		return fmt.Errorf("recordings: a quota of %d", c.Quota)
	}
	return nil
}

// Store keeps recordings. It is safe for use from any goroutine.
type Store struct {
	// Set at construction.
	cfg Config
	db  Database
	log *slog.Logger
	now func() time.Time

	// used is the size of all recordings; figures what is known of the room there is.
	used atomic.Int64
	// measuring is held while the latter is found out.
	figures   atomic.Pointer[Figures]
	measuring sync.Mutex
	// wake tells the shipper that a volume waits.
	wake chan struct{}
	// moving is held for reading while a volume goes to the storage, and for writing while
	// a recording becomes one that must not be there any more.
	moving sync.RWMutex
	// noted is what the shipper has complained of; owned by it.
	noted string

	mu sync.Mutex
	// live are the recordings that somebody works on; guarded by mu.
	live map[string]*live
	// over is when sessions ended that are still to be compared; guarded by mu.
	over map[string]time.Time
}

// Open takes up the volumes that were growing when the relay stopped, and cuts off what a
// crash has left half written. Nothing is moved or ended before [Store.Run]. Close it.
func Open(ctx context.Context, cfg Config) (*Store, error) {
	if err := cfg.validate(); err != nil {
		return nil, err
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Changed == nil {
		cfg.Changed = func(string) {}
	}
	s := &Store{cfg: cfg, db: cfg.Database, log: cfg.Log, now: cfg.Now, wake: make(chan struct{}, 1), live: make(map[string]*live)}
	if err := os.MkdirAll(cfg.Folder, 0o700); err != nil {
		return nil, fmt.Errorf("folder of open recordings: %w", err)
	}
	used, err := s.db.RecordingBytes(ctx)
	if err != nil {
		return nil, err
	}
	s.used.Store(used)
	if err := s.takeUp(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	s.measure()
	return s, nil
}

// takeUp loads the recordings that have volumes on this disk. One that cannot be read is
// left as it is: others must not wait for it.
func (s *Store) takeUp(ctx context.Context) error {
	folders, err := os.ReadDir(s.cfg.Folder)
	if err != nil {
		return fmt.Errorf("folder of open recordings: %w", err)
	}
	for _, folder := range folders {
		if CheckFolder(folder.Name()) != nil || !folder.IsDir() {
			continue
		}
		l, err := s.acquire(ctx, folder.Name())
		if err != nil {
			s.log.Error("recording not taken up", "recording", folder.Name(), "error", err)
			continue
		}
		s.release(l)
	}
	return ctx.Err()
}

// Run moves volumes to the storage, ends and deletes recordings, until ctx ends. What is
// over already is ended at once.
func (s *Store) Run(ctx context.Context) error {
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { s.ship(ctx); return nil })
	group.Go(func() error { s.watch(ctx); return nil })
	return group.Wait()
}

func (s *Store) watch(ctx context.Context) {
	s.endForsaken(ctx, 0)
	s.DeleteExpired(ctx)
	tick, forsaken, expired := time.NewTicker(watchEvery), time.NewTicker(forsakenEvery), time.NewTicker(expiredEvery)
	defer tick.Stop()
	defer forsaken.Stop()
	defer expired.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			s.measure()
			s.tend(ctx)
			s.compare(ctx)
		case <-forsaken.C:
			s.endForsaken(ctx, forsakenAfter)
		case <-expired.C:
			s.DeleteExpired(ctx)
		}
	}
}

// Close lets go of the growing volumes: what is in them is on the disk. Nobody may use the
// store any more.
func (s *Store) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	var errs []error
	for id, l := range s.live {
		l.mu.Lock()
		if l.volume != nil {
			errs = append(errs, l.volume.file.Close())
		}
		l.volume, l.loaded = nil, false
		l.mu.Unlock()
		delete(s.live, id)
	}
	return errors.Join(errs...)
}
