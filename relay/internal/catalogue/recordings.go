package catalogue

import (
	"context"
	"io"
	"time"
)

// Recordings is what is stored; recordstore has it.
type Recordings interface {
	// Stored returns what is known of a recording without a key, or fails with [ErrNone].
	Stored(ctx context.Context, id string) (Stored, error)
	// StoredIDs returns the IDs of all recordings.
	StoredIDs(ctx context.Context) ([]string, error)
	// Parts returns the parts from one to another, both included, up to most bytes; the first
	// part is always among them, if it is stored. Close what is returned.
	Parts(ctx context.Context, id string, from, to, most int64) (Stretch, error)
	// File returns the whole recording in the format of a file, with its size.
	File(ctx context.Context, id string) (file io.ReadCloser, size int64, err error)
	// SetHeld tells whether retention has to leave a recording alone.
	SetHeld(ctx context.Context, id string, held bool) error
}

// Stretch is some parts of a recording, in the format of a file.
type Stretch struct {
	io.ReadCloser
	// Next is the first part that is not among them, Count how many there are in all.
	Next, Count int64
	State       State
}

// Stored is a recording as it is stored.
type Stored struct {
	// Manifest and Signature are lines without their newlines.
	Manifest, Signature []byte
	State               State
	// Technician, Host and Ticket are as the relay knows them: a host may write what it
	// likes into its manifest. Group is that of the policy which the technician was in.
	Technician    Person
	Host          Host
	Ticket, Group string
	// Begun and Ended are by the relay's clock; Ended is zero while it goes on.
	Begun, Ended time.Time
	// Parts is how many there are, Length and Bytes what they make.
	Parts  int64
	Length time.Duration
	Bytes  int64
	// Indexes and KeyFrames are the numbers of such parts.
	Indexes, KeyFrames []int64
	// DeleteAfter is when retention deletes it; zero for never.
	DeleteAfter time.Time
}

// Figures are the state of the storage.
type Figures struct {
	Recordings int64 `json:"recordings"`
	Live       int64 `json:"live"`
	// Bytes is what the recordings take, Quota what they may, 0 for no limit.
	Bytes int64 `json:"bytes"`
	Quota int64 `json:"quota"`
	// Free and Total are of the disk; 0 where nobody knows.
	Free  int64 `json:"free"`
	Total int64 `json:"total"`
	// State is "ok", "low" or "full".
	State    string   `json:"state"`
	Warnings []string `json:"warnings"`
}
