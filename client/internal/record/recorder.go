package record

import (
	"crypto/ed25519"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/lendhand/lendhand/client/internal/picture"
	"github.com/lendhand/lendhand/relay/recording"
	"github.com/lendhand/lendhand/relay/recording/event"
)

// Reasons of gaps.
const (
	// GapBusy: this machine could not keep up.
	GapBusy = "busy"
	// GapFull: nothing more could be kept here, as the relay does not take it.
	GapFull = "full"
	// GapAsleep: this machine, or the program, was stopped.
	GapAsleep = "asleep"
	// GapUnpaused: after a pause there was no picture yet that can be decoded alone.
	GapUnpaused = "unpaused"
)

const (
	// maxQueued is how many parts wait to be sealed, and maxQueuedBytes how much video. What
	// does not fit is a gap.
	maxQueued      = 16
	maxQueuedBytes = 24 << 20
	// maxBroken is how many parts in a row may have pictures that nobody can read, before no
	// key frame is asked for any more.
	maxBroken = 3
	// blindAfter is how long pictures may be shown that are not recorded, through the fault of
	// this machine: about, as parts that fail overlap with pictures that do. blindStep is how
	// much one picture counts at most: while nothing is shown, nothing is missed.
	blindAfter = event.Time(10_000)
	blindStep  = event.Time(500)
	// tick is how often it is looked whether a part is over.
	tick = 100 * time.Millisecond
	// pointerEvery is the least time between two places of one pointer.
	pointerEvery = event.Time(100)
)

// Config says what is recorded, and to where. All fields but Keep, KeyFrame and
// State are required.
type Config struct {
	// Manifest is what the recording is of; NewWriter says what need not be filled in.
	Manifest recording.Manifest
	// SessionKey is the host's for the session.
	SessionKey ed25519.PrivateKey
	// Relay is the relay's address, such as https://help.example, and Token what it has
	// given out for this recording.
	Relay, Token string
	// ReceiptKey is what the relay signs receipts with, by its own word.
	ReceiptKey ed25519.PublicKey
	// Keep has the pictures keep their rate however slowly the relay takes them; otherwise
	// they get a lower one until what waits is less.
	Keep bool
	// KeyFrame asks for a key frame once the picture rests, within two seconds.
	KeyFrame func()
	// Begun is called once the relay has receipted the manifest: from then on it knows that
	// there is a recording. Like State, from another goroutine; it may be nil.
	Begun func()
	// State is told of each change of the recording's state, from another goroutine. It
	// must not wait for the Recorder.
	State func(State)
	Log   *slog.Logger
}

func (c *Config) validate() error {
	switch {
	case c.Relay == "" || c.Token == "":
		return errors.New("record: relay and token are required")
	case len(c.ReceiptKey) != ed25519.PublicKeySize:
		return errors.New("record: the relay's receipt key is required")
	case c.Log == nil:
		return errors.New("record: a log is required")
	}
	return recording.CheckID(c.Manifest.Recording)
}

// Recorder makes one recording. Its methods may be called from any goroutine, and wait for
// no disk and no network.
type Recorder struct {
	// Set at construction.
	config  Config
	began   time.Time
	drafts  chan *draft
	upload  *upload
	sealer  sealer
	sealing sync.WaitGroup
	ticking chan struct{} // closed by End

	// Guarded by mu.
	mu     sync.Mutex
	build  builder
	queued int // bytes of pictures in drafts
	paused *pause
	places map[string]place
	ended  bool
	missed event.Time // since when pictures are missing, with reason why; -1: none is
	why    string
	broken int // parts in a row whose pictures nobody can read
	// blind is for how long pictures are shown and not recorded, lastMissed the newest.
	blind, lastMissed event.Time
}

// pause is a pause of the recording.
type pause struct{ since event.Time }

// place is where a pointer was last.
type place struct {
	x, y int
	at   event.Time
}

var _ picture.Keeper = (*Recorder)(nil)

