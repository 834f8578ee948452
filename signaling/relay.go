package signaling

import "fmt"

// What the relay may send.
var (
	// RelayToHost is what the relay may send to a host.
	RelayToHost = newSet(
		&Registered{}, &CodeIssued{}, &Request{}, &Withdrawn{}, &Connect{},
		&Offer{}, &Candidate{}, &Resumed{}, &Limits{}, &Keys{}, &Ended{}, &Error{},
	)
	// RelayToTechnician is what the relay may send to a technician.
	RelayToTechnician = newSet(
		&Requested{}, &Granted{}, &Refused{}, &Answer{}, &Candidate{}, &Resumed{}, &Limits{},
		&Invited{}, &Invitations{}, &Opened{}, &Ended{}, &Error{},
	)
)

// Registered answers Register.
type Registered struct {
	SessionID string `json:"sessionId"`
	// Token resumes the session.
	Token string `json:"token"`
	// Issuer and Keys are what the host checks grants against.
	Issuer string     `json:"issuer"`
	Keys   []GrantKey `json:"keys"`
	// Invitation says whom the host waits for, when it came with an invitation. It gets no
	// code then.
	Invitation *Awaited `json:"invitation,omitempty"`
}

func (*Registered) messageType() string { return "registered" }

func (m *Registered) check() error {
	err := firstError(
		checkOpaque("sessionId", m.SessionID, 1, maxToken),
		checkOpaque("token", m.Token, 1, maxToken),
		checkOpaque("issuer", m.Issuer, 1, maxURL),
		checkKeys(m.Keys),
	)
	if m.Invitation != nil {
		err = firstError(err, m.Invitation.check())
	}
	return err
}

// CodeIssued tells the host its code: at first, when the one before has
// expired, and when that was spoiled by wrong tries.
type CodeIssued struct {
	// Code is nine digits, without spaces.
	Code string `json:"code"`
	// ExpiresIn is the code's life in seconds.
	ExpiresIn int `json:"expiresIn"`
}

func (*CodeIssued) messageType() string { return "code" }

func (m *CodeIssued) check() error {
	_, err := ParseCode(m.Code)
	return firstError(err, checkSeconds("expiresIn", m.ExpiresIn))
}

// Person is someone whom the relay has signed in.
type Person struct {
	// ID is the account's stable identifier.
	ID string `json:"id"`
	// Name is what other people read.
	Name string `json:"name"`
	// Organisation is whom they work for.
	Organisation string `json:"organisation"`
}

func (p *Person) check() error {
	return firstError(
		checkOpaque("id", p.ID, 1, maxToken),
		checkName("name", p.Name),
		checkText("organisation", p.Organisation, 0, maxName),
	)
}

// Request tells the host who asks for what. The host answers with Consent or
// Refuse.
type Request struct {
	RequestID  string `json:"requestId"`
	Technician Person `json:"technician"`
	Ask        Scopes `json:"ask"`
	Ticket     string `json:"ticket,omitempty"`
	// Photo is the technician's, as a PNG file; see CheckPhoto.
	Photo []byte `json:"photo,omitempty"`
	// Recording is what the session would be recorded under; nil for not at all.
	Recording *RecordingTerms `json:"recording,omitempty"`
	// ExpiresIn is the time that is left for an answer, in seconds.
	ExpiresIn int `json:"expiresIn"`
	// Limits is the relay's tightening, as in the message of that name; nil for none.
	Limits *Limits `json:"limits,omitempty"`
}

func (*Request) messageType() string { return "request" }

func (m *Request) check() error {
	err := firstError(
		checkOpaque("requestId", m.RequestID, 1, maxToken),
		m.Technician.check(),
		m.Ask.check("ask"),
		checkText("ticket", m.Ticket, 0, maxTicket),
		CheckPhoto(m.Photo),
		checkSeconds("expiresIn", m.ExpiresIn),
	)
	if m.Limits != nil {
		err = firstError(err, m.Limits.check())
	}
	if m.Recording != nil {
		err = firstError(err, m.Recording.check())
	}
	return err
}

// Withdrawn says that a request needs no answer any more. The session goes on where
// it already ran; otherwise Ended follows.
type Withdrawn struct {
	RequestID string `json:"requestId"`
}

func (*Withdrawn) messageType() string { return "withdrawn" }

func (m *Withdrawn) check() error { return checkOpaque("requestId", m.RequestID, 1, maxToken) }

// ICEServer is a TURN server with credentials of minutes, in the form that
// RTCConfiguration takes.
type ICEServer struct {
	URLs       []string `json:"urls"`
	Username   string   `json:"username"`
	Credential string   `json:"credential"`
}

