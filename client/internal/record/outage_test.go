package record

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/lendhand/lendhand/client/internal/record/recordtest"
	"github.com/lendhand/lendhand/relay/recording/event"
)

// errCut is what a dial says while the network is down.
var errCut = errors.New("the network is down")

// wire is a network in memory, in which time passes as a test wants. It implements
// net.Listener.
type wire struct {
	accepted chan net.Conn
	closed   chan struct{}

	mu    sync.Mutex // guards the rest
	down  bool
	conns []net.Conn
}

func newWire() *wire {
	return &wire{accepted: make(chan net.Conn), closed: make(chan struct{})}
}

// dial is a DialTLSContext.
func (w *wire) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	w.mu.Lock()
	if w.down {
		w.mu.Unlock()
		return nil, errCut
	}
	near, far := net.Pipe()
	w.conns = append(w.conns, near)
	w.mu.Unlock()
	select {
	case w.accepted <- far:
		return near, nil
	case <-w.closed:
		return nil, net.ErrClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// cut breaks all connections, and lets none come about until it is called again.
func (w *wire) cut(down bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.down = down
	for _, c := range w.conns {
		_ = c.Close()
	}
	w.conns = nil
}

func (w *wire) Accept() (net.Conn, error) {
	select {
	case c := <-w.accepted:
		return c, nil
	case <-w.closed:
		return nil, net.ErrClosed
	}
}

func (w *wire) Close() error {
	close(w.closed)
	return nil
}

func (w *wire) Addr() net.Addr { return &net.UnixAddr{Name: "wire"} }

// lab is a studio whose network and time a test has in its hand. It lives in a bubble, and
// its relay's own server outside of it.
type lab struct {
	*studio
	wire *wire

	mu     sync.Mutex
	states []State // that were told, guarded by mu
}

// inLab runs a test with a relay behind a wire.
func inLab(t *testing.T, serve func(http.Handler) http.Handler, test func(*lab)) {
	relay := recordtest.New(t)
	synctest.Test(t, func(t *testing.T) {
		l := &lab{studio: &studio{t: t, relay: relay, dir: filepath.Join(t.TempDir(), "recordings")}, wire: newWire()}
		server := &http.Server{Handler: serve(relay), ErrorLog: slog.NewLogLogger(slog.DiscardHandler, 0), ReadHeaderTimeout: time.Minute}
		var serving sync.WaitGroup
		serving.Go(func() { _ = server.Serve(l.wire) })
		l.open()
		test(l)
		_ = l.Close()
		_ = server.Close()
		serving.Wait()
	})
}

func asItIs(h http.Handler) http.Handler { return h }

// open opens the depot, as each run of the program does.
func (l *lab) open() {
	l.reopen(nil)
	l.transport.DialTLSContext = l.wire.dial
}

func (l *lab) begin() *Recorder {
	return l.record(func(c *Config) {
		c.State = func(s State) {
			l.mu.Lock()
			defer l.mu.Unlock()
			l.states = append(l.states, s)
		}
	})
}

// crash ends the program at once: what is in the folder then is what the next run finds.
func (l *lab) crash(r *Recorder) {
	left := filepath.Join(l.t.TempDir(), "left")
	if err := os.CopyFS(left, os.DirFS(l.dir)); err != nil {
		l.t.Fatal(err)
	}
	l.wire.cut(true)
	r.End("crash")
	_ = l.Close()
	l.dir = left
}

func (l *lab) told() []State {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.states)
}

// shoot records ten pictures a second for a while, and returns how many those were.
func shoot(t *testing.T, r *Recorder, d time.Duration) (n int) {
	for end := time.Now().Add(d); time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
		write(t, r, film(n == 0, screen, 500))
		n++
	}
	return n
}

// An outage of five seconds is not noticed, one of thirty pauses a session, and one of five
// minutes ends it. Every picture arrives, in the end.
func TestTheUploadIsCut(t *testing.T) {
	for name, c := range map[string]struct {
		outage time.Duration
		want   []State
	}{
		"5 s":   {5 * time.Second, nil},
		"30 s":  {30 * time.Second, []State{Stalled, Going}},
		"300 s": {300 * time.Second, []State{Stalled, Lost}},
	} {
		t.Run(name, func(t *testing.T) {
			inLab(t, asItIs, func(l *lab) {
				r := l.begin()
				n := shoot(l.t, r, 5*time.Second)
				l.wire.cut(true)
				n += shoot(l.t, r, c.outage)
				l.wire.cut(false)
				n += shoot(l.t, r, 20*time.Second)
				if got := l.told(); !slices.Equal(got, c.want) {
					t.Errorf("states %v, want %v", got, c.want)
				}
				if _, frames := all(t, l.ended(r)); len(frames) != n {
					t.Errorf("%d pictures, want %d", len(frames), n)
				}
			})
		})
	}
}

