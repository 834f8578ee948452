package app

import (
	"image"
	"log/slog"
	"sync/atomic"
	"testing"
	"time"

	"github.com/lendhand/lendhand/client/internal/peer/peertest"
	"github.com/lendhand/lendhand/client/internal/ui"
	"github.com/lendhand/lendhand/signaling"
)

// revocations is how often control is taken away in each way.
const revocations = 1000

// pressing is a session whose technician presses keys as fast as they are taken.
type pressing struct {
	*play
	t       testing.TB
	own     *watched
	hands   *hands
	keys    atomic.Int64 // pressed
	acks    atomic.Int64 // messages that were dealt with
	applied atomic.Uint64
	news    chan struct{} // one more message was dealt with; holds one
	stop    func()
}

// startPressing is without a bubble: the load is real.
func startPressing(t testing.TB) *pressing {
	t.Helper()
	p := &pressing{play: newPlay(t), t: t, own: &watched{tells: true}, news: make(chan struct{}, 1)}
	p.session.config.OpenPresence = p.own.open
	p.begin(t)
	watching, seen := make(chan struct{}), make(chan struct{})
	go p.watchPerson(watching, seen)
	p.in <- request("r_1", 60)
	p.answer(viewAndControl)
	p.do(func(s *session) {
		s.deadline.Stop()
		s.phase = ui.Active
		s.gate.SetGrant(everything, time.Now().Add(24*time.Hour))
		s.gate.Return()
	})
	tell := func(_ signaling.ChannelID, m signaling.Message) {
		if ack, ok := m.(*signaling.InputAck); ok {
			p.applied.Store(ack.Last)
			p.acks.Add(1)
			poke(p.news)
		}
	}
	p.hands = newHands(p.session.gate, counting{still{}, &p.keys}, placed(image.Rect(0, 0, 64, 48)), p.session.touch,
		p.session.own.yield, p.session.journal, tell, slog.New(slog.DiscardHandler))
	p.session.own.hands.Store(p.hands)
	go p.hands.run()
	done, flooded := make(chan struct{}), make(chan struct{})
	go p.flood(done, flooded)
	p.stop = func() {
		close(done)
		<-flooded
		p.hands.close()
		p.finish()
		close(watching)
		<-seen
	}
	return p
}

// watchPerson sees all that the person is shown, until done.
func (p *pressing) watchPerson(done <-chan struct{}, seen chan<- struct{}) {
	defer close(seen)
	for {
		select {
		case <-p.person.states:
		case <-p.person.said:
		case <-p.person.requests:
		case <-done:
			return
		}
	}
}

// flood presses keys until done.
func (p *pressing) flood(done <-chan struct{}, flooded chan<- struct{}) {
	defer close(flooded)
	for {
		select {
		case <-done:
			return
		case p.hands.inbox <- events(p.applied.Load()+1, holding("KeyA"), press("KeyA")):
		}
	}
}

// do has the session do something, and waits for it.
func (p *pressing) do(f func(*session)) {
	done := make(chan struct{})
	p.session.mail <- func() { f(p.session); close(done) }
	<-done
}

// settle waits until the session has dealt with what it has been told, its own changes
// included.
func (p *pressing) settle() {
	for range 3 {
		p.do(func(*session) {})
	}
}

// pressed waits until a key was pressed, when that is allowed.
func (p *pressing) pressed() {
	p.t.Helper()
	before := p.keys.Load()
	p.await("a key is pressed", func() bool { return p.keys.Load() > before })
}

// await waits for what messages of the technician bring about.
func (p *pressing) await(what string, is func() bool) {
	p.t.Helper()
	for late := time.After(peertest.Within); !is(); {
		select {
		case <-p.news:
		case <-late:
			p.t.Fatalf("not so in time: %s", what)
		}
	}
}

// quiet checks that no key is pressed from now on, while the technician's messages are
// dealt with.
func (p *pressing) quiet(after string, turn int) {
	p.t.Helper()
	const messages = 5
	keys, acks := p.keys.Load(), p.acks.Load()
	p.await("messages are dealt with", func() bool { return p.acks.Load() >= acks+messages })
	if late := p.keys.Load() - keys; late > 0 {
		p.t.Fatalf("%d keys after %s, the %dth time", late, after, turn)
	}
}

