package broker

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"github.com/lendhand/lendhand/signaling"
	"github.com/lendhand/lendhand/signaling/pace"
)

// forgetRequesterAfter is how long a request stays open when the technician's
// connection is lost: nobody should say yes to someone who has left.
const forgetRequesterAfter = 10 * time.Second

// The pace at which a technician may ask for more and hear no: a prompt must not
// become a nuisance that people say yes to.
const refusalsAtOnce, refusalEvery = 2, time.Minute

// The pace at which a host may say what the journal keeps for good.
const wordsAtOnce, wordEvery = 40, 3 * time.Second

// The same for pauses, which people begin and end as they like.
const pausesAtOnce, pauseEvery = 60, time.Second

// session is one session with its participants. Guarded by the broker's mu.
type session struct {
	Record
	host, technician party
	// asks, words and pauses pace what leads to a question, and to entries in the journal.
	asks, words, pauses *pace.Bucket
	// uploads is what the host uploads its recording with; nil until it was made, and after
	// a restart.
	uploads *signaling.Upload
	// isPaused is what the host has said last; a restart forgets it.
	isPaused bool
	// deadline ends what the state may last, or replaces the code; renewal replaces
	// grant and credentials; answer ends a further request.
	// ending ends a session that has lasted as long as it may.
	deadline, renewal, answer, ending timer
	renews                            time.Time // when renewal is due
	// limits are the technician's organisation's, as both sides know them.
	limits Limits
	// path is how the two were last connected, as the host tells; a restart forgets it.
	path signaling.Path
	// endedBy is the account of the administrator who ended it.
	endedBy string
}

// party is one side's connection.
type party struct {
	// visitor is nil while the side is away, and pending what waits for it.
	visitor *visitor
	pending []signaling.Message
	away    timer
}

// timer is a time.Timer that may be zero.
type timer struct{ t *time.Timer }

func (t *timer) stop() {
	if t.t != nil {
		t.t.Stop()
		t.t = nil
	}
}

func newSession(r Record) *session {
	return &session{
		Record: r, limits: Unlimited(),
		asks: pace.NewBucket(refusalsAtOnce, refusalEvery), words: pace.NewBucket(wordsAtOnce, wordEvery),
		pauses: pace.NewBucket(pausesAtOnce, pauseEvery),
	}
}

func (s *session) party(r role) *party {
	if r == technician {
		return &s.technician
	}
	return &s.host
}

func (s *session) stopTimers() {
	for _, t := range []*timer{&s.deadline, &s.renewal, &s.answer, &s.ending, &s.host.away, &s.technician.away} {
		t.stop()
	}
}

// after runs f under mu when d has passed, unless t was stopped or set again.
func (b *Broker) after(t *timer, d time.Duration, f func()) {
	t.stop()
	var mine *time.Timer
	mine = time.AfterFunc(d, func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		if t.t == mine && !b.closed {
			t.t = nil
			f()
		}
	})
	t.t = mine
}

// maxPending is how many messages wait for a side that is away.
const maxPending = 64

// send passes m to one side. While the side is away, what the relay will not say
// again by itself waits for it. A new description makes the candidates and the
// description before it worthless; when too much waits, the rest is dropped.
func (b *Broker) send(s *session, to role, m signaling.Message) {
	p := s.party(to)
	if p.visitor != nil {
		if err := p.visitor.link.Send(m); err == nil {
			return
		}
	}
	switch m.(type) {
	case *signaling.Offer, *signaling.Answer:
		p.pending = slices.DeleteFunc(p.pending, negotiates)
	case *signaling.Candidate, *signaling.Withdrawn, *signaling.Refused:
	default:
		return
	}
	if len(p.pending) < maxPending {
		p.pending = append(p.pending, m)
	}
}

// negotiates reports whether m belongs to one negotiation of WebRTC.
func negotiates(m signaling.Message) bool {
	switch m.(type) {
	case *signaling.Offer, *signaling.Answer, *signaling.Candidate:
		return true
	}
	return false
}

// enter changes the state and sets its deadline.
func (b *Broker) enter(s *session, state signaling.State) {
	s.State = state
	s.deadline.stop()
	switch state {
	case signaling.StateRequested:
		b.after(&s.deadline, time.Until(s.Answer), func() { b.end(s, signaling.EndNoAnswer) })
	case signaling.StateConnecting:
		b.after(&s.deadline, signaling.ConnectWithin, func() { b.end(s, signaling.EndConnectionFailed) })
	case signaling.StateReconnecting:
		b.after(&s.deadline, signaling.ReturnWithin, func() { b.end(s, signaling.EndConnectionFailed) })
	case signaling.StateWaiting, signaling.StateActive, signaling.StateEnded:
	}
}

// end ends the session, once, and tells both sides. The session is remembered for a
// while, so that a side which is away learns why.
func (b *Broker) end(s *session, reason signaling.EndReason) {
	if s.State == signaling.StateEnded {
		return
	}
	ran := s.Allowed != nil
	b.codes.remove(s)
	b.turn.End(s.ID)
	b.endRecording(s)
	s.stopTimers()
	b.enter(s, signaling.StateEnded)
	s.Ended, s.Reason = time.Now(), reason
	b.reopen(s)
	b.noteEnd(s)
	b.keep(s)
	for _, r := range []role{host, technician} {
		if v := s.party(r).visitor; v != nil {
			_ = v.link.Send(&signaling.Ended{Reason: reason}) // a link that has ended learns it on resume
			v.session = nil
			if r == host && s.Technician.ID != "" {
				v.ended = s
			}
		}
		*s.party(r) = party{}
	}
	if s.Technician.ID == "" {
		delete(b.sessions, s.ID) // there is nobody to learn why
	} else {
		b.after(&s.deadline, signaling.ReturnWithin, func() { delete(b.sessions, s.ID) })
	}
	if ran {
		b.log.Info("session ended", "session", s.ID, "reason", reason, "duration", s.Ended.Sub(s.Created).Round(time.Second).String())
	}
}

// noteEnd tells the journal of the end of a session that somebody came to.
func (b *Broker) noteEnd(s *session) {
	if s.Technician.ID == "" {
		return
	}
	detail := map[string]string{"reason": string(s.Reason), "technician": s.Technician.ID}
	if !s.Began.IsZero() {
		detail["seconds"] = strconv.Itoa(int(s.Ended.Sub(s.Began) / time.Second))
	}
	b.note(Event{Kind: EventSessionEnded, Actor: cmp.Or(s.endedBy, ActorRelay), Detail: detail}, s)
}

// awaitReturn ends the session when a side does not come back.
func (b *Broker) awaitReturn(s *session, r role) {
	within, reason := signaling.ReturnWithin, signaling.EndHostLost
	if r == technician {
		reason = signaling.EndTechnicianLost
		if s.State == signaling.StateRequested {
			within = forgetRequesterAfter
		}
	}
	b.after(&s.party(r).away, within, func() { b.end(s, reason) })
}