// Scenario: the session ends with its outage, the program too, and both with parts that are
// still here. The next start brings them.
func TestWhatAnOutageLeftComesWithTheNextStart(t *testing.T) {
	inLab(t, asItIs, func(l *lab) {
		r := l.begin()
		n := shoot(l.t, r, 5*time.Second)
		l.wire.cut(true)
		n += shoot(l.t, r, 80*time.Second)
		if got := l.told(); !slices.Equal(got, []State{Stalled, Lost}) {
			t.Errorf("states %v", got)
		}
		r.End("recording_lost")
		if err := l.Close(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(24 * time.Hour)
		l.wire.cut(false)
		l.open()
		l.Resume()
		eventually(t, "the relay has all", func() bool { return l.relay.HasEnded(testID) })
		events, frames := all(t, l.relay.Open(testID))
		if e := find[*event.End](t, events); len(frames) != n || e.Reason != "recording_lost" {
			t.Errorf("%d pictures, want %d; %+v", len(frames), n, e)
		}
		eventually(t, "nothing is left here", func() bool { return isEmpty(l.dir) })
	})
}

// A relay that takes requests and answers none is one that is away.
func TestTheRelayHangs(t *testing.T) {
	var mu sync.Mutex
	hangs := false
	serve := func(h http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			mu.Lock()
			stuck := hangs
			mu.Unlock()
			if stuck {
				_, _ = io.Copy(io.Discard, r.Body)
				<-r.Context().Done()
				return
			}
			h.ServeHTTP(w, r)
		})
	}
	hang := func(on bool) {
		mu.Lock()
		defer mu.Unlock()
		hangs = on
	}
	inLab(t, serve, func(l *lab) {
		r := l.begin()
		n := shoot(l.t, r, 5*time.Second)
		hang(true)
		n += shoot(l.t, r, 30*time.Second)
		hang(false)
		n += shoot(l.t, r, 40*time.Second)
		if got := l.told(); !slices.Equal(got, []State{Stalled, Going}) {
			t.Errorf("states %v", got)
		}
		if _, frames := all(t, l.ended(r)); len(frames) != n {
			t.Errorf("%d pictures, want %d", len(frames), n)
		}
	})
}

// Scenario: whatever a technician does makes pictures that they can see and the recording
// cannot have, such as a codec that it does not know. It is told, like a relay that is away.
func TestPicturesThatCannotBeRecordedLoseTheRecording(t *testing.T) {
	inLab(t, asItIs, func(l *lab) {
		r := l.begin()
		shoot(l.t, r, 5*time.Second)
		unknown := func(d time.Duration) {
			for n := range int(d / (100 * time.Millisecond)) {
				time.Sleep(100 * time.Millisecond)
				f := film(n%20 == 0, screen, 500)
				f.Codec = "video/unknown"
				write(t, r, f)
			}
		}
		unknown(4 * time.Second)
		time.Sleep(time.Hour) // nothing is shown: nothing is missed
		if got := l.told(); len(got) != 0 {
			t.Errorf("states %v, too early", got)
		}
		unknown(20 * time.Second)
		if got := l.told(); !slices.Equal(got, []State{Lost}) {
			t.Errorf("states %v, want %v", got, Lost)
		}
		l.ended(r)
	})
}

// On a link that takes less than the pictures want, they get a lower rate until what waits is
// short again.
func TestASlowLinkCatchesUp(t *testing.T) {
	const link = 400_000 // bits a second
	slow := func(h http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			r.Body = &slowBody{r.Body, link}
			h.ServeHTTP(w, r)
		})
	}
	inLab(t, slow, func(l *lab) {
		r := l.begin()
		most, last := event.Time(0), event.Time(0)
		for n := range 1800 { // three minutes
			rate := 1_000_000
			if takes := r.Takes(); takes > 0 {
				rate = min(rate, takes)
			}
			write(l.t, r, film(n == 0, screen, rate/8/10))
			time.Sleep(100 * time.Millisecond)
			if first, newest, waits := r.upload.spool.waiting(); waits {
				last = newest.End() - first.Start
				most = max(most, last)
			} else {
				last = 0
			}
		}
		if most < shrinkAbove || most > 60_000 || last > 15_000 {
			t.Errorf("at most %d ms waited, and %d ms in the end", most, last)
		}
		if got := l.told(); len(got) != 0 {
			t.Errorf("states %v", got)
		}
		l.ended(r)
	})
}

// slowBody is read at so many bits a second.
type slowBody struct {
	io.ReadCloser
	rate int
}

// Read implements io.Reader.
func (b *slowBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	time.Sleep(time.Duration(n) * 8 * time.Second / time.Duration(b.rate))
	return n, err
}

// Scenario: power fails, and what was written last is not on the disk. What is before that is
// uploaded, and nothing is left that no relay would take.
func TestPowerFails(t *testing.T) {
	for name, c := range map[string]struct {
		lose string // the part's file that is empty
		want int64
	}{
		"the newest part": {"00000004.part", 4},
		"one in between":  {"00000002.part", 2},
		"the oldest":      {"00000000.part", 0},
	} {
		t.Run(name, func(t *testing.T) {
			inLab(t, asItIs, func(l *lab) {
				l.wire.cut(true)
				r := l.begin()
				shoot(l.t, r, 5500*time.Millisecond)
				l.crash(r)
				if err := replace(filepath.Join(l.dir, testID, c.lose), nil); err != nil {
					t.Fatal(err)
				}
				l.wire.cut(false)
				l.open()
				l.Resume()
				eventually(t, "nothing is left here", func() bool { return isEmpty(l.dir) })
				if n := len(l.relay.Open(testID)); int64(n) != c.want {
					t.Errorf("%d parts, want %d", n, c.want)
				}
			})
		})
	}
}

// A part that the relay does not have and nobody else either: what follows it is given up.
func TestAHoleIsGivenUp(t *testing.T) {
	inLab(t, asItIs, func(l *lab) {
		l.wire.cut(true)
		r := l.begin()
		shoot(l.t, r, 3500*time.Millisecond)
		l.crash(r)
		if err := os.Remove(filepath.Join(l.dir, testID, "00000000.part")); err != nil { // it was held in memory
			t.Fatal(err)
		}
		l.wire.cut(false)
		l.open()
		l.Resume()
		eventually(t, "nothing is left here", func() bool { return isEmpty(l.dir) })
		if n := len(l.relay.Open(testID)); n != 0 {
			t.Errorf("%d parts", n)
		}
	})
}
