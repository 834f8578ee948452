package app

import (
	"context"
	"errors"
	"time"

	"github.com/lendhand/lendhand/client/internal/ui"
	"github.com/lendhand/lendhand/signaling"
)

// A person who does not say yes can be asked once more: it may have been a slip. Then
// they are left alone for quietFor, and after maxRefused such requests for the rest of
// the session: neither a technician nor a relay may ask until they give in.
const (
	quietFor   = 30 * time.Second
	maxRefused = 3
)

var (
	errWithdrawn = errors.New("withdrawn")
	errPrograms  = errors.New("a program's word")
)

// question is a request that the person is being asked.
type question struct {
	request *signaling.Request
	again   bool // whether control goes on, and not a technician's
	give    bool // which file the person gives; wanted: the technician has asked for one
	wanted  bool
	cancel  context.CancelCauseFunc
}

// isRequest reports whether it is a request of the technician's for a session.
func (q *question) isRequest() bool { return !q.again && !q.give }

// answer is the person's answer: what they allow, or why there is none.
type answer struct {
	ui.Answer
	err error
}

// ask puts a request to the person. While it is open, nobody but the person may touch
// the machine: the technician's hands could answer it.
func (s *session) ask(m *signaling.Request) {
	switch {
	case s.question != nil && s.question.request.RequestID == m.RequestID:
		return // said again after a lost connection
	case s.answered == m.RequestID:
		s.repeated = true
		s.tell(s.reply) // which was lost, or is on its way
		s.repeatConsent()
		return
	case s.memory.hasReported(m.Technician.ID):
		s.log.Info("request of a technician who was reported", "technician", m.Technician.ID)
		s.refuse(m, signaling.EndDeclined)
		return
	case s.technician.ID != "" && s.technician != m.Technician: // nor of the same by another name
		s.log.Warn("request of another technician")
		s.tell(&signaling.Refuse{RequestID: m.RequestID, Reason: signaling.EndDeclined})
		return
	}
	if m.Limits != nil {
		s.limit(m.Limits)
	}
	if scopes, _ := s.gate.Limit(); !m.Ask.Within(scopes) {
		narrowed := *m
		narrowed.Ask = m.Ask.Narrow(scopes)
		m = &narrowed
	}
	replaced := s.question != nil && s.question.isRequest()
	s.withdraw(errWithdrawn)
	switch {
	case s.reason != "":
		return // nothing is left to be asked
	case !m.Ask.Has(signaling.ScopeView):
		s.refuse(m, signaling.EndDeclined)
		return
	case s.refused >= maxRefused || !replaced && time.Now().Before(s.quiet):
		s.log.Info("request refused unasked", "before", s.refused)
		s.refuse(m, signaling.EndDeclined)
		return
	}
	s.technician = m.Technician
	var err error
	within := min(time.Duration(m.ExpiresIn)*time.Second, signaling.AnswerWithin)
	if s.photo, err = photoOf(m.Photo); err != nil {
		s.log.Warn("a request without its photo", "error", err)
	}
	r := ui.Request{
		Technician: m.Technician, Ask: m.Ask, Ticket: m.Ticket, Photo: s.photo, Within: within,
	}
	if r.Recording = s.recorded.asks(m); r.Recording != ui.Unrecorded {
		r.Readers = m.Recording.Names()
	}
	s.written(s.config.Events.Request(r))
	s.put(&question{request: m}, r)
}

// put puts a question to the person, and holds the technician's hands back meanwhile.
func (s *session) put(q *question, r ui.Request) {
	s.gate.Suspend()
	s.own.letGo() // before it is seen: not even a release reaches it
	asking, cancel := context.WithCancelCause(context.Background())
	q.cancel = cancel
	s.question = q
	r.Settle = s.touch.settling()
	s.asking.Go(func() {
		asking, stop := context.WithTimeout(asking, r.Within)
		defer stop()
		said, err := s.config.UI.Ask(asking, r)
		s.answers <- answer{said, err}
	})
}

func (s *session) withdrawn(m *signaling.Withdrawn) {
	if s.question != nil && s.question.request.RequestID == m.RequestID {
		s.withdraw(errWithdrawn)
	}
}

// withdraw takes an open question back, and tells the person why.
func (s *session) withdraw(why error) {
	if s.question == nil {
		return
	}
	q := s.question
	q.cancel(why)
	said := <-s.answers
	s.question = nil
	if said.err == nil && said.Reported {
		s.reportedLate()
	}
	if q.again && s.reason == "" {
		s.confirmed(nil, why)
	}
	s.gate.Release()
	if q.give && s.reason == "" {
		s.hearGiven(q, answer{err: why})
	}
	if q.isRequest() {
		s.unwanted()
	}
}

// unwanted counts a request that got no yes.
func (s *session) unwanted() {
	if s.refused++; s.refused > 1 {
		s.quiet = time.Now().Add(quietFor)
	}
}

// hearAnswer handles the person's answer to the open question.
func (s *session) hearAnswer(a answer) {
	q := s.question
	s.question = nil
	q.cancel(nil)
	if a.err == nil && a.Reported {
		s.reported()
		return
	}
	if a.err == nil && a.Scopes.Has(signaling.ScopeView) && s.isPrograms() {
		s.sayUnsure()
		a = answer{err: errPrograms} // is no answer
	}
	if q.give {
		s.gate.Release()
		s.hearGiven(q, a)
		s.show()
		return
	}
	allowed := a.Scopes.Narrow(q.request.Ask)
	if q.again {
		s.confirmed(allowed, a.err)
		s.gate.Release()
		s.show()
		return
	}
	s.gate.Release()
	switch {
	case a.err != nil:
		s.unwanted()
		s.refuse(q.request, signaling.EndNoAnswer)
	case !allowed.Has(signaling.ScopeView):
		s.unwanted()
		s.refuse(q.request, signaling.EndDeclined)
	default:
		s.accept(q.request, a.Answer, allowed)
	}
}

// refuse says no. It is the relay that ends a session for it.
func (s *session) refuse(request *signaling.Request, reason signaling.EndReason) {
	s.answered = request.RequestID
	s.reply = &signaling.Refuse{RequestID: request.RequestID, Reason: reason}
	s.tell(s.reply)
}
