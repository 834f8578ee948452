package record

import (
	"crypto/ed25519"
	"crypto/rand"
	"image"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/lendhand/lendhand/client/internal/picture"
	"github.com/lendhand/lendhand/client/internal/record/recordtest"
	"github.com/lendhand/lendhand/relay/recording"
	"github.com/lendhand/lendhand/relay/recording/event"
	"github.com/lendhand/lendhand/relay/recording/webm"
)

func TestMain(m *testing.M) {
	if os.Getenv(crashEnv) != "" {
		recordUntilKilled()
	}
	goleak.VerifyTestMain(m)
}

const testID = "s_test"

// studio is a Depot with a relay.
type studio struct {
	*Depot
	t     *testing.T
	relay *recordtest.Relay
	dir   string
}

func newStudio(t *testing.T, alter func(*DepotConfig)) *studio {
	t.Helper()
	s := &studio{t: t, relay: recordtest.New(t), dir: filepath.Join(t.TempDir(), "recordings")}
	s.reopen(alter)
	return s
}

// reopen opens the depot, as the next run of the program does.
func (s *studio) reopen(alter func(*DepotConfig)) {
	s.t.Helper()
	c := DepotConfig{Dir: s.dir, TLS: s.relay.TLS(), Log: slog.New(slog.DiscardHandler)}
	if alter != nil {
		alter(&c)
	}
	d, err := NewDepot(c)
	if err != nil {
		s.t.Fatal(err)
	}
	d.patience = 300 * time.Millisecond
	s.Depot = d
	s.t.Cleanup(func() { _ = d.Close() })
}

func testManifest(reader string) recording.Manifest {
	return recording.Manifest{
		Recording: testID, Relay: "https://help.example",
		Host:       recording.Host{Name: "desk", OS: "Debian"},
		Technician: recording.Technician{ID: "u_1", Name: "Anna"},
		Readers:    []recording.Reader{{Name: "Auditors", Key: reader}},
		Program:    "lendhand test",
	}
}

// record begins a recording.
func (s *studio) record(alter func(*Config)) *Recorder {
	s.t.Helper()
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		s.t.Fatal(err)
	}
	c := Config{
		Manifest: testManifest(s.relay.Reader.Recipient().String()), SessionKey: key,
		Relay: s.relay.URL(), Token: recordtest.Token, ReceiptKey: s.relay.ReceiptKey(), Log: slog.New(slog.DiscardHandler),
	}
	if alter != nil {
		alter(&c)
	}
	r, err := s.Record(c)
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { r.End("test") })
	return r
}

// film makes frames of VP8: the first bytes are what a reader looks at.
func film(key bool, size image.Point, length int) picture.Frame {
	data := make([]byte, max(length, 10))
	if key {
		copy(data, []byte{0, 0, 0, 0x9d, 0x01, 0x2a, byte(size.X), byte(size.X >> 8), byte(size.Y), byte(size.Y >> 8)})
	} else {
		data[0] = 1
	}
	return picture.Frame{Data: data, KeyFrame: key, Codec: "video/VP8;", Size: size, At: time.Now()}
}

var screen = image.Pt(640, 480)

func write(t *testing.T, r *Recorder, f picture.Frame) {
	t.Helper()
	if err := r.WriteFrame(f); err != nil {
		t.Fatal(err)
	}
}

// eventually waits until something is so.
func eventually(t *testing.T, what string, is func() bool) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !is(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("not so in time: %s", what)
		}
	}
}

// ended ends a recording, and returns what the relay has of it.
func (s *studio) ended(r *Recorder) []*recording.Content {
	s.t.Helper()
	r.End("host_stopped")
	eventually(s.t, "the relay has all", func() bool { return s.relay.HasEnded(testID) })
	return s.relay.Open(testID)
}

// all returns the events of parts but of indexes, and the number of pictures.
func all(t *testing.T, list []*recording.Content) (events []event.Event, frames []webm.Frame) {
	t.Helper()
	for _, c := range list {
		if c.Index != nil {
			continue
		}
		for _, e := range c.Events {
			events = append(events, e.Event)
		}
		if c.Video != nil {
			piece, _, err := webm.ParsePiece(c.Video.Data, c.Video.First)
			if err != nil {
				t.Fatal(err)
			}
			frames = append(frames, piece...)
		}
	}
	return events, frames
}

