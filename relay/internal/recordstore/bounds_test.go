package recordstore_test

import (
	"errors"
	"testing"
	"time"

	"github.com/lendhand/lendhand/relay/internal/recordstore"
	"github.com/lendhand/lendhand/relay/recording"
)

// jump makes a part that ends so long after the recording's beginning.
func (h *host) jump(end time.Duration) []recording.Part {
	h.w.t.Helper()
	at := recording.Time(end.Milliseconds())
	h.parts = append(h.parts, h.seal(&recording.Content{Start: at, Video: h.video(10)}))
	return h.parts[len(h.parts)-1:]
}

// Scenario: a hostile host says that it records longer than the session lasts.
func TestARecordingIsNoLongerThanItsSession(t *testing.T) {
	for name, c := range map[string]struct {
		ran   time.Duration // the session, until it ended
		since time.Duration // from then on
		end   time.Duration // of the part
		taken bool
	}{
		"while it runs":                     {ran: time.Minute, end: time.Minute, taken: true},
		"the end was heard of late":         {ran: time.Minute, since: 4 * time.Minute, end: 5 * time.Minute, taken: true},
		"after a crash, days later":         {ran: time.Hour, since: 6 * 24 * time.Hour, end: time.Hour, taken: true},
		"what is not yet":                   {ran: time.Minute, end: 10 * time.Minute},
		"after the end":                     {ran: time.Minute, since: time.Hour, end: 30 * time.Minute},
		"days after the end of a short one": {ran: time.Minute, since: 6 * 24 * time.Hour, end: 48 * time.Hour},
	} {
		for _, restarted := range []bool{false, true} {
			w := newWorld(t)
			h := w.begin("s_1")
			h.manifest()
			h.take(h.make(1, 10))
			w.pass(c.ran)
			if c.since > 0 {
				w.session("s_1", w.clock())
				w.pass(c.since)
			}
			if restarted {
				w.restart()
			}
			_, err := w.Take(t.Context(), "s_1", h.jump(c.end))
			if c.taken != (err == nil) || err != nil && !errors.Is(err, recordstore.ErrBeyond) {
				t.Errorf("%s, restarted %v: %v", name, restarted, err)
			}
		}
	}
}

// Scenario: a hostile host sends as much as it may, after a session of ten seconds: what it
// gets is what a session of ten seconds may have, however long it goes on.
func TestARecordingHasNoMoreThanItsSession(t *testing.T) {
	w := newWorld(t)
	h := w.begin("s_1")
	h.manifest()
	w.pass(10 * time.Second)
	w.session("s_1", w.clock())
	var err error
	taken := 0
	for range 40 {
		w.pass(time.Hour) // its pace is no matter
		if taken == 5 {
			w.restart() // nor is a restart
		}
		if _, err = w.Take(t.Context(), "s_1", []recording.Part{h.still(7 << 20)}); err != nil {
			break
		}
		taken++
	}
	if !errors.Is(err, recordstore.ErrBeyond) || taken != (64+40)/7 {
		t.Errorf("%d times 7 MiB: %v", taken, err)
	}
	if n := w.whole("s_1"); n != int64(taken) {
		t.Errorf("%d parts are kept", n)
	}
}

// still makes a part in which no time passes.
func (h *host) still(size int) recording.Part {
	h.w.t.Helper()
	return h.seal(&recording.Content{Start: h.writer.End(), Video: h.video(size)})
}

// While its session runs, a host that has too much is told to wait, and that is enough.
func TestTooMuchInARunningSessionHasToWait(t *testing.T) {
	w := newWorld(t)
	h := w.begin("s_1")
	h.manifest()
	var p recording.Part
	var err error
	for n := 0; err == nil && n < 20; n++ {
		p = h.still(7 << 20)
		_, err = w.Take(t.Context(), "s_1", []recording.Part{p})
	}
	if !errors.Is(err, recordstore.ErrTooFast) {
		t.Fatal(err)
	}
	w.pass(5 * time.Second)
	h.take([]recording.Part{p})
}

// Scenario: an honest host records for eight hours, and can upload nothing of it before the
// session is over: it comes back two days later, over a slow line.
func TestAnHonestHostUploadsLate(t *testing.T) {
	w := newWorld(t)
	h := w.begin("s_1")
	h.manifest()
	for range 8 * 6 {
		h.parts = append(h.parts, h.seal(&recording.Content{Start: h.writer.End() + 599_000, Length: 1000, Video: h.video(100_000)}))
	}
	h.end()
	w.pass(8*time.Hour + 2*time.Second)
	w.session("s_1", w.clock())
	w.pass(48 * time.Hour)
	w.restart()
	for len(h.parts) > 0 {
		some := h.parts[:min(10, len(h.parts))]
		h.take(some)
		h.parts = h.parts[len(some):]
		w.pass(20 * time.Second)
	}
	if n := w.whole("s_1"); n != 8*6+1 {
		t.Errorf("%d parts", n)
	}
}

// Scenario: the relay's clock is set back by ten minutes, or ahead, in the middle of a
// session, and the relay is restarted: what a host records goes on. (While the relay runs,
// the monotonic clock counts, which nobody sets.)
func TestTheRelaysClockIsSet(t *testing.T) {
	for _, by := range []time.Duration{-10 * time.Minute, 10 * time.Minute} {
		w := newWorld(t)
		h := w.begin("s_1")
		h.manifest()
		w.pass(20 * time.Minute)
		h.take(h.jump(20 * time.Minute))
		w.pass(by)
		w.restart()
		for minute := range 20 {
			w.pass(time.Minute)
			h.take(h.jump(20*time.Minute + time.Duration(minute)*time.Minute))
		}
		w.session("s_1", w.clock())
		h.take(h.end())
		if n := w.whole("s_1"); n != 22 {
			t.Errorf("set by %v: %d parts", by, n)
		}
	}
}
