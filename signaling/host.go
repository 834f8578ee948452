package signaling

// FromHost is what a host may send to the relay.
var FromHost = newSet(
	&Register{}, &Resume{}, &Consent{}, &Refuse{}, &Answer{}, &Candidate{},
	&Connected{}, &Disconnected{}, &Known{}, &Compared{}, &Paused{}, &Report{}, &End{}, &Error{},
)

// Register opens a session: the host's first message, and again after each end.
type Register struct {
	Version int `json:"version"`
	// Name is the machine's name and OS its operating system, for the technician to
	// read. Neither is verified.
	Name string `json:"name"`
	OS   string `json:"os"`
	// SessionKey is the host's Ed25519 public key for this session, in base64url. It
	// signs the person's consent.
	SessionKey string `json:"sessionKey"`
	// Fingerprint is that of the host's DTLS certificate for this session.
	Fingerprint string `json:"fingerprint"`
	// Invitation is the code of a technician's invitation that the person opened, without
	// spaces; empty for none.
	Invitation string `json:"invitation,omitempty"`
	// Records says that the host can record a session.
	Records bool `json:"records,omitempty"`
}

func (*Register) messageType() string { return "register" }

func (m *Register) check() error {
	// The form of the invitation is checked by the broker, which answers every one that is
	// not alive alike.
	return firstError(
		checkOpaque("invitation", m.Invitation, 0, maxCodeName),
		checkText("name", m.Name, 1, maxName),
		checkText("os", m.OS, 0, maxOS),
		checkKey("sessionKey", m.SessionKey),
		checkFingerprint("fingerprint", m.Fingerprint),
	)
}

// Resume takes a session up again after a lost connection: a host's or a
// technician's first message on the new one.
type Resume struct {
	Version   int    `json:"version"`
	SessionID string `json:"sessionId"`
	// Token is the one that came with the session.
	Token string `json:"token"`
}

func (*Resume) messageType() string { return "resume" }

func (m *Resume) check() error {
	return firstError(
		checkOpaque("sessionId", m.SessionID, 1, maxToken),
		checkOpaque("token", m.Token, 1, maxToken),
	)
}

// Consent is the person's yes, and later every change of what they allow.
type Consent struct {
	// Statement is a JWT that the host's session key signs; see package grant.
	Statement string `json:"statement"`
}

func (*Consent) messageType() string { return "consent" }

func (m *Consent) check() error { return checkOpaque("statement", m.Statement, 1, maxJWT) }

// Refuse is the person's no, or their silence.
type Refuse struct {
	RequestID string `json:"requestId"`
	// Reason is EndDeclined or EndNoAnswer.
	Reason EndReason `json:"reason"`
}

func (*Refuse) messageType() string { return "refuse" }

func (m *Refuse) check() error {
	return firstError(
		checkOpaque("requestId", m.RequestID, 1, maxToken),
		checkOneOf("reason", m.Reason, EndDeclined, EndNoAnswer),
	)
}

// Answer is the host's half of the WebRTC negotiation (RFC 9429), passed on to the
// technician.
type Answer struct {
	SDP string `json:"sdp"`
}

func (*Answer) messageType() string { return "answer" }

func (m *Answer) check() error { return checkSDP("sdp", m.SDP) }

// Path is the way that the media takes.
type Path string

// The paths of Connected.
const (
	PathDirect Path = "direct"
	PathRelay  Path = "relay"
)

// Connected says that host and technician have reached each other, or that their
// path has changed.
type Connected struct {
	Path Path `json:"path"`
}

func (*Connected) messageType() string { return "connected" }

func (m *Connected) check() error { return checkOneOf("path", m.Path, PathDirect, PathRelay) }

// Disconnected says that the host has lost the technician and waits for a new
// connection.
type Disconnected struct{}

func (*Disconnected) messageType() string { return "disconnected" }

func (*Disconnected) check() error { return nil }

// Paused says that the person has paused the session, or goes on with it. The technician
// hears it from the host itself.
type Paused struct {
	On bool `json:"on"`
}

func (*Paused) messageType() string { return "paused" }

func (*Paused) check() error { return nil }

// Report says that the person does not know why the technician asks. It ends the session.
type Report struct{}

func (*Report) messageType() string { return "report" }

func (*Report) check() error { return nil }
