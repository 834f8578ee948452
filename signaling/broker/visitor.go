package broker

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"time"

	"github.com/gorilla/websocket"

	"github.com/lendhand/lendhand/signaling"
	"github.com/lendhand/lendhand/signaling/link"
	"github.com/lendhand/lendhand/signaling/pace"
)

// role is which side of a session a connection speaks for.
type role string

const (
	host       role = "host"
	technician role = "technician"
)

// The pace of one connection: what a person and a program do in a session is far
// below it. A negotiation comes in a burst of candidates; a new session is work for
// the store.
const (
	messagesAtOnce, messageEvery = 200, time.Second / 20
	sessionsAtOnce, sessionEvery = 5, 2 * time.Second
	// A network may have a thousand hosts, which do not all start at once.
	newcomersAtOnce, newcomerEvery = 600, time.Second / 10
)

// visitor is one connection.
type visitor struct {
	// Set at construction. who is zero for a host.
	role     role
	from     netip.Prefix
	who      signaling.Person
	link     *link.Link
	messages *pace.Bucket
	sessions *pace.Bucket

	// Guarded by the broker's mu. session is nil between sessions; introduced becomes
	// true with the first accepted message.
	session    *session
	introduced bool
	// ended is the host's session before, until the next one.
	ended *session
}

func newVisitor(ws *websocket.Conn, r role, addr netip.Addr, who signaling.Person) *visitor {
	return &visitor{
		role: r, from: pace.Network(addr), who: who,
		link:     link.New(ws, signaling.MaxMessageUnknown),
		messages: pace.NewBucket(messagesAtOnce, messageEvery),
		sessions: pace.NewBucket(sessionsAtOnce, sessionEvery),
	}
}

// receive reads one message and answers it. An error that has a close code ends
// the connection; any other is told, and the connection goes on.
func (b *Broker) receive(v *visitor, data []byte) {
	set := signaling.FromHost
	if v.role == technician {
		set = signaling.FromTechnician
	}
	m, err := set.Decode(data)
	switch {
	case !v.messages.Take(time.Now()):
		err = tooFast()
	case err == nil:
		err = asError(b.guarded(v, m))
	}
	var problem *signaling.Error
	if !errors.As(err, &problem) {
		return
	}
	if _, fatal := problem.CloseCode(); fatal {
		v.link.Close(problem)
		return
	}
	_ = v.link.Send(problem) // a link that has ended needs no answer
}

// guarded handles a message under mu. A fault in a handler ends one connection, and locks
// nobody out.
func (b *Broker) guarded(v *visitor, m signaling.Message) *signaling.Error {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.handle(v, m)
}

// asError keeps a nil *signaling.Error from becoming an error that is not nil.
func asError(e *signaling.Error) error {
	if e == nil {
		return nil
	}
	return e
}

// handle is the one dispatcher. Each handler checks first that the session's state
// allows the message.
func (b *Broker) handle(v *visitor, m signaling.Message) *signaling.Error {
	if b.closed {
		return nil
	}
	switch m := m.(type) {
	case *signaling.Register:
		return b.register(v, m)
	case *signaling.Resume:
		return b.resume(v, m)
	case *signaling.Redeem:
		return b.redeem(v, m)
	case *signaling.Invite:
		return b.invite(v, m)
	case *signaling.Withdraw:
		return b.withdraw(v, m)
	}
	if v.session == nil {
		if !v.introduced {
			return notIntroduced()
		}
		if _, ok := m.(*signaling.Report); ok && v.ended != nil {
			b.reportLate(v)
			return nil
		}
		// The session ended while the message was under way.
		return wrongState(m, signaling.StateEnded)
	}
	switch m := m.(type) {
	case *signaling.Consent:
		return b.consent(v.session, m)
	case *signaling.Refuse:
		return b.refuse(v.session, m)
	case *signaling.Ask:
		return b.ask(v.session, m)
	case *signaling.Offer:
		return b.offer(v.session, m)
	case *signaling.Answer:
		return b.answer(v.session, m)
	case *signaling.Candidate:
		return b.candidate(v, m)
	case *signaling.Connected:
		return b.connected(v.session, m)
	case *signaling.Disconnected:
		return b.disconnected(v.session, m)
	case *signaling.Known:
		return b.known(v.session, m)
	case *signaling.Compared:
		return b.compared(v.session, m)
	case *signaling.Paused:
		return b.paused(v.session, m)
	case *signaling.Report:
		return b.report(v.session, m)
	case *signaling.End:
		return b.stop(v, m)
	case *signaling.Error:
		b.log.Warn("participant reports an error", "session", v.session.ID, "role", v.role, "code", m.Code, "error", m.Message)
		return nil
	}
	return &signaling.Error{Code: signaling.CodeUnknownMessage, Message: "message without a handler: " + signaling.TypeOf(m)}
}

