package recordstore_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lendhand/lendhand/relay/internal/audit"
	"github.com/lendhand/lendhand/relay/internal/recordstore"
	"github.com/lendhand/lendhand/relay/recording"
)

// Scenario: the storage is away for a while. Hosts go on, everything can be read, and
// nothing is left behind when it is back.
func TestTheStorageIsAway(t *testing.T) {
	w := newWorld(t)
	w.blobs.set(errOutage)
	w.start()
	h := w.begin("s_1")
	h.manifest()
	h.take(h.make(130, 100))
	h.take(h.make(1, 100))
	h.take(h.end())
	if n := w.whole("s_1"); n != 132 {
		t.Errorf("%d parts can be read", n)
	}
	if got := w.files("recordings"); got != nil {
		t.Errorf("the storage has %v", got)
	}
	w.restart()
	w.start()
	w.blobs.set(nil)
	w.eventually("the volumes go to the storage", func() bool { return w.files("recordings-open") == nil })
	if n := w.whole("s_1"); n != 132 || len(w.files("recordings")) == 0 {
		t.Errorf("%d parts in %v", n, w.files("recordings"))
	}
}

func TestWhatPlayersReadWhileItGoesOn(t *testing.T) {
	w := newWorld(t)
	h := w.begin("s_1")
	h.manifest()
	h.take(h.make(70, 1000))
	h.take(h.make(30, 1000))
	volumes, err := w.Volumes(t.Context(), "s_1")
	if err != nil || len(volumes) != 2 || volumes[0].Next != 70 || volumes[1].First != 70 || volumes[1].Next != 100 || volumes[1].Until != 100_000 {
		t.Fatalf("volumes %+v, %v", volumes, err)
	}
	for _, c := range []struct{ from, to, most, next int64 }{
		{0, 0, 1 << 20, 1}, {0, 99, 1 << 20, 100}, {65, 75, 1 << 20, 76}, {69, 69, 0, 70}, {70, 200, 1 << 20, 100},
		{0, 99, 4500, 2}, {68, 99, 6500, 71}, {100, 120, 1 << 20, 100}, {500, 600, 1 << 20, 500}, {20, 10, 1 << 20, 20}, {-5, 2, 1 << 20, 3},
	} {
		s, err := w.Parts(t.Context(), "s_1", c.from, c.to, c.most)
		if err != nil || s.Next != c.next || s.Parts != 100 {
			t.Errorf("parts %d to %d, %d bytes: next %d of %d, %v; want %d", c.from, c.to, c.most, s.Next, s.Parts, err, c.next)
			continue
		}
		want := max(c.from, 0)
		parts := recording.NewParts(bufio.NewReader(s), true)
		var bytes int64
		for {
			p, err := parts.Next()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil || p.Part != want || !p.Holds(p.Sealed) {
				t.Fatalf("part %d: %v", want, err)
			}
			n, err := p.WriteTo(io.Discard)
			if err != nil {
				t.Fatal(err)
			}
			bytes += n
			want++
		}
		if want != c.next || bytes != s.Bytes {
			t.Errorf("parts %d to %d: up to %d, %d of %d bytes", c.from, c.to, want, bytes, s.Bytes)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
	for i, p := range volumes[1].Parts {
		if p.Part != 70+int64(i) || !p.KeyFrame || p.Length != 1000 || p.Start != recording.Time(70_000+1000*i) {
			t.Fatalf("part %+v", p)
		}
	}
}

// Scenario: two hosts record while somebody watches and volumes move.
func TestTwoHostsAtOnce(t *testing.T) {
	w := newWorld(t)
	w.start()
	hosts := []*host{w.begin("s_a"), w.begin("s_b")}
	var all sync.WaitGroup
	for _, h := range hosts {
		h.manifest()
		for range 8 {
			h.make(30, 2000)
		}
		h.end()
		all.Go(func() {
			for parts := h.parts; len(parts) > 0; parts = parts[min(20, len(parts)):] {
				some := parts[:min(20, len(parts))]
				if receipts, err := w.Take(context.Background(), h.id, some); err != nil || len(receipts) != len(some) {
					t.Errorf("%s: %d receipts, %v", h.id, len(receipts), err)
				}
			}
		})
		all.Go(func() {
			for next := int64(0); next < 241; time.Sleep(time.Millisecond) {
				s, err := w.Parts(context.Background(), h.id, next, next+50, 1<<20)
				if err != nil {
					t.Errorf("watch %s: %v", h.id, err)
					return
				}
				data, err := io.ReadAll(s)
				if err := errors.Join(err, s.Close()); err != nil || int64(len(data)) != s.Bytes {
					t.Errorf("watch %s: %d of %d bytes, %v", h.id, len(data), s.Bytes, err)
					return
				}
				next = s.Next
			}
		})
	}
	all.Wait()
	for _, h := range hosts {
		if n := w.whole(h.id); n != 241 {
			t.Errorf("%s has %d parts", h.id, n)
		}
	}
}

// The trail is told once a minute how far a recording has come.
func TestTheTrailKnowsHowFarItCame(t *testing.T) {
	w := newWorld(t)
	w.start()
	h := w.begin("s_1")
	h.manifest()
	for i := range 3 {
		w.pass(time.Minute)
		h.take(h.make(5, 100))
		want := map[string]string{"part": fmt.Sprint(5*i + 4), "link": h.writer.Link().String()}
		w.eventually("the trail is told", func() bool { return len(w.told(audit.RecordingHead)) == i+1 })
		if diff := cmp.Diff(want, w.told(audit.RecordingHead)[i].Detail); diff != "" {
			t.Errorf("head %d: %s", i, diff)
		}
	}
	w.pass(10 * time.Minute)
	time.Sleep(1200 * time.Millisecond) // the store looks every second
	if n := len(w.told(audit.RecordingHead)); n != 3 {
		t.Errorf("the trail was told %d times", n)
	}
}

// Scenario: a host never comes back.
func TestAForsakenRecordingIsIncomplete(t *testing.T) {
	for name, c := range map[string]struct {
		ended   time.Duration // how long ago the session ended; 0: it runs
		restart bool
		want    recordstore.State
	}{
		"the session runs":                    {0, true, recordstore.StateOpen},
		"it has just ended":                   {time.Second, false, recordstore.StateOpen},
		"it has ended":                        {2 * time.Minute, false, recordstore.StateIncomplete},
		"it has ended while the relay was up": {time.Second, true, recordstore.StateIncomplete},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			h := w.begin("s_1")
			h.manifest()
			h.take(h.make(3, 100))
			if !c.restart {
				w.start() // what is over at the start is ended at once
				time.Sleep(300 * time.Millisecond)
			}
			w.pass(10 * time.Minute)
			if c.ended > 0 {
				w.session("s_1", noon.Add(10*time.Minute-c.ended))
			}
			if c.restart {
				w.restart()
				w.start()
			}
			is := func() bool {
				r, err := w.Record(t.Context(), "s_1")
				return err == nil && r.State == c.want
			}
			if c.want == recordstore.StateOpen {
				time.Sleep(500 * time.Millisecond)
			}
			w.eventually(string(c.want), is)
			if c.want != recordstore.StateIncomplete {
				return
			}
			w.eventually("the trail knows", func() bool { return len(w.told(audit.RecordingEnded)) == 1 })
			if e := w.told(audit.RecordingEnded)[0]; e.Detail["complete"] != "false" || e.Detail["parts"] != "3" {
				t.Errorf("event %v", e)
			}
			// The host comes back all the same.
			h.take(h.make(2, 100))
			h.take(h.end())
			w.eventually("it is whole", func() bool {
				r, err := w.Record(t.Context(), "s_1")
				return err == nil && r.State == recordstore.StateEnded
			})
			if n := w.whole("s_1"); n != 6 {
				t.Errorf("%d parts", n)
			}
		})
	}
}