// newRecorder begins a recording, whose parts go to an upload.
func newRecorder(c Config, w *recording.Writer, u *upload) *Recorder {
	if c.KeyFrame == nil {
		c.KeyFrame = func() {}
	}
	r := &Recorder{
		config: c, began: time.Now(), drafts: make(chan *draft, maxQueued), upload: u,
		sealer:  sealer{writer: w, spool: u.spool, put: u.poke, log: c.Log},
		ticking: make(chan struct{}), places: make(map[string]place), missed: -1,
	}
	r.build.out = r.take
	r.sealing.Go(r.seal)
	r.sealing.Go(r.ticks)
	return r
}

// now is the recording's time.
func (r *Recorder) now() event.Time { return event.At(time.Since(r.began)) }

// take queues a part. It is called with mu held.
func (r *Recorder) take(d *draft) bool {
	size := 0
	for _, f := range d.frames {
		size += len(f.Data)
	}
	if r.queued+size > maxQueuedBytes {
		return false
	}
	select {
	case r.drafts <- d:
		r.queued += size
		return true
	default:
		return false
	}
}

// ticks ends parts whose time is over.
func (r *Recorder) ticks() {
	ticker := time.NewTicker(tick)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			r.mu.Lock()
			if !r.ended {
				r.build.advance(r.now())
			}
			r.mu.Unlock()
		case <-r.ticking:
			return
		}
	}
}

// seal seals what is queued, until End.
func (r *Recorder) seal() {
	for d := range r.drafts {
		ok := r.sealer.seal(d)
		r.mu.Lock()
		for _, f := range d.frames {
			r.queued -= len(f.Data)
		}
		switch {
		case !ok:
			r.build.ready = false
			r.broken++
			r.blinded(d.Length)
		case len(d.frames) > 0:
			r.broken, r.blind = 0, 0
		}
		r.mu.Unlock()
	}
}

// WriteFrame implements picture.Sink.
func (r *Recorder) WriteFrame(f picture.Frame) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := r.now()
	switch {
	case r.ended:
		return errors.New("the recording is over")
	case r.paused != nil:
		r.miss(now, "")
		return nil
	case r.upload.spool.isFull():
		r.miss(now, GapFull)
		return nil
	}
	if !r.build.frame(now, &f) {
		r.miss(now, GapBusy)
		if r.broken < maxBroken {
			r.config.KeyFrame()
		}
		return nil
	}
	r.found(now)
	return nil
}

// Miss says that a picture is left out, as the technician is not shown it either.
func (r *Recorder) Miss() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.build.ready = false
}

// miss notes that there are no pictures from now on. Pictures that miss because of a pause
// are told of by its events.
func (r *Recorder) miss(now event.Time, why string) {
	r.build.ready = false
	if why != "" {
		r.blinded(min(now-r.lastMissed, blindStep))
		r.lastMissed = now
	}
	if r.missed < 0 && why != "" {
		r.missed, r.why = now, why
	}
}

// blinded notes for how long more pictures were shown that are not recorded.
func (r *Recorder) blinded(length event.Time) {
	if r.blind += length; r.blind >= blindAfter {
		r.upload.flow.lose()
	}
}

// found notes that there are pictures again.
func (r *Recorder) found(now event.Time) {
	if r.missed >= 0 && r.missed < now {
		r.build.add(now, &event.Gap{From: r.missed, To: now, Reason: r.why})
	}
	r.missed = -1
}

// Takes implements picture.Keeper.
func (r *Recorder) Takes() int {
	if r.config.Keep {
		return 0
	}
	return r.upload.flow.takes()
}

// Identity returns the recording's own key, with which every part of it can be opened.
func (r *Recorder) Identity() string { return r.sealer.writer.Identity() }

// End ends the recording: the last part says why. It waits until that is written on this
// machine; what is still to be uploaded, the Depot does.
func (r *Recorder) End(reason string) {
	r.mu.Lock()
	if r.ended {
		r.mu.Unlock()
		return
	}
	now := r.now()
	r.build.advance(now)
	r.found(now)
	if r.paused != nil {
		r.build.add(now, &event.Unpause{What: event.PausedRecording, Length: now - r.paused.since})
	}
	r.build.cut(r.build.within(now))
	r.ended = true
	end := r.build.start
	left := r.build.events // of a part that found no room
	r.mu.Unlock()

	close(r.ticking)
	close(r.drafts)
	r.sealing.Wait()
	r.sealer.end(end, left, reason)
	r.upload.end()
}
