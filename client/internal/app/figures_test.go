package app

import (
	"errors"
	"log/slog"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lendhand/lendhand/client/internal/consent"
	"github.com/lendhand/lendhand/client/internal/load"
	"github.com/lendhand/lendhand/client/internal/peer/peertest"
	"github.com/lendhand/lendhand/client/internal/picture"
	"github.com/lendhand/lendhand/signaling"
)

func some[T any](v T) *T { return &v }

// counter measures a load that grows.
type counter int

func (c *counter) Read() load.Load {
	*c++
	return load.Load{Own: some(float64(*c)), Machine: some(0.5), Cores: 2}
}

// desk is where figures are told, with what is told.
type desk struct {
	*figures
	mu   sync.Mutex
	sent []signaling.Message
}

func newDesk(network picture.Network) *desk {
	d := &desk{}
	gate := consent.NewGate()
	later := time.Now().Add(time.Hour)
	gate.SetGrant(viewAndControl, later)
	gate.Allow(viewAndControl, later)
	d.figures = &figures{
		gate: gate, open: func() (meter, error) { return new(counter), nil },
		picture: func() *picture.Pipeline { return nil },
		network: func() picture.Network { return network },
		send: func(_ signaling.ChannelID, m signaling.Message) error {
			d.mu.Lock()
			defer d.mu.Unlock()
			d.sent = append(d.sent, m)
			return nil
		},
		log: slog.New(slog.DiscardHandler),
	}
	return d
}

// told returns what was told in a time.
func (d *desk) told(in time.Duration) []signaling.Message {
	time.Sleep(in)
	synctest.Wait()
	d.mu.Lock()
	defer d.mu.Unlock()
	list := d.sent
	d.sent = nil
	return list
}

func (d *desk) want(t *testing.T, what string, in time.Duration, want int) {
	t.Helper()
	if got := len(d.told(in)); got != want {
		t.Errorf("%s: told %d times in %v, want %d", what, got, in, want)
	}
}

func TestFiguresAreToldWhileAsked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(picture.Network{})
		defer d.gate.Revoke()
		d.want(t, "before anybody asks", time.Minute, 0)
		d.start()
		d.start() // once is enough
		d.want(t, "asked", 5*time.Second, 5)
		d.gate.Leave()
		d.want(t, "while the technician is away", 5*time.Second, 0)
		d.gate.Return()
		d.want(t, "back", 2*time.Second, 2)
		d.gate.Allow(signaling.Scopes{}, time.Now().Add(time.Hour))
		d.want(t, "without view", 5*time.Second, 0)
		d.gate.Allow(onlyView, time.Now().Add(time.Hour))
		d.want(t, "with view again", 2*time.Second, 2)
		d.stop()
		d.stop()
		d.want(t, "no more asked", time.Minute, 0)
		d.start()
		d.want(t, "asked again", 2*time.Second, 2)
		d.stop()
	})
}

func TestFiguresSayWhatIsKnown(t *testing.T) {
	for _, c := range []struct {
		name    string
		network picture.Network
		want    signaling.Figures
	}{
		{"nothing is measured yet", picture.Network{BitsPerSecond: 1_500_000}, signaling.Figures{}},
		{
			"all is well", picture.Network{BitsPerSecond: 8_000_000, Measured: true, Queue: 3456 * time.Microsecond, RoundTrip: 1},
			signaling.Figures{Rate: some(8_000_000), Queue: some(3.5), Loss: some(0.0)},
		},
		{
			"a full queue", picture.Network{BitsPerSecond: 300_000, Measured: true, Queue: 420 * time.Millisecond, RoundTrip: 1, Loss: 0.04},
			signaling.Figures{Rate: some(300_000), Queue: some(420.0), Loss: some(0.04), Limited: signaling.LimitNetwork},
		},
		{
			"silence", picture.Network{RoundTrip: 1, Stalled: true},
			signaling.Figures{Queue: some(0.0), Loss: some(0.0), Limited: signaling.LimitNetwork},
		},
		{
			"a network without end", picture.Network{BitsPerSecond: 2e9, Measured: true, Queue: time.Hour, RoundTrip: 1, Loss: 2},
			signaling.Figures{Rate: some(1_000_000_000), Queue: some(60_000.0), Loss: some(1.0), Limited: signaling.LimitNetwork},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				d := newDesk(c.network)
				defer d.gate.Revoke()
				d.start()
				defer d.stop()
				c.want.CPU, c.want.Machine, c.want.Cores = some(1.0), some(0.5), 2
				if diff := cmp.Diff([]signaling.Message{&c.want}, d.told(figuresEvery)); diff != "" {
					t.Error(diff)
				}
			})
		})
	}
}

func TestFiguresOfASystemThatDoesNotTell(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(picture.Network{})
		defer d.gate.Revoke()
		d.open = func() (meter, error) { return nil, errors.New("silent") }
		d.start()
		defer d.stop()
		want := &signaling.Figures{Cores: load.Unknown{}.Read().Cores}
		if diff := cmp.Diff([]signaling.Message{want}, d.told(figuresEvery)); diff != "" {
			t.Error(diff)
		}
	})
}

func TestASlowEncoderIsTheHostsLimit(t *testing.T) {
	slow := picture.Figures{Limit: picture.LimitMachine}
	if got := limitOf(slow, picture.Network{}); got != signaling.LimitHost {
		t.Errorf("limited by %q", got)
	}
	if got := limitOf(slow, picture.Network{Stalled: true}); got != signaling.LimitNetwork {
		t.Errorf("with a stalled network limited by %q", got)
	}
}

// A technician in a session asks, looks, and looks away.
func TestATechnicianLooksAtTheFigures(t *testing.T) {
	w := newWorld(t)
	tech := w.session(viewAndControl, onlyView)
	stop := w.machine.moves()
	defer stop()
	tech.Send(signaling.ChannelControl, &signaling.Observe{On: true})
	f := peertest.WaitFor(tech.Technician, func(m *signaling.Figures) bool { return m.Pictures > 0 })
	if f.Encode == nil || f.EncodeMost == nil || *f.EncodeMost < *f.Encode {
		t.Errorf("encoding took %v, and %v at most", f.Encode, f.EncodeMost)
	}
	if f.CPU == nil || f.Machine == nil || f.Cores < 1 {
		t.Errorf("load %v of %v cores, %v of the computer", f.CPU, f.Cores, f.Machine)
	}
	if _, err := signaling.Encode(f); err != nil {
		t.Error(err)
	}
	tech.Send(signaling.ChannelControl, &signaling.Observe{})
	tech.watches(7) // which is answered after it
	_ = peertest.WaitFor(tech.Technician, func(m *signaling.Error) bool { return m.Code == signaling.CodeNotFound })
	quiet := time.After(2 * figuresEvery)
	for {
		select {
		case m := <-tech.Messages:
			if _, ok := m.Message.(*signaling.Figures); ok {
				t.Fatal("figures for nobody")
			}
		case <-quiet:
			return
		}
	}
}
