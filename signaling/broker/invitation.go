package broker

import (
	"cmp"
	"context"
	"crypto/rand"
	"slices"
	"time"

	"github.com/lendhand/lendhand/signaling"
)

// maxInvitations is the number of open invitations that an account has at most.
const maxInvitations = 20

// invitation is one that has not been used. Guarded by the broker's mu.
type invitation struct {
	Invitation
	// session is the host that has opened it and waits; nil for nobody.
	session *session
	expiry  timer
}

// invitationTable finds invitations by their IDs and by the keyed hashes of their
// codes.
type invitationTable struct {
	byID, byCode map[string]*invitation
}

func newInvitationTable() invitationTable {
	return invitationTable{byID: map[string]*invitation{}, byCode: map[string]*invitation{}}
}

// of lists an account's invitations, the oldest first.
func (t invitationTable) of(account string) []*invitation {
	var list []*invitation
	for _, i := range t.byID {
		if i.Technician.ID == account {
			list = append(list, i)
		}
	}
	slices.SortFunc(list, func(a, b *invitation) int {
		return cmp.Or(a.Created.Compare(b.Created), cmp.Compare(a.ID, b.ID))
	})
	return list
}

// invite makes an invitation.
func (b *Broker) invite(v *visitor, m *signaling.Invite) *signaling.Error {
	if m.Version != signaling.Version {
		return unsupported(m.Version)
	}
	limits := b.limitsOf(v.who.ID)
	switch {
	case !limits.Scopes.Has(signaling.ScopeView):
		return notPermitted()
	case limits.mustRecord() && b.recordings == nil:
		return recordingRequired()
	}
	if len(b.invitations.of(v.who.ID)) >= maxInvitations {
		return &signaling.Error{
			Code:    signaling.CodeManyInvitations,
			Message: "You have as many open invitations as are allowed.",
			Hint:    "Withdraw one that is not needed any more.",
		}
	}
	code, err := b.drawCode()
	if err != nil {
		b.log.Error("no code for an invitation", "account", v.who.ID, "error", err)
		return &signaling.Error{Code: signaling.CodeInternal, Message: "The relay could not make an invitation."}
	}
	life := cmp.Or(time.Duration(m.ExpiresIn)*time.Second, signaling.InvitationLife)
	now := time.Now()
	i := Invitation{
		ID: "i_" + rand.Text(), Code: b.keyed(string(code)), Technician: v.who,
		Ask: signaling.NewScopes(m.Ask...).Narrow(limits.Scopes), Ticket: m.Ticket, Record: m.Record, Created: now, Expires: now.Add(life),
	}
	b.hold(i)
	b.inStore("save", func(ctx context.Context) error { return b.store.SaveInvitation(ctx, i) })
	b.introduced(v)
	b.note(Event{Kind: EventInvitationMade, Actor: v.who.ID, Subject: i.ID, Address: v.from, Detail: map[string]string{
		"ask": words(i.Ask), "ticket": i.Ticket, "expires": i.Expires.UTC().Format(time.RFC3339),
	}}, nil)
	_ = v.link.Send(&signaling.Invited{ // a link that has ended gets the list
		ID: i.ID, Code: string(code), Link: b.grants.Name() + "/join#" + string(code), ExpiresIn: secondsUntil(i.Expires),
	})
	b.listInvitations(v.who.ID)
	return nil
}

// hold takes an invitation into the table until it expires.
func (b *Broker) hold(r Invitation) {
	i := &invitation{Invitation: r}
	b.invitations.byID[i.ID] = i
	b.invitations.byCode[string(i.Code)] = i
	b.after(&i.expiry, time.Until(i.Expires), func() { b.lapse(i) })
}

// forget drops an invitation that has been used, or that nobody may use any more.
func (b *Broker) forget(i *invitation) {
	i.expiry.stop()
	delete(b.invitations.byID, i.ID)
	delete(b.invitations.byCode, string(i.Code))
	b.inStore("forget", func(ctx context.Context) error { return b.store.DeleteInvitation(ctx, i.ID) })
	b.listInvitations(i.Technician.ID)
}

// lapse ends an invitation. A host that has opened it becomes one that has a code.
func (b *Broker) lapse(i *invitation) {
	b.forget(i)
	if s := i.session; s != nil {
		s.Invitation = ""
		b.spendCode(s)
	}
}

// withdraw takes an invitation back.
func (b *Broker) withdraw(v *visitor, m *signaling.Withdraw) *signaling.Error {
	b.introduced(v)
	if i := b.invitations.byID[m.ID]; i != nil && i.Technician.ID == v.who.ID {
		b.note(Event{Kind: EventInvitationWithdrawn, Actor: v.who.ID, Subject: i.ID, Address: v.from}, nil)
		b.lapse(i)
	}
	return nil
}

// listInvitations tells a technician of all their invitations, on every connection.
func (b *Broker) listInvitations(account string) {
	var m *signaling.Invitations
	for v := range b.visitors {
		if v.role != technician || v.who.ID != account {
			continue
		}
		if m == nil {
			m = listed(b.invitations.of(account))
		}
		_ = v.link.Send(m) // a link that has ended gets it on the next one
	}
}

func listed(list []*invitation) *signaling.Invitations {
	m := &signaling.Invitations{Invitations: []signaling.Invitation{}}
	for _, i := range list {
		entry := signaling.Invitation{ID: i.ID, Ask: i.Ask, Ticket: i.Ticket, Record: i.Record, ExpiresIn: secondsUntil(i.Expires)}
		if i.session != nil {
			entry.Host = &i.session.Host
		}
		m.Invitations = append(m.Invitations, entry)
	}
	return m
}

// greet tells a technician who has just connected of their invitations, and of who
// waits.
func (b *Broker) greet(v *visitor) {
	list := b.invitations.of(v.who.ID)
	if len(list) == 0 {
		return
	}
	_ = v.link.Send(listed(list)) // a link that has ended is served by nobody
	for _, i := range list {
		if i.session != nil {
			_ = v.link.Send(i.opened())
		}
	}
}

func (i *invitation) opened() *signaling.Opened {
	return &signaling.Opened{ID: i.ID, SessionID: i.session.ID, Ticket: i.Ticket, Host: i.session.Host}
}

// inStore does something with the store. One that fails is the administrator's to
// mend.
func (b *Broker) inStore(change string, do func(context.Context) error) {
	ctx, cancel := context.WithTimeout(context.Background(), saveWithin)
	defer cancel()
	if err := do(ctx); err != nil {
		b.log.Error("invitations and the store differ", "change", change, "error", err)
	}
}
