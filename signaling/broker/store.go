package broker

import (
	"context"
	"time"

	"github.com/lendhand/lendhand/signaling"
)

// Record is what outlives the relay's process of one session. It holds no code and
// no token, only what is needed to recognise them.
type Record struct {
	ID    string
	State signaling.State
	// Created, Changed and Ended are times of the relay; Ended is zero while the
	// session lives. Reason says why it ended.
	Created, Changed, Ended time.Time
	Reason                  signaling.EndReason

	Host            signaling.HostInfo
	HostKey         string
	HostFingerprint string
	HostToken       []byte
	// Records says that the host can record.
	Records bool
	// Keys are the IDs of the grant keys that the host knows.
	Keys []string
	// Invitation is the ID of the invitation that the host has opened and that waits for
	// its technician; empty for none.
	Invitation string

	// Code is a keyed hash of the code, CodeGroup one of its first three digits.
	// Both are nil once the code is used or spent.
	Code, CodeGroup []byte
	CodeExpires     time.Time
	WrongTries      int

	// The rest is zero until a technician has redeemed the code.
	Technician            signaling.Person
	TechnicianFingerprint string
	TechnicianToken       []byte
	Ticket                string
	Asked                 signaling.Scopes
	// Further is what is asked for beyond Asked while the session runs, nil for nothing.
	Further signaling.Scopes
	// RequestID names the open request, and Answer is when its time is up.
	RequestID string
	Answer    time.Time
	// Allowed is what the person's newest consent says, and Consent the statement.
	Allowed signaling.Scopes
	Consent string
	// Recording is what the person was asked to have recorded, nil for nothing, and
	// Recorded says that they agreed: a session has one recording at most.
	Recording *signaling.RecordingTerms
	Recorded  bool
	// Began is when the person first said yes.
	Began time.Time
}

// Invitation is an invitation that has not been used. It holds no code, only what is
// needed to recognise it.
type Invitation struct {
	ID string
	// Code is a keyed hash of the code.
	Code       []byte
	Technician signaling.Person
	Ask        signaling.Scopes
	Ticket     string
	// Record asks for a recording.
	Record  bool
	Created time.Time
	Expires time.Time
}

// Store keeps the records. broker/brokertest has the contract suite.
type Store interface {
	// SaveSession creates or replaces the record with r's ID.
	SaveSession(ctx context.Context, r Record) error
	// DeleteSession forgets the record with the ID, if there is one.
	DeleteSession(ctx context.Context, id string) error
	// OpenSessions returns the records that have not ended.
	OpenSessions(ctx context.Context) ([]Record, error)
	// SaveInvitation creates or replaces the invitation with i's ID.
	SaveInvitation(ctx context.Context, i Invitation) error
	// DeleteInvitation forgets the invitation with the ID, if there is one.
	DeleteInvitation(ctx context.Context, id string) error
	// Invitations returns all invitations.
	Invitations(ctx context.Context) ([]Invitation, error)
}