// typesOf leaves out the quality, which stands somewhere among what happened at that moment.
func typesOf(events []event.Event) (list []string) {
	for _, e := range events {
		if _, ok := e.(*event.Quality); !ok {
			list = append(list, e.EventType())
		}
	}
	return list
}

// find returns the first event of a type.
func find[T event.Event](t *testing.T, events []event.Event) (found T) {
	t.Helper()
	for _, e := range events {
		if found, ok := e.(T); ok {
			return found
		}
	}
	t.Fatalf("no %T among the events", found)
	return found
}

func TestARecordingReachesTheRelay(t *testing.T) {
	t.Parallel()
	s := newStudio(t, nil)
	r := s.record(nil)
	r.Add(&event.Consent{Statement: "signed"})
	write(t, r, film(true, screen, 1000))
	for range 5 {
		write(t, r, film(false, screen, 100))
	}
	r.Click(0, 3, 4, event.Technician)
	r.Keys(2)
	r.Keys(3)
	time.Sleep(1200 * time.Millisecond)
	write(t, r, film(false, screen, 100))
	list := s.ended(r)
	events, frames := all(t, list)
	want := []string{"consent", "click", "keys", "end"}
	if got := typesOf(events); !slices.Equal(got, want) {
		t.Errorf("events %q, want %q", got, want)
	}
	if k := find[*event.Keys](t, events); k.Count != 5 {
		t.Errorf("%+v, want 5 keys", k)
	}
	if q := find[*event.Quality](t, events); q.Codec != "vp8" || q.Width != screen.X {
		t.Errorf("%+v", q)
	}
	if len(frames) != 7 {
		t.Errorf("%d frames, want 7", len(frames))
	}
	last := list[len(list)-1]
	if !last.Last || list[len(list)-2].Index == nil {
		t.Errorf("the end is %+v after %+v", last, list[len(list)-2])
	}
	eventually(t, "nothing is left here", func() bool { return isEmpty(s.dir) })
}

func isEmpty(dir string) bool {
	entries, err := os.ReadDir(dir)
	return err == nil && len(entries) == 0
}

func TestAFrameThatNeedsOthersIsNotRecordedWithout(t *testing.T) {
	t.Parallel()
	asked := 0
	s := newStudio(t, nil)
	r := s.record(func(c *Config) { c.KeyFrame = func() { asked++ } })
	write(t, r, film(false, screen, 100))
	time.Sleep(20 * time.Millisecond)
	write(t, r, film(true, screen, 100))
	write(t, r, film(false, image.Pt(320, 240), 100)) // of another encoder, whose key frame is missing
	time.Sleep(20 * time.Millisecond)
	write(t, r, film(true, image.Pt(320, 240), 100))
	list := s.ended(r)
	events, frames := all(t, list)
	if len(frames) != 2 || asked != 2 {
		t.Errorf("%d frames, asked for %d key frames, want 2 and 2", len(frames), asked)
	}
	gaps := 0
	segments := map[int64]int{}
	for _, e := range events {
		if g, ok := e.(*event.Gap); ok && g.To > g.From && g.Reason == GapBusy {
			gaps++
		}
	}
	for _, c := range list {
		if c.Video != nil {
			segments[c.Video.Segment] = c.Video.Width
		}
	}
	if gaps != 2 || segments[0] != 640 || segments[1] != 320 {
		t.Errorf("%d gaps, segments %v", gaps, segments)
	}
}