// Scenario: a session ends before its host uploads anything.
func TestARecordingThatNeverCame(t *testing.T) {
	w := newWorld(t)
	w.begin("s_1")
	w.pass(time.Minute)
	w.session("s_1", noon)
	w.start()
	w.eventually("it is incomplete", func() bool {
		r, err := w.Record(t.Context(), "s_1")
		return err == nil && r.State == recordstore.StateIncomplete
	})
	if _, _, err := w.Whole(t.Context(), "s_1"); !errors.Is(err, recordstore.ErrUnknown) {
		t.Errorf("Whole = %v", err)
	}
}

func TestRetention(t *testing.T) {
	w := newWorld(t)
	w.start()
	kept, held, gone := w.begin("s_kept"), w.begin("s_held"), w.begin("s_gone")
	for _, h := range []*host{held, gone} {
		h.manifest()
		h.take(h.make(70, 100))
		h.take(h.end())
	}
	w.eventually("all is in the storage", func() bool { return len(w.files("recordings")) == 4 && w.files("recordings-open") == nil })
	used := w.Figures().Used
	if err := w.Hold(t.Context(), "s_held", true); err != nil {
		t.Fatal(err)
	}
	w.pass(24 * time.Hour)
	kept.manifest()
	kept.take(kept.make(1, 100))
	kept.take(kept.end())
	w.pass(29*24*time.Hour - time.Second)
	w.DeleteExpired(t.Context())
	if n := len(w.told(audit.RecordingDeleted)); n != 0 {
		t.Fatalf("%d deleted before their day", n)
	}
	w.pass(time.Second)
	w.blobs.set(errOutage) // it is deleted when the storage is back
	w.DeleteExpired(t.Context())
	if n := len(w.told(audit.RecordingDeleted)); n != 0 {
		t.Errorf("%d deleted while the storage was away", n)
	}
	if _, _, err := w.Whole(t.Context(), "s_gone"); !errors.Is(err, recordstore.ErrUnknown) {
		t.Errorf("it can be read while it is being deleted: %v", err)
	}
	w.blobs.set(nil)
	w.DeleteExpired(t.Context())
	w.DeleteExpired(t.Context())
	deleted := w.told(audit.RecordingDeleted)
	if len(deleted) != 1 || deleted[0].Session != "s_gone" {
		t.Fatalf("deleted: %v", deleted)
	}
	want := map[string]string{"why": "retention", "parts": "71", "link": gone.writer.Link().String(), "bytes": deleted[0].Detail["bytes"]}
	if diff := cmp.Diff(want, deleted[0].Detail); diff != "" {
		t.Errorf("the proof: %s", diff)
	}
	if all := strings.Join(append(w.files("recordings"), w.files("recordings-open")...), " "); strings.Contains(all, "s_gone") || !strings.Contains(all, "s_held") {
		t.Errorf("files: %s", all)
	}
	if now := w.Figures().Used; now >= used {
		t.Errorf("%d bytes are used, %d before", now, used)
	}
	r, err := w.Record(t.Context(), "s_gone")
	if err != nil || r.State != recordstore.StateDeleted || r.Head != nil || r.Gone.IsZero() || r.Consent != "" || r.OpensCopy(gone.tokens.Copy) {
		t.Errorf("what is left: %+v, %v", r, err)
	}
	if _, err := w.Take(t.Context(), "s_gone", gone.parts); err == nil {
		t.Error("parts are taken of one that is deleted")
	}
	if ids, err := w.IDs(t.Context()); err != nil || !cmp.Equal(ids, []string{"s_held", "s_kept"}) {
		t.Errorf("left: %v, %v", ids, err)
	}
	if w.whole("s_held") != 71 || w.whole("s_kept") != 2 {
		t.Error("others have lost parts")
	}
	if err := w.Hold(t.Context(), "s_held", false); err != nil {
		t.Fatal(err)
	}
	w.DeleteExpired(t.Context())
	if n := len(w.told(audit.RecordingDeleted)); n != 2 {
		t.Errorf("%d deleted once nobody holds it", n)
	}
	if err := w.Hold(t.Context(), "s_held", true); !errors.Is(err, recordstore.ErrUnknown) {
		t.Errorf("a deleted one is held: %v", err)
	}
}

