package broker

import (
	"time"

	"github.com/lendhand/lendhand/signaling"
)

// The host's side of invitations.

// findInvitation returns the invitation that a host can open, or nil.
func (b *Broker) findInvitation(typed string) *invitation {
	code, err := signaling.ParseCode(typed)
	if err != nil {
		return nil
	}
	i := b.invitations.byCode[string(b.keyed(string(code)))]
	if i == nil || i.session != nil || !time.Now().Before(i.Expires) {
		return nil
	}
	return i
}

// wrongInvitation answers a wrong try, and counts it. No number of them spoils an
// invitation: everybody can try, and would take it away from the person.
func (b *Broker) wrongInvitation(v *visitor) {
	_ = v.link.Send(invitationInvalid()) // a link that has ended needs no answer
	b.openings.wrong("", v.from)
	b.log.Warn("wrong invitation", "network", v.from.String())
	b.note(Event{Kind: EventCodeWrong, Actor: ActorHost, Address: v.from}, nil)
}

// open has a host wait for the invitation's technician.
func (b *Broker) open(i *invitation, s *session) {
	i.session, s.Invitation = s, i.ID
	b.save(s)
	b.note(Event{Kind: EventInvitationOpened, Actor: ActorHost, Subject: i.ID, Detail: map[string]string{
		"technician": i.Technician.ID, "host": s.Host.Name, "ticket": i.Ticket,
	}}, s)
	b.listInvitations(i.Technician.ID)
	for v := range b.visitors {
		if v.role == technician && v.who.ID == i.Technician.ID {
			_ = v.link.Send(i.opened()) // a link that has ended gets it on the next one
		}
	}
}

// reopen lets another host open the invitation of a session that ends before anybody
// has come to it.
func (b *Broker) reopen(s *session) {
	if i := b.invitations.byID[s.Invitation]; i != nil && i.session == s {
		i.session, s.Invitation = nil, ""
		b.listInvitations(i.Technician.ID)
	}
}

// rejoin puts a waiting session back to its invitation after a restart. When that is
// over the host gets a code.
func (b *Broker) rejoin(s *session) {
	if i := b.invitations.byID[s.Invitation]; i != nil {
		i.session = s
		return
	}
	s.Invitation = ""
}

// findOpened returns the session that waits for this account by the invitation which
// the message names, or nil.
func (b *Broker) findOpened(account string, m *signaling.Redeem) *session {
	i := b.invitations.byID[m.Invitation]
	if code, err := signaling.ParseCode(m.Code); i == nil && err == nil {
		i = b.invitations.byCode[string(b.keyed(string(code)))]
	}
	if i == nil || i.Technician.ID != account || !time.Now().Before(i.Expires) {
		return nil
	}
	return i.session
}

// awaited says whom the host waits for.
func (i *invitation) awaited() *signaling.Awaited {
	return &signaling.Awaited{Technician: i.Technician, Ticket: i.Ticket, ExpiresIn: secondsUntil(i.Expires)}
}

// invitationInvalid is the one answer to every invitation that cannot be opened.
func invitationInvalid() *signaling.Error {
	return &signaling.Error{
		Code:    signaling.CodeInvalidCode,
		Message: "That invitation is not valid.",
		Hint:    "Invitations work once and for a time. Ask for a new one, or start without one and read out the code.",
	}
}