func TestAPauseLeavesALabelledGap(t *testing.T) {
	t.Parallel()
	asked := 0
	s := newStudio(t, nil)
	r := s.record(func(c *Config) { c.KeyFrame = func() { asked++ } })
	write(t, r, film(true, screen, 100))
	r.Pause("person")
	write(t, r, film(false, screen, 100))
	r.Add(&event.Window{Title: "secret"})
	r.Add(&event.Chat{From: event.Person, Text: "secret"})
	r.Click(0, 1, 1, event.Person)
	r.Pointer(1, 1, event.Person)
	r.Keys(1)
	time.Sleep(50 * time.Millisecond)
	r.Unpause()
	write(t, r, film(false, screen, 100))
	time.Sleep(50 * time.Millisecond)
	write(t, r, film(true, screen, 100))
	write(t, r, film(false, screen, 100))
	events, frames := all(t, s.ended(r))
	want := []string{"pause", "unpause", "gap", "end"}
	if got := typesOf(events); !slices.Equal(got, want) {
		t.Errorf("events %q, want %q", got, want)
	}
	if len(frames) != 3 || asked == 0 {
		t.Errorf("%d frames, want 3; asked %d times for a key frame", len(frames), asked)
	}
	if u := find[*event.Unpause](t, events); u.Length < 50 {
		t.Errorf("%+v, want a pause of 50 ms", u)
	}
}

func TestRestIsAPartEachFiveSeconds(t *testing.T) {
	t.Parallel()
	s := newStudio(t, nil)
	r := s.record(nil)
	r.began = r.began.Add(-17 * time.Second) // nothing happened since
	list := s.ended(r)
	rests := 0
	for _, c := range list {
		if len(c.Events) == 0 && c.Video == nil && c.Index == nil {
			rests++
			if c.Length > recording.MaxLength {
				t.Errorf("a rest of %d ms", c.Length)
			}
		}
	}
	if rests < 3 || rests > 5 {
		t.Errorf("%d rests in 17 s", rests)
	}
}

func TestAMinuteHasAnIndex(t *testing.T) {
	t.Parallel()
	s := newStudio(t, nil)
	r := s.record(nil)
	r.Add(&event.Chat{From: event.Person, Text: "first"})
	r.Pointer(1, 2, event.Person)
	for range 4 {
		r.mu.Lock()
		r.began = r.began.Add(-20 * time.Second)
		r.mu.Unlock()
		time.Sleep(3 * tick)
	}
	r.Add(&event.Chat{From: event.Person, Text: "second"})
	list := s.ended(r)
	var indexed [][]string
	for _, c := range list {
		if c.Index == nil {
			continue
		}
		var texts []string
		for _, e := range c.Events {
			if chat, ok := e.Event.(*event.Chat); ok {
				texts = append(texts, chat.Text)
			} else {
				t.Errorf("%s in an index", e.Event.EventType())
			}
		}
		indexed = append(indexed, texts)
	}
	if len(indexed) != 2 || !slices.Equal(indexed[0], []string{"first"}) || !slices.Equal(indexed[1], []string{"second"}) {
		t.Errorf("indexes %q", indexed)
	}
}

func TestSleepIsAGap(t *testing.T) {
	t.Parallel()
	s := newStudio(t, nil)
	r := s.record(nil)
	r.mu.Lock()
	r.began = r.began.Add(-10 * time.Minute)
	r.mu.Unlock()
	time.Sleep(3 * tick)
	events, _ := all(t, s.ended(r))
	if got := typesOf(events); !slices.Equal(got, []string{"gap", "end"}) {
		t.Errorf("events %q", got)
	}
}

// The clock of the host, or of the relay, may be wrong: what counts is the time that passes.
func TestTheRelaysClockIsAnother(t *testing.T) {
	t.Parallel()
	s := newStudio(t, nil)
	s.relay.Clock = func() time.Time { return time.Now().Add(-10 * time.Minute) }
	r := s.record(nil)
	write(t, r, film(true, screen, 100))
	list := s.ended(r)
	if end := list[len(list)-1]; end.Start > 5000 {
		t.Errorf("the end is at %d ms", end.Start)
	}
}