func TestHowMuchRoomThereIs(t *testing.T) {
	const gib = 1 << 30
	for name, c := range map[string]struct {
		free, quota int64
		level       recordstore.Level
		stopped     bool
	}{
		"an empty disk":      {95, 0, recordstore.Roomy, false},
		"four fifths":        {20, 0, recordstore.Low, false},
		"nine tenths":        {10, 0, recordstore.Full, false},
		"the floor":          {0, 0, recordstore.Full, true},
		"a quota far away":   {95, gib, recordstore.Roomy, false},
		"a quota almost met": {95, 75_000, recordstore.Low, false},
		"a quota nearer":     {95, 67_000, recordstore.Full, false},
		"a quota met":        {95, 30_000, recordstore.Full, true},
		"a disk nearer":      {5, gib, recordstore.Full, false},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			h := w.begin("s_1")
			h.manifest()
			h.take(h.make(1, 60_000))
			w.setDisk(c.free*gib, 100*gib)
			w.quota = c.quota
			w.restart()
			if f := w.Figures(); f.Level != c.level || f.Stopped != c.stopped || f.Used < 60_000 || f.Used > 65_000 || f.Free != c.free*gib {
				t.Errorf("figures %+v", f)
			}
			_, err := w.Begin(t.Context(), w.newHost("s_2").session())
			if full := errors.Is(err, recordstore.ErrFull); full != (c.level == recordstore.Full) || full != (w.Ready() != nil) {
				t.Errorf("a new one: %v", err)
			}
			_, err = w.Take(t.Context(), "s_1", h.make(1, 100))
			if full := errors.Is(err, recordstore.ErrFull); full != c.stopped {
				t.Errorf("one that runs: %v", err)
			}
			if _, err := w.Take(t.Context(), "s_1", h.parts[:1]); err != nil {
				t.Errorf("what is here already: %v", err)
			}
		})
	}
}

