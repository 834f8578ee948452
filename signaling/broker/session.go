package broker

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"slices"
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

// session is one session with its participants. Guarded by the broker's mu.
type session struct {
	Record
	host, technician party
	asks             *pace.Bucket
	// deadline ends what the state may last, or replaces the code; renewal replaces
	// grant and credentials; answer ends a further request.
	deadline, renewal, answer timer
	renews                    time.Time // when renewal is due
	// path is how the two were last connected, as the host tells; a restart forgets it.
	path signaling.Path
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
	return &session{Record: r, asks: pace.NewBucket(refusalsAtOnce, refusalEvery)}
}

func (s *session) party(r role) *party {
	if r == technician {
		return &s.technician
	}
	return &s.host
}

func (s *session) stopTimers() {
	for _, t := range []*timer{&s.deadline, &s.renewal, &s.answer, &s.host.away, &s.technician.away} {
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
	s.stopTimers()
	b.enter(s, signaling.StateEnded)
	s.Ended, s.Reason = time.Now(), reason
	b.keep(s)
	for _, r := range []role{host, technician} {
		if v := s.party(r).visitor; v != nil {
			_ = v.link.Send(&signaling.Ended{Reason: reason}) // a link that has ended learns it on resume
			v.session = nil
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

// takeUp puts a stored session back in its place after a restart.
func (b *Broker) takeUp(r Record) {
	s := newSession(r)
	b.sessions[s.ID] = s
	if s.State == signaling.StateWaiting {
		b.codes.add(s)
		b.after(&s.deadline, time.Until(s.CodeExpires), func() { b.spendCode(s) })
	} else {
		b.enter(s, s.State)
		b.after(&s.technician.away, signaling.ReturnWithin, func() { b.end(s, signaling.EndTechnicianLost) })
	}
	if s.Allowed != nil {
		b.turn.Open(s.ID)
	}
	if s.Further != nil {
		b.awaitFurther(s)
	}
	b.awaitReturn(s, host)
}

// resume takes a session up on a new connection and repeats what the side needs.
func (b *Broker) resume(v *visitor, m *signaling.Resume) *signaling.Error {
	if m.Version != signaling.Version {
		return unsupported(m.Version)
	}
	if v.session != nil {
		return wrongState(m, v.session.State)
	}
	s, ok := b.sessions[m.SessionID]
	if !ok || !s.belongsTo(v, m.Token) {
		return &signaling.Error{Code: signaling.CodeSessionUnknown, Message: "This session has ended."}
	}
	if s.State == signaling.StateEnded {
		v.introduced = true
		v.link.SetLimit(signaling.MaxMessage)
		_ = v.link.Send(&signaling.Ended{Reason: s.Reason}) // a link that has ended comes back
		return nil
	}
	b.accept(v, s)
	b.send(s, v.role, &signaling.Resumed{State: s.State})
	b.repeat(s, v.role)
	p := s.party(v.role)
	pending := p.pending
	p.pending = nil
	for _, m := range pending {
		b.send(s, v.role, m)
	}
	return nil
}

// belongsTo reports whether the token is that of the visitor's side, and the
// session the visitor's own.
func (s *session) belongsTo(v *visitor, token string) bool {
	want := s.HostToken
	if v.role == technician {
		want = s.TechnicianToken
		if s.Technician.ID != v.who.ID {
			return false
		}
	}
	return len(want) > 0 && subtle.ConstantTimeCompare(want, hashToken(token)) == 1
}

// repeat says again what the side needs in this state.
func (b *Broker) repeat(s *session, to role) {
	switch {
	case s.State == signaling.StateWaiting:
		if s.Code == nil {
			b.issueCode(s)
		}
	case s.State == signaling.StateRequested:
		if to == host {
			b.sendRequest(s)
		}
	case to == host:
		b.sendServers(s)
		if s.Further != nil {
			b.sendRequest(s)
		}
	default:
		b.sendGrant(s)
	}
}

// provide gives both sides what they connect with.
func (b *Broker) provide(s *session) {
	b.sendServers(s)
	b.sendGrant(s)
}

// sendServers gives the host its TURN servers.
func (b *Broker) sendServers(s *session) {
	servers, expires := b.turn.Servers(s.ID, string(host))
	b.send(s, host, &signaling.Connect{ICEServers: servers})
	b.renewBefore(s, expires)
}

// renewBefore provides both sides anew when two thirds of the shortest of the given
// lives have passed. Whatever is due already stays due.
func (b *Broker) renewBefore(s *session, expiries ...time.Time) {
	for _, expires := range expiries {
		due := time.Now().Add(time.Until(expires) * 2 / 3)
		if s.renewal.t == nil || due.Before(s.renews) {
			s.renews = due
			b.after(&s.renewal, time.Until(due), func() { b.provide(s) })
		}
	}
}

// newToken returns a token and its hash: only the hash is kept.
func newToken() (token string, hash []byte) {
	token = rand.Text()
	return token, hashToken(token)
}

func hashToken(token string) []byte {
	sum := sha256.Sum256([]byte(token))
	return sum[:]
}
