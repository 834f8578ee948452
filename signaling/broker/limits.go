package broker

import (
	"time"

	"github.com/lendhand/lendhand/signaling"
)

// Recording is what an organisation wants of recordings.
type Recording string

// The rules of recording.
const (
	RecordingOff      Recording = "off"
	RecordingOptional Recording = "optional"
	RecordingRequired Recording = "required"
)

// Limits are what a technician's organisation allows in a session.
type Limits struct {
	// Scopes are those that may be asked for. Without [signaling.ScopeView] there are no
	// sessions.
	Scopes signaling.Scopes
	// Longest is how long a session lasts at most, from the person's first yes; 0: as long
	// as they like.
	Longest time.Duration
	// ConfirmEvery is after how much control the person is asked again; 0: never.
	ConfirmEvery time.Duration
	// VerifyWords says that nothing but view is allowed until the words were compared.
	VerifyWords bool
	// Recording is whether sessions are recorded; empty is RecordingOff.
	Recording Recording
}

// Unlimited allows everything.
func Unlimited() Limits { return Limits{Scopes: signaling.NewScopes(signaling.AllScopes()...)} }
