package recordstore

import (
	"context"
	"errors"
	"time"

	"github.com/lendhand/lendhand/relay/recording"
)

// afterwards is how much longer than its session, by the relay's clock, a recording may be:
// a host that the relay has lost learns late that the session is over, and clocks differ.
const afterwards = 5 * time.Minute

// ErrBeyond says that the session was not so long, or that no session of its length has so
// many bytes. A host that uploads late what it recorded meets neither.
var ErrBeyond = errors.New("its session has nothing that could be recorded there")

// extent is how long the session of a recording has been, as far as the relay knows.
type extent struct {
	// anchor is when the recording was loaded, and age how old it was then: from there on
	// the monotonic clock counts. What sets the relay's clock, in the middle of a session,
	// changes nothing.
	anchor time.Time
	age    time.Duration
	// ran is how long the session is known to have run, and over that it does no more.
	ran  time.Duration
	over bool
}

// newExtent begins at a recording that is loaded, whose chain ends at a time.
func newExtent(r *Record, end recording.Time, now time.Time) extent {
	return extent{anchor: now, age: max(now.Sub(r.Begun), span(end))}
}

func span(t recording.Time) time.Duration { return time.Duration(t) * time.Millisecond }

// at returns how old the recording is at a time.
func (e *extent) at(now time.Time) time.Duration { return e.age + now.Sub(e.anchor) }

// learn looks at the session: it ended at a time, zero when it runs.
func (e *extent) learn(ended, now time.Time) {
	ran := e.at(now)
	if e.over = !ended.IsZero(); e.over {
		ran -= max(now.Sub(ended), 0)
	}
	e.ran = max(e.ran, ran)
}

// allows checks a part that ends at a time, and with which the recording has so many bytes.
func (e *extent) allows(end recording.Time, bytes int64) error {
	switch {
	case span(end) > e.ran+afterwards:
		return ErrBeyond
	case bytes <= bytesAtOnce+int64(e.ran.Seconds()*bytesASecond):
		return nil
	case e.over:
		return ErrBeyond
	}
	return ErrTooFast // the session goes on, and will have room for it
}

// within checks that a part can be of the recording's session. The session is looked at only
// where what is known of it is not enough.
func (s *Store) within(ctx context.Context, l *live, end recording.Time, bytes int64, now time.Time) error {
	if l.extent.over || l.extent.allows(end, bytes) == nil {
		return l.extent.allows(end, bytes)
	}
	ended, err := s.db.SessionEnded(ctx, l.id)
	if errors.Is(err, ErrUnknown) { // long ago: then it is known when its recording ended
		ended, err = l.record.Ended, nil
	}
	if err != nil {
		return err
	}
	l.extent.learn(ended, now)
	return l.extent.allows(end, bytes)
}
