package signaling

// FromTechnician is what a technician may send to the relay.
var FromTechnician = newSet(
	&Redeem{}, &Resume{}, &Ask{}, &Offer{}, &Candidate{}, &Invite{}, &Withdraw{}, &End{}, &Error{},
)

// Redeem uses a code: the technician's first message. A wrong code is answered by
// an Error with CodeInvalidCode, and Redeem may be sent again.
type Redeem struct {
	Version int `json:"version"`
	// Code is nine digits, without spaces: a host's, or that of an invitation which the
	// person has opened.
	Code string `json:"code,omitempty"`
	// Invitation is the ID of such an invitation, instead of a code.
	Invitation string `json:"invitation,omitempty"`
	// Ask is what the technician asks for.
	Ask Scopes `json:"ask"`
	// Ticket is the technician's own reference, shown to the person.
	Ticket string `json:"ticket,omitempty"`
	// Record asks for a recording, where the organisation leaves that to the technician.
	Record bool `json:"record,omitempty"`
	// Fingerprint is that of the technician's DTLS certificate for this session. The
	// grant is bound to it.
	Fingerprint string `json:"fingerprint"`
}

func (*Redeem) messageType() string { return "redeem" }

func (m *Redeem) check() error {
	// The form of the code is checked by the broker, which answers every code that
	// is not alive alike.
	least := 1
	if m.Invitation != "" {
		least = 0
	}
	return firstError(
		checkOpaque("invitation", m.Invitation, 0, maxToken),
		checkOpaque("code", m.Code, least, maxCodeName),
		m.Ask.check("ask"),
		checkText("ticket", m.Ticket, 0, maxTicket),
		checkFingerprint("fingerprint", m.Fingerprint),
	)
}

// Ask asks for more than was asked at first, while the session runs.
type Ask struct {
	Ask Scopes `json:"ask"`
	// Record asks for a recording from now on.
	Record bool `json:"record,omitempty"`
}

func (*Ask) messageType() string { return "ask" }

func (m *Ask) check() error { return m.Ask.check("ask") }

// Offer is the technician's half of the WebRTC negotiation (RFC 9429), passed on
// to the host; again with new ICE credentials to restart a broken connection.
type Offer struct {
	SDP string `json:"sdp"`
	// Grant is the newest grant that the relay gave to the technician.
	Grant string `json:"grant"`
}

func (*Offer) messageType() string { return "offer" }

func (m *Offer) check() error {
	return firstError(checkSDP("sdp", m.SDP), checkOpaque("grant", m.Grant, 1, maxJWT))
}

// Candidate is an ICE candidate (RFC 8839), passed on to the other side. An empty
// Candidate field says that there are no more.
type Candidate struct {
	Candidate     string  `json:"candidate"`
	SDPMid        *string `json:"sdpMid,omitempty"`
	SDPMLineIndex *uint16 `json:"sdpMLineIndex,omitempty"`
	// UsernameFragment names the ICE generation that the candidate belongs to.
	UsernameFragment *string `json:"usernameFragment,omitempty"`
}

func (*Candidate) messageType() string { return "candidate" }

func (m *Candidate) check() error {
	err := checkOpaque("candidate", m.Candidate, 0, maxCandidate)
	for field, s := range map[string]*string{"sdpMid": m.SDPMid, "usernameFragment": m.UsernameFragment} {
		if s != nil {
			err = firstError(err, checkOpaque(field, *s, 0, maxToken*2))
		}
	}
	return err
}

// EndReason is the stable name of why a session ended, for programs.
type EndReason string

// The reasons for an end.
const (
	// EndDeclined, EndNoAnswer: the person said no, or nothing for AnswerWithin.
	EndDeclined EndReason = "declined"
	EndNoAnswer EndReason = "no_answer"
	// EndHostStopped, EndTechnicianStopped: one of the two ended it.
	EndHostStopped       EndReason = "host_stopped"
	EndTechnicianStopped EndReason = "technician_stopped"
	// EndReported: the person says that they called nobody.
	EndReported EndReason = "reported"
	// EndBarHidden: what shows the person who is there could not be kept in sight.
	EndBarHidden EndReason = "bar_hidden"
	// EndHostQuit: the host's program was closed.
	EndHostQuit EndReason = "host_quit"
	// EndHostLost, EndTechnicianLost: one of the two did not come back in time.
	EndHostLost       EndReason = "host_lost"
	EndTechnicianLost EndReason = "technician_lost"
	// EndConnectionFailed: no way between the two was found in time.
	EndConnectionFailed EndReason = "connection_failed"
	// EndGrantInvalid: the host did not accept the technician's grant.
	EndGrantInvalid EndReason = "grant_invalid"
	// EndGrantExpired: the grant ran out and no new one came.
	EndGrantExpired EndReason = "grant_expired"
	// EndRevoked: the account or the session was ended by an administrator.
	EndRevoked EndReason = "revoked"
	// EndTimeLimit: it has lasted as long as the organisation, or the host, allows.
	EndTimeLimit EndReason = "time_limit"
	// EndWordsDiffer: the words that both sides see are not the same.
	EndWordsDiffer EndReason = "words_differ"
	// EndRecordingRequired: the organisation wants sessions recorded, which this host
	// cannot.
	EndRecordingRequired EndReason = "recording_required"
	// EndRecordingLost: the recording could not be kept up, without which there is no
	// session.
	EndRecordingLost EndReason = "recording_lost"
	// EndScreenLost: the host's display went away.
	EndScreenLost EndReason = "screen_lost"
	// EndError: something failed on one side; its log says what.
	EndError EndReason = "error"
)

// End ends the session.
type End struct {
	Reason EndReason `json:"reason"`
}

func (*End) messageType() string { return "end" }

func (m *End) check() error { return checkText("reason", string(m.Reason), 1, maxReason) }