func checkServers(servers []ICEServer) error {
	if len(servers) > maxServers {
		return fmt.Errorf("iceServers: want at most %d, got %d", maxServers, len(servers))
	}
	var err error
	for _, s := range servers {
		err = firstError(err,
			checkOpaque("iceServers.username", s.Username, 0, maxURL),
			checkOpaque("iceServers.credential", s.Credential, 0, maxURL),
		)
		if len(s.URLs) > maxServers {
			err = firstError(err, fmt.Errorf("iceServers.urls: want at most %d", maxServers))
		}
		for _, u := range s.URLs {
			err = firstError(err, checkOpaque("iceServers.urls", u, 1, maxURL))
		}
	}
	return err
}

// Connect gives the host its TURN servers: after its consent, and again before the
// credentials run out.
type Connect struct {
	ICEServers []ICEServer `json:"iceServers"`
	// Recording is what the host uploads with; nil unless the person agreed to a recording.
	Recording *Upload `json:"recording,omitempty"`
}

func (*Connect) messageType() string { return "connect" }

func (m *Connect) check() error {
	err := checkServers(m.ICEServers)
	if m.Recording != nil {
		err = firstError(err, m.Recording.check())
	}
	return err
}

// HostInfo is what the host says of itself. Nobody has verified it.
type HostInfo struct {
	Name string `json:"name"`
	OS   string `json:"os"`
}

func (h *HostInfo) check() error {
	return firstError(checkText("host.name", h.Name, 1, maxName), checkText("host.os", h.OS, 0, maxOS))
}

// Requested answers Redeem: the code was right, and the person is being asked.
type Requested struct {
	SessionID string `json:"sessionId"`
	// Token resumes the session.
	Token string   `json:"token"`
	Host  HostInfo `json:"host"`
	// ExpiresIn is the time that the person has for an answer, in seconds.
	ExpiresIn int `json:"expiresIn"`
	// Ask is what the person is asked for: what was asked, less what the technician's
	// organisation does not allow. A relay that says nothing asks for all of it.
	Ask Scopes `json:"ask,omitempty"`
	// Recorded says that the person is asked for a recording, or that there is no session
	// without one. Unrecorded is why they are not, where the technician asked for one.
	Recorded   bool       `json:"recorded,omitempty"`
	Unrecorded Unrecorded `json:"unrecorded,omitempty"`
}

func (*Requested) messageType() string { return "requested" }

func (m *Requested) check() error {
	err := firstError(
		checkOpaque("sessionId", m.SessionID, 1, maxToken),
		checkOpaque("token", m.Token, 1, maxToken),
		m.Host.check(),
		checkSeconds("expiresIn", m.ExpiresIn),
		m.Unrecorded.check(),
	)
	if m.Ask != nil {
		err = firstError(err, m.Ask.check("ask"))
	}
	return err
}

// Granted gives the technician a grant and TURN servers: after the person's yes,
// and again before either runs out.
type Granted struct {
	// Grant is a JWT; see package grant.
	Grant string `json:"grant"`
	// Scopes are those of the grant. What the host allows may be less.
	Scopes Scopes `json:"scopes"`
	// Recorded says that the person agreed to a recording. Readers are the names of those
	// who can open it, and Sealed says that the relay has none of their keys.
	Recorded   bool        `json:"recorded,omitempty"`
	Readers    []string    `json:"readers,omitempty"`
	Sealed     bool        `json:"sealed,omitempty"`
	ICEServers []ICEServer `json:"iceServers"`
}

func (*Granted) messageType() string { return "granted" }

func (m *Granted) check() error {
	return firstError(
		checkOpaque("grant", m.Grant, 1, maxJWT),
		m.Scopes.check("scopes"),
		checkReaders(m.Readers),
		checkServers(m.ICEServers),
	)
}

// Refused tells the technician that a further Ask got no yes. The session goes on as
// it was.
type Refused struct {
	// Reason is EndDeclined or EndNoAnswer.
	Reason EndReason `json:"reason"`
}

func (*Refused) messageType() string { return "refused" }

func (m *Refused) check() error { return checkOneOf("reason", m.Reason, EndDeclined, EndNoAnswer) }

// State is where a session stands; PROTOCOL.md draws the states.
type State string

// The states of a session.
const (
	StateWaiting      State = "waiting"
	StateRequested    State = "requested"
	StateConnecting   State = "connecting"
	StateActive       State = "active"
	StateReconnecting State = "reconnecting"
	StateEnded        State = "ended"
)

// Resumed answers Resume. What the participant needs to go on follows: the code,
// the open request, or grant and servers.
type Resumed struct {
	State State `json:"state"`
}

func (*Resumed) messageType() string { return "resumed" }

func (m *Resumed) check() error {
	return checkOneOf("state", m.State,
		StateWaiting, StateRequested, StateConnecting, StateActive, StateReconnecting)
}

// Ended is the last message of a session. The connection stays open for another.
type Ended struct {
	Reason EndReason `json:"reason"`
}

func (*Ended) messageType() string { return "ended" }

func (m *Ended) check() error { return checkText("reason", string(m.Reason), 1, maxReason) }
