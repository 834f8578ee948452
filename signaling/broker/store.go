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
}

// Store keeps the records. broker/brokertest has the contract suite.
type Store interface {
	// SaveSession creates or replaces the record with r's ID.
	SaveSession(ctx context.Context, r Record) error
	// DeleteSession forgets the record with the ID, if there is one.
	DeleteSession(ctx context.Context, id string) error
	// OpenSessions returns the records that have not ended.
	OpenSessions(ctx context.Context) ([]Record, error)
}
