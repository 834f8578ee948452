package app

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/lendhand/lendhand/client/internal/consent"
	"github.com/lendhand/lendhand/client/internal/peer"
	"github.com/lendhand/lendhand/client/internal/picture"
	"github.com/lendhand/lendhand/client/internal/record"
	"github.com/lendhand/lendhand/client/internal/ui"
	"github.com/lendhand/lendhand/signaling"
	"github.com/lendhand/lendhand/signaling/grant"
)

const (
	// maxMail is the number of things that wait for the session. Whoever brings one
	// more waits.
	maxMail = 64
	// confirmWithin is how long the relay may take to confirm the technician's own word
	// that they have ended the session.
	confirmWithin = 2 * time.Second
)

// relay is the connection to the relay.
type relay interface {
	Send(signaling.Message) error
	Messages() <-chan signaling.Message
}

// session is one session, from its registration to its end.
type session struct {
	// Set at construction.
	config     *Config
	relay      relay
	memory     *memory
	me         *self
	registered *signaling.Registered
	verifier   *grant.Verifier
	gate       *consent.Gate
	log        *slog.Logger
	mail       chan func() // what the connection brings
	answers    chan answer // capacity 1: there is one question at a time
	asking     sync.WaitGroup
	parting    sync.WaitGroup // connections that end

	// sight is what the picture shows. The picture tells it, hands and cursor ask.
	sight sight
	// touch is when the technician last pressed something here. The hands tell it.
	touch *touch
	// own is what the person does with their own hands. Hands and the watch over them ask
	// and tell it.
	own *own
	// journal is what the recording is told, and depot where it is kept until it is uploaded.
	journal *journal
	depot   *record.Depot

	// Owned by run, as all that follows: what the technician asks, and the person says.
	technician signaling.Person
	photo      []byte            // theirs, nil for none
	question   *question         // nil when nobody is asked
	refused    int               // the requests that got no yes
	quiet      time.Time         // until when nobody is asked again, after the last of them
	answered   string            // the request that was answered last
	reply      signaling.Message // the answer to it
	agreed     agreement         // what holds now
	before     agreement         // what held before the newest consent
	bounds     bounds            // what was taken away
	unasked    signaling.Message // the newest consent, if it answers no request
	known      bool              // the relay has taken the first consent
	repeated   bool              // the relay may have had the newest answer twice

	// The connection to the technician.
	phase     ui.Phase // 0 before the first yes
	grant     grant.Grant
	servers   []signaling.ICEServer
	link      *link          // nil when there is none
	restart   *restart       // of the link; nil when the newest offer was answered
	allowance peer.Allowance // the technician's, for every link
	picture   *show          // nil before the first connection
	monitors  picture.Monitors
	path      signaling.Path
	verify    comparison
	pauses    pauses
	chat      chat
	copies    copies
	files     transfers
	recorded  recorded
	deadline  *time.Timer
	late      func() // what happens at the deadline

	// The end.
	began  time.Time           // when the person said yes first
	reason signaling.EndReason // empty while the session runs
	alone  bool                // the relay is gone for good
	quit   bool                // the program ends with the session
	over   bool                // there is nothing left to do
}

// agreement is what technician and person agree on.
type agreement struct {
	asked   signaling.Scopes // what the person has said yes to being asked
	allowed signaling.Scopes // what the person allows
}

func newSession(config *Config, depot *record.Depot, relay relay, memory *memory, me *self, registered *signaling.Registered) (*session, error) {
	verifier, err := grant.NewVerifier(registered.Issuer, registered.Keys)
	if err != nil {
		return nil, err
	}
	s := &session{
		config: config, depot: depot, journal: &journal{}, relay: relay, memory: memory, me: me, registered: registered, verifier: verifier,
		gate: consent.NewGate(), log: config.Log.With("session", registered.SessionID),
		mail: make(chan func(), maxMail), answers: make(chan answer, 1),
		deadline: time.NewTimer(time.Hour), bounds: newBounds(), touch: newTouch(),
		pauses: newPauses(), chat: newChat(), copies: newCopies(), files: newTransfers(),
	}
	s.own = newOwn(s.gate)
	s.deadline.Stop()
	s.keepOwnLimits()
	s.gate.Leave() // until there is a connection
	return s, nil
}

// run runs the session until both sides know that it is over. It reports whether the
// program ends, and whether the relay is still there.
func (s *session) run(ctx context.Context) (quit, ok bool) {
	defer s.parting.Wait()
	defer s.deadline.Stop()
	defer s.bounds.stop()
	defer s.pauses.notice.Stop()
	s.showAwaited()
	messages, stopping := s.relay.Messages(), ctx.Done()
	for !s.over {
		select {
		case m, ok := <-messages:
			if !ok {
				messages = nil
				s.relayGone()
				continue
			}
			s.hearRelay(m)
		case c := <-s.config.UI.Commands():
			s.hearPerson(c)
		case a := <-s.answers:
			s.hearAnswer(a)
		case f := <-s.mail:
			f()
		case <-s.gate.Changes():
			s.permissionsChanged()
		case <-s.deadline.C:
			s.late()
		case <-s.own.stopped:
			s.stop(signaling.EndHostStopped)
		case <-s.own.lost:
			s.watchLost()
		case <-s.own.news:
			s.yieldChanged()
		case <-s.own.over.C:
			s.yieldChanged()
		case <-s.bounds.confirm.C:
			s.confirm()
		case <-s.bounds.notice.C:
			s.tellNotice()
		case <-s.pauses.notice.C:
			s.notePause()
		case <-stopping:
			stopping = nil
			s.leave()
		}
	}
	return s.quit, !s.alone
}

