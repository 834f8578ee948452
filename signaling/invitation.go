package signaling

import "fmt"

// Invite makes an invitation: a code that the person types instead of one that they
// read out. It can be the first message of a technician. Invited answers it.
type Invite struct {
	Version int `json:"version"`
	// Ask is what the technician will ask for.
	Ask Scopes `json:"ask"`
	// Ticket is the technician's own reference, shown to the person.
	Ticket string `json:"ticket,omitempty"`
	// Record asks for a recording, as in Redeem.
	Record bool `json:"record,omitempty"`
	// ExpiresIn is how long it can be opened, in seconds; 0: InvitationLife.
	ExpiresIn int `json:"expiresIn,omitempty"`
}

func (*Invite) messageType() string { return "invite" }

func (m *Invite) check() error {
	return firstError(
		m.Ask.check("ask"),
		checkText("ticket", m.Ticket, 0, maxTicket),
		checkNumber("expiresIn", float64(m.ExpiresIn), 0, MaxInvitationLife.Seconds()),
	)
}

// Withdraw takes an invitation of one's own back.
type Withdraw struct {
	ID string `json:"id"`
}

func (*Withdraw) messageType() string { return "withdraw" }

func (m *Withdraw) check() error { return checkOpaque("id", m.ID, 1, maxToken) }

// Invited answers Invite. The relay keeps no copy of code and link.
type Invited struct {
	// ID names the invitation from now on.
	ID string `json:"id"`
	// Code is nine digits, and Link an address that shows them.
	Code string `json:"code"`
	Link string `json:"link"`
	// ExpiresIn is how long it can be opened, in seconds.
	ExpiresIn int `json:"expiresIn"`
}

func (*Invited) messageType() string { return "invited" }

func (m *Invited) check() error {
	_, err := ParseCode(m.Code)
	return firstError(
		err,
		checkOpaque("id", m.ID, 1, maxToken),
		checkOpaque("link", m.Link, 1, maxURL),
		checkSeconds("expiresIn", m.ExpiresIn),
	)
}

// Invitation is an open invitation as its technician sees it.
type Invitation struct {
	ID     string `json:"id"`
	Ask    Scopes `json:"ask"`
	Ticket string `json:"ticket,omitempty"`
	Record bool   `json:"record,omitempty"`
	// ExpiresIn is how long it lives, in seconds.
	ExpiresIn int `json:"expiresIn"`
	// Host is who has opened it and waits; nil for nobody.
	Host *HostInfo `json:"host,omitempty"`
}

func (i *Invitation) check() error {
	err := firstError(
		checkOpaque("invitations.id", i.ID, 1, maxToken),
		i.Ask.check("invitations.ask"),
		checkText("invitations.ticket", i.Ticket, 0, maxTicket),
		checkSeconds("invitations.expiresIn", i.ExpiresIn),
	)
	if i.Host != nil {
		err = firstError(err, i.Host.check())
	}
	return err
}

// Invitations lists the technician's open invitations: after connecting when there
// are any, and after every change.
type Invitations struct {
	Invitations []Invitation `json:"invitations"`
}

func (*Invitations) messageType() string { return "invitations" }

func (m *Invitations) check() error {
	if len(m.Invitations) > maxInvitations {
		return fmt.Errorf("invitations: want at most %d, got %d", maxInvitations, len(m.Invitations))
	}
	var err error
	for _, i := range m.Invitations {
		err = firstError(err, i.check())
	}
	return err
}

// Opened says that the person has opened an invitation and waits. The technician
// redeems it.
type Opened struct {
	// ID is the invitation's.
	ID        string   `json:"id"`
	SessionID string   `json:"sessionId"`
	Ticket    string   `json:"ticket,omitempty"`
	Host      HostInfo `json:"host"`
}

func (*Opened) messageType() string { return "opened" }

func (m *Opened) check() error {
	return firstError(
		checkOpaque("id", m.ID, 1, maxToken),
		checkOpaque("sessionId", m.SessionID, 1, maxToken),
		checkText("ticket", m.Ticket, 0, maxTicket),
		m.Host.check(),
	)
}

// Awaited tells a host that came with an invitation whom it waits for.
type Awaited struct {
	Technician Person `json:"technician"`
	Ticket     string `json:"ticket,omitempty"`
	// ExpiresIn is how long, in seconds; then the host gets a code.
	ExpiresIn int `json:"expiresIn"`
}

func (a *Awaited) check() error {
	return firstError(
		a.Technician.check(),
		checkText("ticket", a.Ticket, 0, maxTicket),
		checkSeconds("expiresIn", a.ExpiresIn),
	)
}