// Scenario: a recording that need not be ends, and its session goes on for ten minutes. The
// trail has it that the rest of the session is in no recording, whatever the host says later.
func TestTheTrailKnowsOfASessionThatWentOn(t *testing.T) {
	for name, c := range map[string]struct {
		on   time.Duration
		ends bool
		want string
	}{
		"the recording ended before":  {10 * time.Minute, true, "10m0s"},
		"the rest has yet to come":    {time.Minute, false, "1m0s"},
		"they ended at the same time": {time.Second, true, ""},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.start()
			h := w.begin("s_1")
			h.manifest()
			w.pass(3 * time.Second)
			h.take(h.make(3, 100))
			if c.ends {
				h.take(h.end())
			}
			w.pass(c.on)
			w.session("s_1", w.clock())
			w.SessionOver("s_1")
			w.SessionOver("s_none")
			said := func() []audit.Event {
				return slices.DeleteFunc(w.told(audit.RecordingHead), func(e audit.Event) bool { return e.Detail["session_over"] == "" })
			}
			if c.want == "" {
				time.Sleep(2 * time.Second) // it looks each second
				if got := said(); len(got) != 0 {
					t.Errorf("the trail says %v", got)
				}
				return
			}
			w.eventually("the trail knows", func() bool { return len(said()) == 1 })
			if e := said()[0]; e.Detail["behind"] != c.want || e.Detail["link"] != h.writer.Link().String() {
				t.Errorf("the trail says %v, want %s", e.Detail, c.want)
			}
		})
	}
}
