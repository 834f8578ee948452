package app

import (
	"sync/atomic"
	"time"

	"github.com/lendhand/lendhand/client/internal/consent"
	"github.com/lendhand/lendhand/client/internal/presence"
	"github.com/lendhand/lendhand/client/internal/ui"
	"github.com/lendhand/lendhand/signaling"
)

// yieldFor is how long what the technician does has no effect, after the person has used
// this machine themselves.
const yieldFor = 2 * time.Second

// yield says whether the person's own input wins. Its methods may be called from any
// goroutine, and allocate nothing.
type yield struct {
	since time.Time    // what the times are counted from
	until atomic.Int64 // in nanoseconds; 0: never so far
}

func newYield() *yield { return &yield{since: time.Now()} }

// begin has it win from now on for a while, and reports whether it did not before.
func (y *yield) begin() bool {
	now := int64(time.Since(y.since))
	return y.until.Swap(now+int64(yieldFor)) <= now
}

// left returns for how long it still wins; 0 when it does not.
func (y *yield) left() time.Duration {
	return max(0, time.Duration(y.until.Load())-time.Since(y.since))
}

// own is what the person does with their own hands while somebody is there. What follows
// of it for the technician's input happens at once, in the goroutine of the watch: the
// session, and what the person sees of it, may be held up.
type own struct {
	// Set at construction.
	gate    *consent.Gate
	yield   *yield
	stopped chan struct{} // they have pressed the key that stops; holds one
	news    chan struct{} // they have used the machine; holds one
	lost    chan struct{} // the watch has ended by itself; holds one

	// hands are those of the newest link.
	hands atomic.Pointer[hands]

	// Owned by the session's goroutine.
	watch presence.Watch // nil while there is none
	over  *time.Timer    // when their input wins no more
	told  bool           // that it does
	cuts  int            // how often a watch was lost
}

func newOwn(gate *consent.Gate) *own {
	o := &own{
		gate: gate, yield: newYield(), over: time.NewTimer(time.Hour),
		stopped: make(chan struct{}, 1), news: make(chan struct{}, 1), lost: make(chan struct{}, 1),
	}
	o.over.Stop()
	return o
}

// touch notes that the person uses the machine: what the technician holds is let go
// before it returns.
func (o *own) touch() {
	if o.yield.begin() {
		o.letGo()
	}
	poke(o.news)
}

// stop notes that they have pressed the key that stops. When it returns, nothing has an
// effect any more, and nothing is down.
func (o *own) stop() {
	poke(o.stopped)
	o.gate.Revoke()
	o.letGo()
}

func (o *own) letGo() {
	if h := o.hands.Load(); h != nil {
		h.letGo()
	}
}

// poke tells of something that has not been heard yet, or has.
func poke(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// watchPerson begins to watch what the person does themselves. A session goes on
// without, and they are told.
func (s *session) watchPerson() {
	if s.config.OpenPresence == nil || s.own.watch != nil {
		return
	}
	key := s.config.stopKey()
	watch, err := s.config.OpenPresence(presence.Config{
		Key: key, Touched: s.own.touch, Stop: s.own.stop, Lost: func() { poke(s.own.lost) }, Log: s.log,
	})
	if err == nil && watch.Tells() {
		s.own.watch = watch
		s.config.UI.Say(ui.Notice{Message: "%s stops at once, whatever has the screen.", Args: []any{key}})
		return
	}
	if err == nil {
		err = watch.Close()
	}
	s.log.Warn("what the person does themselves is not watched", "error", err)
	s.sayUnwatched()
}

func (s *session) sayUnwatched() {
	s.config.UI.Say(ui.Notice{
		Message: "%s does not stop the session on this desktop.", Args: []any{s.config.stopKey()},
		Hint: "Stop it here, in this program.",
	})
}

// unwatchPerson ends that. What it waits for is done by the end of the session.
func (s *session) unwatchPerson() {
	s.own.over.Stop()
	s.closeWatch()
}

func (s *session) closeWatch() {
	if watch := s.own.watch; watch != nil {
		s.own.watch = nil
		s.parting.Go(func() {
			if err := watch.Close(); err != nil {
				s.log.Debug("watch over the person closed", "error", err)
			}
		})
	}
}

// maxCuts is how often a watch that was lost is begun again in one session. A program that
// cuts it off can do so all day.
const maxCuts = 3

// watchLost handles that the watch has ended by itself, as a program on this desktop may
// have wanted. Without it neither the person's own input nor their key stops anything: so
// there is no control until they give it again, and know how it is.
func (s *session) watchLost() {
	if s.reason != "" || s.own.watch == nil {
		return
	}
	s.closeWatch()
	if only := ui.AllowView().Scopes; !s.agreed.allowed.Within(only) {
		s.allow(agreement{s.agreed.asked, only}, "")
	}
	if s.own.cuts++; s.own.cuts <= maxCuts {
		s.watchPerson()
	} else {
		s.sayUnwatched()
	}
	s.config.UI.Say(ui.Notice{ // last, so that it is what stays in sight
		Message: "A program has kept this one from seeing your own mouse and keyboard.",
		Hint:    "Control is taken back. Give it again only if you know why.",
	})
}

// isPrograms reports whether what the person seems to say now can be the word of a program on
// this desktop, such as one that the technician has started: one has just pressed something,
// and it was not this program for the technician. It is never so where assistive technology
// presses for the person, or where nothing tells hands from programs.
func (s *session) isPrograms() bool {
	if s.own.watch == nil || s.config.Assistive {
		return false
	}
	hand, at := s.own.watch.Last()
	since := time.Since(at)
	if hand != ui.ProgramHand || since >= settle {
		return false
	}
	ago, ever := s.touch.ago()
	return !ever || since < ago-echo
}

// sayUnsure tells the person that what they seem to have said does not count.
func (s *session) sayUnsure() {
	s.config.UI.Say(ui.Notice{
		Message: "That can be the technician's own word: they have just used this machine.",
		Hint:    "Say it again in a moment.",
	})
}

// yieldChanged tells both sides that the person's own input wins, and when it does no
// more.
func (s *session) yieldChanged() {
	left := s.own.yield.left()
	if s.reason != "" {
		return
	}
	if left > 0 {
		s.own.over.Reset(left)
	}
	if now := left > 0; now != s.own.told {
		s.own.told = now
		if s.link != nil {
			s.tellPermissions()
		}
		s.show()
	}
}

// yielding reports whether the technician's input waits for the person's own, who may
// have control otherwise.
func (s *session) yielding(now signaling.Scopes) bool {
	return s.own.told && now.Has(signaling.ScopeControl)
}