// hearRelay handles what the relay says. After the end, only its confirmation counts.
func (s *session) hearRelay(m signaling.Message) {
	if ended, ok := m.(*signaling.Ended); ok {
		s.finish(ended.Reason)
		s.over = true
		return
	}
	if s.reason != "" {
		return
	}
	switch m := m.(type) {
	case *signaling.CodeIssued:
		s.showCode(m)
	case *signaling.Request:
		s.ask(m)
	case *signaling.Withdrawn:
		s.withdrawn(m)
	case *signaling.Connect:
		s.setServers(m)
	case *signaling.Offer:
		s.hearOffer(m)
	case *signaling.Candidate:
		s.hearCandidate(m)
	case *signaling.Limits:
		s.limit(m)
	case *signaling.Keys:
		s.setKeys(m)
	case *signaling.Resumed:
		s.resumed(m)
	case *signaling.Error:
		s.hearError(m)
	default:
		s.log.Warn("message out of place", "type", signaling.TypeOf(m))
	}
}

// showAwaited says whom the person waits for, who has opened an invitation. Who was
// reported is not waited for.
func (s *session) showAwaited() {
	w := s.registered.Invitation
	if w == nil {
		return
	}
	if s.memory.hasReported(w.Technician.ID) {
		s.config.UI.Say(ui.Notice{
			Message: "That is an invitation of %s, whom you have reported.", Args: []any{ui.Who(w.Technician)},
			Hint: "They cannot reach you until you start this program again.",
		})
		s.stop(signaling.EndHostStopped)
		return
	}
	s.written(s.config.Events.Awaited(w.Technician))
	notice := ui.Notice{
		Message: "Waiting for %s.", Args: []any{ui.Who(w.Technician)},
		Hint: "They will ask you here before they see anything.",
	}
	if w.Ticket != "" {
		notice.Message, notice.Args = "Waiting for %s, ticket %s.", append(notice.Args, w.Ticket)
	}
	s.config.UI.Say(notice)
}

func (s *session) showCode(m *signaling.CodeIssued) {
	code, err := signaling.ParseCode(m.Code)
	if err != nil {
		s.log.Warn("unreadable code")
		return
	}
	s.written(s.config.Events.Code(code))
	s.config.UI.ShowCode(code, time.Duration(m.ExpiresIn)*time.Second)
}

// resumed brings the relay up to date with what happened while it was away.
func (s *session) resumed(m *signaling.Resumed) {
	s.repeatConsent()
	s.repeatPause()
	switch {
	case s.phase == ui.Active && m.State != signaling.StateActive:
		s.tell(&signaling.Connected{Path: s.path})
	case s.phase == ui.Reconnecting && m.State == signaling.StateActive:
		s.tell(&signaling.Disconnected{})
	}
}

func (s *session) hearError(m *signaling.Error) {
	level := slog.LevelWarn
	if m.Code == signaling.CodeWrongState {
		level = slog.LevelInfo // messages of both sides can cross
	}
	s.log.Log(context.Background(), level, "the relay reports an error", "code", m.Code, "error", m.Message)
	if m.Code == signaling.CodeConsentInvalid {
		s.consentRefused()
	}
}

// relayGone notes that the relay will not come back. A session that needs it no more
// goes on.
func (s *session) relayGone() {
	s.alone = true
	if s.reason != "" || s.phase != ui.Active {
		s.finish(signaling.EndHostLost)
		s.over = true
	}
}

// tell sends a message to the relay. A relay that is away gets it later.
func (s *session) tell(m signaling.Message) {
	if s.alone {
		return
	}
	if err := s.relay.Send(m); err != nil {
		s.log.Warn("message to the relay lost", "type", signaling.TypeOf(m), "error", err)
	}
}

// post has f called by the session's goroutine, unless ctx or the session ends by
// then.
func (s *session) post(ctx context.Context, f func()) {
	select {
	case s.mail <- func() {
		if ctx.Err() == nil && s.reason == "" {
			f()
		}
	}:
	case <-ctx.Done():
	}
}

// written notes that the events file could not be written.
func (s *session) written(err error) {
	if err != nil {
		s.log.Warn("events file", "error", err)
	}
}

// within sets the one deadline: f is called when d has passed.
func (s *session) within(d time.Duration, f func()) {
	s.late = f
	s.deadline.Reset(d)
}

// show shows the session's state to the person, unless they are being asked: what is
// paused meanwhile is not taken back.
func (s *session) show() {
	if s.question != nil {
		return
	}
	now, _ := s.gate.Permissions()
	_, until := s.gate.Limit()
	s.config.UI.Show(ui.State{
		Phase: s.phase, Technician: s.technician, Path: s.path,
		Scopes: now, Allowed: s.agreed.allowed, Reason: s.reason,
		Words: s.wordsShown(), Since: s.began, Until: until, Paused: s.gate.Paused(), Yielding: s.yielding(now),
		Recording: s.recorded.state(), Readers: s.recorded.readers(), Copy: s.recorded.copy,
		RecordingPausable: s.recorded.terms != nil && s.recorded.terms.Pausable,
	})
}