// endReasons are the reasons that each side may give: nobody speaks for the other.
var endReasons = map[role][]signaling.EndReason{
	host: {
		signaling.EndHostStopped, signaling.EndHostQuit, signaling.EndBarHidden, signaling.EndTechnicianLost, signaling.EndConnectionFailed,
		signaling.EndGrantInvalid, signaling.EndGrantExpired, signaling.EndTimeLimit, signaling.EndWordsDiffer,
		signaling.EndRecordingLost, signaling.EndScreenLost, signaling.EndError,
	},
	technician: {
		signaling.EndTechnicianStopped, signaling.EndHostLost, signaling.EndConnectionFailed, signaling.EndWordsDiffer,
		signaling.EndError,
	},
}

// stop ends the session at a participant's word.
func (b *Broker) stop(v *visitor, m *signaling.End) *signaling.Error {
	if !slices.Contains(endReasons[v.role], m.Reason) {
		return &signaling.Error{
			Code:    signaling.CodeBadMessage,
			Message: fmt.Sprintf("a %s cannot end a session with the reason %q", v.role, m.Reason),
		}
	}
	b.end(v.session, m.Reason)
	return nil
}

// introducedOrGone drops a connection that has not said who it is.
func (b *Broker) introducedOrGone(v *visitor) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !v.introduced {
		v.link.Close(notIntroduced())
	}
}

// accept notes that v has introduced itself, and whose session it speaks for.
func (b *Broker) accept(v *visitor, s *session) {
	b.introduced(v)
	v.session, v.ended = s, nil
	p := s.party(v.role)
	if p.visitor != nil && p.visitor != v {
		old := p.visitor
		old.session = nil
		old.link.Close(&signaling.Error{
			Code:    signaling.CodeSuperseded,
			Message: "Another connection took this session over.",
		})
	}
	p.visitor = v
	p.away.stop()
}

// introduced notes that v has said something that was accepted.
func (b *Broker) introduced(v *visitor) {
	v.introduced = true
	v.link.SetLimit(signaling.MaxMessage)
}

// leave notes that v's connection has ended.
func (b *Broker) leave(v *visitor) {
	s := v.session
	v.session = nil
	if s == nil || s.party(v.role).visitor != v {
		return
	}
	s.party(v.role).visitor = nil
	if !b.closed && s.State != signaling.StateEnded {
		b.awaitReturn(s, v.role)
	}
}

func tooFast() *signaling.Error {
	return &signaling.Error{Code: signaling.CodeTooFast, Message: "Messages come faster than anyone needs."}
}

func notIntroduced() *signaling.Error {
	return &signaling.Error{
		Code:    signaling.CodeNotIntroduced,
		Message: fmt.Sprintf("The first message must say who you are, within %s.", signaling.IntroduceWithin),
	}
}

func wrongState(m signaling.Message, state signaling.State) *signaling.Error {
	return &signaling.Error{
		Code:    signaling.CodeWrongState,
		Message: fmt.Sprintf("%q does not fit a session that is %s", signaling.TypeOf(m), state),
	}
}

func unsupported(version int) *signaling.Error {
	return &signaling.Error{
		Code:    signaling.CodeUnsupportedVersion,
		Message: fmt.Sprintf("This relay speaks version %d of the protocol, not %d.", signaling.Version, version),
		Hint:    "Get the program from this relay again, or ask its administrator for an update.",
	}
}