// taking is a way in which control is taken away, and given again. One without a return
// ends the session.
type taking struct {
	take, give func(*pressing)
}

// answer answers the open question, and waits until that has its effect.
func (p *pressing) answer(scopes signaling.Scopes) {
	p.person.answers <- scopes
	for heard := false; !heard; {
		p.do(func(s *session) { heard = s.question == nil && s.phase != 0 })
	}
}

var ways = map[string]taking{
	"take back": {
		func(p *pressing) { p.person.commands <- ui.AllowView(); p.settle() },
		func(p *pressing) { p.person.commands <- ui.AllowControl(); p.settle() },
	},
	"a question": {
		func(p *pressing) {
			p.do(func(s *session) { s.put(&question{request: request("r_2", 60)}, ui.Request{Within: time.Minute}) })
		},
		func(p *pressing) { p.answer(viewAndControl) },
	},
	"their own touch": {
		func(p *pressing) { p.own.Touched() },
		func(p *pressing) { p.session.own.yield.until.Store(0) },
	},
	"the grant is narrower": {
		func(p *pressing) { p.do(func(s *session) { s.gate.SetGrant(onlyView, time.Now().Add(time.Hour)) }) },
		func(p *pressing) { p.do(func(s *session) { s.gate.SetGrant(everything, time.Now().Add(time.Hour)) }) },
	},
	"the connection breaks": {
		func(p *pressing) { p.do(func(s *session) { s.gate.Leave() }) },
		func(p *pressing) { p.do(func(s *session) { s.gate.Return() }) },
	},
	"a pause": {
		func(p *pressing) { p.person.commands <- ui.Pause{}; p.settle() },
		func(p *pressing) { p.do(func(s *session) { s.unpause(true) }) },
	},
	"a report": {func(p *pressing) {
		p.do(func(s *session) { s.reported() })
	}, nil},
	"the stop key": {func(p *pressing) { p.own.Stop() }, nil},
	"stop":         {func(p *pressing) { p.person.commands <- ui.Stop{}; p.settle() }, nil},
	"the relay":    {func(p *pressing) { p.in <- &signaling.Ended{Reason: signaling.EndRevoked}; <-p.ended; p.ended <- false }, nil},
	"a limit":      {func(p *pressing) { p.in <- &signaling.Limits{Scopes: onlyView}; p.settle() }, nil},
	"words":        {func(p *pressing) { p.in <- &signaling.Limits{Scopes: viewAndControl, VerifyWords: true}; p.settle() }, nil},
	"the end of its time": {func(p *pressing) {
		p.do(func(s *session) { s.gate.Tighten(viewAndControl, time.Now()) })
	}, nil},
}

// A thousand times in each way, no key is pressed after control was taken away.
func TestAThousandRevocations(t *testing.T) {
	for name, w := range ways {
		t.Run(name, func(t *testing.T) {
			var p *pressing
			for turn := range revocations {
				if p == nil {
					p = startPressing(t)
				}
				p.pressed()
				w.take(p)
				p.quiet(name, turn)
				if w.give != nil {
					w.give(p)
					continue
				}
				p.stop()
				p = nil
			}
			if p != nil {
				p.stop()
			}
		})
	}
}

// BenchmarkStopKey tells how long it takes from the key until nothing happens any more, for
// a technician who presses keys as fast as they are taken.
func BenchmarkStopKey(b *testing.B) {
	var all time.Duration
	var most time.Duration
	for b.Loop() {
		p := startPressing(b)
		p.pressed()
		began := time.Now()
		p.own.Stop()
		took := time.Since(began)
		all, most = all+took, max(most, took)
		p.stop()
	}
	b.ReportMetric(float64(all.Microseconds())/float64(b.N), "µs/stop")
	b.ReportMetric(float64(most.Microseconds()), "µs/slowest")
}
