package record

import (
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"sync"
	"time"

	"github.com/lendhand/lendhand/relay/recording"
)

const (
	// retryFirst is the pause after a request that failed, doubled up to retryMost with each
	// that follows. A third of it is left to chance.
	retryFirst = 250 * time.Millisecond
	retryMost  = 5 * time.Second
	// batchSpan is how long a network should need for one request: receipts come as often.
	batchSpan = 2 * time.Second
	// leastBatch is how large a request may be on any network, in bytes.
	leastBatch = 64 << 10
	// watchEvery is how often it is looked how the upload keeps up.
	watchEvery = 250 * time.Millisecond
)

// upload brings what a spool keeps to the relay.
type upload struct {
	// Set at construction.
	client *client
	spool  *spool
	head   []byte // the manifest and its signature
	link   recording.Link
	flow   *flow
	begun  func() // told once that the relay has the manifest
	state  func(State)
	log    *slog.Logger
	news   chan struct{} // there is more to upload; holds one
	old    bool          // the relay has forgotten of it, if this machine's clock is right

	// Guarded by mu.
	mu    sync.Mutex
	ended bool // nothing more will come
}

// poke says that there is more to upload.
func (u *upload) poke() {
	select {
	case u.news <- struct{}{}:
	default:
	}
}

// end says that nothing more will come.
func (u *upload) end() {
	u.mu.Lock()
	u.ended = true
	u.mu.Unlock()
	u.poke()
}

func (u *upload) isEnded() bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.ended
}

// run uploads until everything is receipted after end, or ctx ends.
func (u *upload) run(ctx context.Context) {
	watching, stop := context.WithCancel(ctx)
	var watch sync.WaitGroup
	watch.Go(func() { u.watch(watching) })
	done := u.deliver(ctx)
	stop()
	watch.Wait()
	u.spool.close(done)
}

// deliver reports whether the relay has everything.
func (u *upload) deliver(ctx context.Context) (done bool) {
	var told sync.Once
	pause := retryFirst
	for begun := false; ; {
		var err error
		if !begun {
			err = u.client.begin(ctx, u.head, u.link)
			if begun = err == nil; begun {
				told.Do(u.begun)
			}
		} else {
			done, err = u.step(ctx)
		}
		switch {
		case done:
			return true
		case ctx.Err() != nil:
			return false
		case u.isHopeless(err):
			u.log.Warn("the rest of a recording is lost: a part before it is, or its time is over", slog.Any("error", err))
			return true
		case err == nil:
			pause = retryFirst
			continue
		}
		begun = false // a relay that was restarted may want the manifest first
		u.log.Info("the recording is not uploaded", slog.Any("error", err), slog.Duration("again", pause))
		if !sleep(ctx, jitter(pause)) {
			return false
		}
		pause = min(2*pause, retryMost)
	}
}

// isHopeless reports whether the relay wants a part that nobody has any more: a crash has lost
// it, and nothing can follow it; or whether it takes nothing more, as clocks would have it.
func (u *upload) isHopeless(err error) bool {
	var r *refusal
	if !u.isEnded() || !errors.As(err, &r) {
		return false
	}
	return r.status == http.StatusConflict && r.code == outOfOrder ||
		u.old && r.status == http.StatusUnauthorized && r.code == noToken
}

// step uploads what waits, or waits for something. It reports whether that was all.
func (u *upload) step(ctx context.Context) (done bool, err error) {
	ended := u.isEnded() // before it is looked what waits
	parts, err := u.spool.first(u.batch())
	if len(parts) == 0 {
		if err != nil || ended {
			return err == nil, err
		}
		select {
		case <-u.news:
		case <-ctx.Done():
		}
		return false, ctx.Err()
	}
	began, size := time.Now(), 0
	for _, p := range parts {
		size += p.envelope.Size
	}
	receipted, err := u.client.send(ctx, parts)
	if receipted > 0 {
		u.flow.sent(size, time.Since(began), time.Now())
		u.spool.drop(parts[receipted-1].envelope.Part + 1)
	}
	return false, err
}

// batch is how many bytes go in the next request.
func (u *upload) batch() int {
	u.flow.mu.Lock()
	defer u.flow.mu.Unlock()
	return min(max(int(float64(u.flow.rate)/8*batchSpan.Seconds()), leastBatch), maxBody)
}

// watch tells how the upload keeps up.
func (u *upload) watch(ctx context.Context) {
	ticker := time.NewTicker(watchEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return
		}
		first, last, waits := u.spool.waiting()
		state, changed := u.flow.look(last.End()-first.Start, waits, u.spool.isFull(), time.Now())
		if changed && u.state != nil {
			u.state(state)
		}
	}
}

// jitter leaves a third of a pause to chance, so that many hosts do not come at once.
func jitter(d time.Duration) time.Duration {
	third := int64(d) / 3
	return d - time.Duration(third) + time.Duration(rand.Int64N(2*third)) //nolint:gosec // no secret
}

// sleep waits, and reports whether ctx has not ended.
func sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