func TestWhatTheRelayRefusesComesAgain(t *testing.T) {
	t.Parallel()
	n := 0
	fails := map[string]func(w http.ResponseWriter, r *http.Request) bool{
		"it refuses": func(w http.ResponseWriter, _ *http.Request) bool {
			http.Error(w, `{"code":"internal"}`, http.StatusInternalServerError)
			return true
		},
		"its disk is full": func(w http.ResponseWriter, _ *http.Request) bool {
			http.Error(w, `{"code":"storage_full"}`, http.StatusInsufficientStorage)
			return true
		},
		"it breaks off": func(http.ResponseWriter, *http.Request) bool { panic(http.ErrAbortHandler) },
		"it talks nonsense": func(w http.ResponseWriter, _ *http.Request) bool {
			_, _ = w.Write([]byte("<html>"))
			return true
		},
		"it sends elsewhere": func(w http.ResponseWriter, r *http.Request) bool {
			http.Redirect(w, r, "https://example.invalid/", http.StatusTemporaryRedirect)
			return true
		},
	}
	for name, fail := range fails {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStudio(t, nil)
			r := s.record(nil)
			write(t, r, film(true, screen, 100))
			time.Sleep(1200 * time.Millisecond)
			s.relay.Break(fail)
			write(t, r, film(false, screen, 100))
			time.Sleep(1500 * time.Millisecond)
			s.relay.Break(nil)
			write(t, r, film(false, screen, 100))
			if _, frames := all(t, s.ended(r)); len(frames) != 3 {
				t.Errorf("%d frames, want 3", len(frames))
			}
		})
		n++
	}
	if n == 0 {
		t.Error("nothing was tried")
	}
}

// An answer that was lost is given again: the relay has the parts already.
func TestALostAnswerLosesNothing(t *testing.T) {
	t.Parallel()
	s := newStudio(t, nil)
	lost := 0
	s.relay.Break(func(w http.ResponseWriter, r *http.Request) bool {
		if r.Method != http.MethodPost || lost > 0 {
			return false
		}
		lost++
		s.relay.Lose(r)
		return true
	})
	r := s.record(nil)
	write(t, r, film(true, screen, 100))
	if _, frames := all(t, s.ended(r)); len(frames) != 1 || lost != 1 {
		t.Errorf("%d frames, %d answers lost", len(frames), lost)
	}
}

// Somebody between host and relay cannot say that parts have arrived.
func TestAWrongReceiptIsNone(t *testing.T) {
	t.Parallel()
	s := newStudio(t, nil)
	_, other, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	r := s.record(nil)
	eventually(t, "the relay has the manifest", func() bool { return s.relay.Has(testID) })
	time.Sleep(50 * time.Millisecond) // the answer
	own := s.relay.Sign(other)
	write(t, r, film(true, screen, 100))
	r.End("test")
	time.Sleep(time.Second)
	if isEmpty(s.dir) {
		t.Error("what nobody has receipted is gone")
	}
	s.relay.Sign(own)
	eventually(t, "nothing is left here", func() bool { return isEmpty(s.dir) })
}

// What could not be uploaded is, by the next run of the program.
func TestWhatIsLeftIsUploadedLater(t *testing.T) {
	t.Parallel()
	s := newStudio(t, nil)
	s.relay.Break(func(http.ResponseWriter, *http.Request) bool { panic(http.ErrAbortHandler) })
	r := s.record(nil)
	write(t, r, film(true, screen, 100))
	r.End("test")
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s.relay.Break(nil)
	s.reopen(nil)
	s.Resume()
	eventually(t, "the relay has all", func() bool { return s.relay.HasEnded(testID) })
	eventually(t, "nothing is left here", func() bool { return isEmpty(s.dir) })
}

