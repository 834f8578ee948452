package signaling

import "time"

// Version is the version of the protocol that this package speaks. Fields and
// messages are added without changing it.
const Version = 1

// Limits of the connection between a participant and the relay.
const (
	// MaxMessageUnknown is the largest message, in bytes, that the relay reads from
	// someone who has not said who they are.
	MaxMessageUnknown = 4 << 10
	// MaxMessage is the largest message, in bytes, on any connection and channel.
	MaxMessage = 64 << 10
	// MaxQueue is the number of messages that may wait for a slow reader, or for one
	// that is away, before the reader is dropped.
	MaxQueue = 128
	// IntroduceWithin is how long a new connection may take to say who it is.
	IntroduceWithin = 5 * time.Second
	// PingEvery is how often each side pings, and SilenceAfter how long it waits for
	// any sign of life before it gives the connection up.
	PingEvery    = 10 * time.Second
	SilenceAfter = 25 * time.Second
)

// Limits of a session.
const (
	// CodeLife is how long a code can be redeemed.
	CodeLife = 10 * time.Minute
	// CodeTries is the number of wrong tries that spoil a code.
	CodeTries = 5
	// AnswerWithin is how long a request waits for the person's answer.
	AnswerWithin = time.Minute
	// ReturnWithin is how long the relay keeps a session for a participant whose
	// connection is lost.
	ReturnWithin = time.Minute
	// ConnectWithin is how long host and technician may take from the yes to their
	// first direct or relayed connection.
	ConnectWithin = 30 * time.Second
	// HoldFor is how long a key or button stays down at the host without a word from
	// the technician.
	HoldFor = 2 * time.Second
	// InvitationLife is how long an invitation can be opened unless the technician says
	// otherwise, and MaxInvitationLife how long at most.
	InvitationLife    = 24 * time.Hour
	MaxInvitationLife = 7 * 24 * time.Hour
	// ConfirmWithin is how long the person has to say that control goes on.
	ConfirmWithin = time.Minute
	// EndNotice is how long before the end of the longest session both sides are told.
	EndNotice = time.Minute
	// MaxMonitors is the number of monitors that a host tells of.
	MaxMonitors = 16
	// MaxPixels is the number of pixels that a Screen has: twice what four monitors of
	// 3840 × 2160 have. Whoever draws it needs memory for each.
	MaxPixels = 1 << 26
)

// Limits of fields, in characters for text that people read and in bytes for the
// rest.
const (
	maxName        = 64
	maxTicket      = 64
	maxOS          = 64
	maxReason      = 64
	maxHint        = 300
	maxToken       = 128
	maxFingerprint = 128
	maxKey         = 64
	maxJWT         = 4 << 10
	maxSDP         = 48 << 10
	maxCandidate   = 1 << 10
	maxURL         = 256
	maxServers     = 8
	maxKeys        = 8
	maxScopes      = 16
	maxEvents      = 256
	maxText        = 256
	maxHeld        = 64
	maxCodeName    = 32
	maxCoordinate  = 1 << 16
	maxNotches     = 100
	maxInvitations = 64
	maxSeconds     = 7 * 24 * 3600
)