// Scenario: what was left seems to be older than the relay takes, or from the future. The
// clock may be wrong: the relay is asked, and what it wants it gets.
func TestWhatSeemsTooOld(t *testing.T) {
	t.Parallel()
	away := func(http.ResponseWriter, *http.Request) bool { panic(http.ErrAbortHandler) }
	refuse := func(w http.ResponseWriter, _ *http.Request) bool {
		http.Error(w, `{"code":"unauthenticated"}`, http.StatusUnauthorized)
		return true
	}
	for name, c := range map[string]struct {
		age     time.Duration
		says    func(http.ResponseWriter, *http.Request) bool
		limit   int64
		gone    bool
		arrives bool
	}{
		"the relay wants it":                  {keptFor + time.Minute, nil, 0, true, true},
		"the clock was years ahead":           {-1000 * time.Hour, nil, 0, true, true},
		"the relay does not":                  {keptFor + time.Minute, refuse, 0, true, false},
		"the relay does not, and it is young": {time.Hour, refuse, 0, false, false},
		"the relay is away":                   {keptFor + time.Minute, away, 0, false, false},
		"the room is needed":                  {keptFor + time.Minute, away, 1000, true, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStudio(t, nil)
			s.relay.Break(away)
			s.record(nil).End("test")
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			at := time.Now().Add(-c.age)
			if err := os.Chtimes(filepath.Join(s.dir, testID, manifestName), at, at); err != nil {
				t.Fatal(err)
			}
			s.relay.Break(c.says)
			s.reopen(func(d *DepotConfig) { d.Limit = c.limit })
			s.Resume()
			if c.gone {
				eventually(t, "it is gone from here", func() bool { return isEmpty(s.dir) })
			} else if time.Sleep(time.Second); isEmpty(s.dir) {
				t.Error("it is gone")
			}
			if got := s.relay.HasEnded(testID); got != c.arrives {
				t.Errorf("it arrived: %v", got)
			}
		})
	}
}

// Two programs of one person do not touch each other's recordings.
func TestARecordingThatRunsIsNotTakenUp(t *testing.T) {
	t.Parallel()
	s := newStudio(t, nil)
	r := s.record(nil)
	other, err := NewDepot(DepotConfig{Dir: s.dir, TLS: s.relay.TLS(), Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	other.Resume()
	if err := other.Close(); err != nil {
		t.Fatal(err)
	}
	write(t, r, film(true, screen, 100))
	if _, frames := all(t, s.ended(r)); len(frames) != 1 {
		t.Errorf("%d frames", len(frames))
	}
}

// Without a disk, memory has to do.
func TestWithoutAFolder(t *testing.T) {
	t.Parallel()
	s := newStudio(t, nil)
	for name, dir := range map[string]string{"none": "", "one that cannot be made": filepath.Join(os.DevNull, "x")} {
		t.Run(name, func(t *testing.T) {
			s := &studio{t: t, relay: recordtest.New(t), dir: dir}
			s.reopen(nil)
			r := s.record(nil)
			write(t, r, film(true, screen, 100))
			if _, frames := all(t, s.ended(r)); len(frames) != 1 {
				t.Errorf("%d frames", len(frames))
			}
		})
	}
	_ = s
}

// When nothing more can be kept, that is a gap with a label, and what happens is recorded on.
func TestAFullSpoolIsAGap(t *testing.T) {
	t.Parallel()
	s := newStudio(t, func(c *DepotConfig) { c.Limit = recording.MaxSealed + 100_000 })
	s.relay.Break(func(http.ResponseWriter, *http.Request) bool { panic(http.ErrAbortHandler) })
	r := s.record(nil)
	write(t, r, film(true, screen, 200_000))
	eventually(t, "the spool is full", r.upload.spool.isFull)
	write(t, r, film(false, screen, 100))
	r.Add(&event.Chat{From: event.Person, Text: "still there?"})
	s.relay.Break(nil)
	eventually(t, "there is room", func() bool { return !r.upload.spool.isFull() })
	write(t, r, film(false, screen, 100))
	write(t, r, film(true, screen, 100))
	events, frames := all(t, s.ended(r))
	if got, want := typesOf(events), []string{"chat", "gap", "end"}; !slices.Equal(got, want) || len(frames) != 2 {
		t.Errorf("events %q, want %q; %d frames", got, want, len(frames))
	}
}

func TestNobodyElseReadsTheSpool(t *testing.T) {
	t.Parallel()
	s := newStudio(t, nil)
	s.relay.Break(func(w http.ResponseWriter, _ *http.Request) bool {
		http.Error(w, "", http.StatusServiceUnavailable)
		return true
	})
	r := s.record(nil)
	write(t, r, film(true, screen, 100))
	r.End("test")
	err := filepath.WalkDir(s.dir, func(path string, e os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := e.Info()
		if err == nil && info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s has mode %v", path, info.Mode())
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}
