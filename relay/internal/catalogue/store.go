package catalogue

import (
	"context"
	"errors"
	"time"
)

// Why something is not there, or stays as it is.
var (
	// ErrNone says that there is no such recording.
	ErrNone = errors.New("there is no such recording")
	// ErrNothing says that there is no such note or filter of that person's.
	ErrNothing = errors.New("there is no such thing")
	// ErrTooMany says that there are as many as there may be.
	ErrTooMany = errors.New("there are as many as there may be")
)

// Store keeps the catalogue; the relay's database does.
type Store interface {
	BookStore

	// Record returns what is kept of a recording, or fails with [ErrNone].
	Record(ctx context.Context, id string) (Record, error)
	// SaveRecord adds a recording or brings it up to date: what it is, its words and its
	// facts. What happened is only ever added to. It leaves notes, views, holds alone.
	SaveRecord(ctx context.Context, r Record) error
	// DeleteRecord forgets everything of a recording. One that is not there does not mind.
	DeleteRecord(ctx context.Context, id string) error
	// States returns the state of each recording that there is.
	States(ctx context.Context) (map[string]State, error)
	// Search returns the newest entries that a query finds.
	Search(ctx context.Context, q Query) ([]Entry, error)
	// Outlines returns what chance and risk need of those that a query without words finds.
	Outlines(ctx context.Context, q Query) ([]Entry, error)

	// AddView notes that somebody opened, exported or shared a recording.
	AddView(ctx context.Context, id string, v View) error
	Views(ctx context.Context, id string) ([]View, error)
	// Good returns the newest view of a kind by a sign-in that is good at now.
	Good(ctx context.Context, id, signIn string, kind ViewKind, now time.Time) (View, bool, error)

	// AddNote fails with [ErrTooMany] when there are most.
	AddNote(ctx context.Context, id string, n Note, most int) error
	// RemoveNote fails with [ErrNothing] for a note that is not by that account.
	RemoveNote(ctx context.Context, id, note, accountID string) error
	Notes(ctx context.Context, id string) ([]Note, error)

	// SetHold puts a hold in place of another, or with nil ends it.
	SetHold(ctx context.Context, id string, h *Hold) error
	// HoldOf returns nil for a recording that is not held.
	HoldOf(ctx context.Context, id string) (*Hold, error)

	AddShare(ctx context.Context, id string, s Share) error
	Shares(ctx context.Context, id string) ([]Share, error)

	// SaveFilter replaces one of the same name, and fails with [ErrTooMany] when there are
	// most.
	SaveFilter(ctx context.Context, accountID string, f Filter, most int) error
	RemoveFilter(ctx context.Context, accountID, id string) error
	Filters(ctx context.Context, accountID string) ([]Filter, error)

	// SaveCopy keeps what the person may have of a session, before it is recorded.
	SaveCopy(ctx context.Context, id string, c Copy) error
	// CopyOf fails with [ErrNone].
	CopyOf(ctx context.Context, id string) (Copy, error)
	// ForgetCopies forgets those from before a time whose session was never recorded.
	ForgetCopies(ctx context.Context, before time.Time) error
	// AddObjection fails with [ErrTooMany] when there are most.
	AddObjection(ctx context.Context, id string, o Objection, most int) error
	Objections(ctx context.Context, id string) ([]Objection, error)
}

// Record is a recording in the catalogue with what only some answers have.
type Record struct {
	Entry
	// Words are what is searched.
	Words Words
	// Facts is nil when the relay cannot look into the recording.
	Facts *Facts
	// Covered is the first part whose events are not in Words and Facts yet.
	Covered int64
	// Finished says that nothing will come any more.
	Finished bool
}

// Words are texts to be searched.
type Words struct{ About, Windows, Chat, Files string }

// ViewKind is what somebody did with a recording.
type ViewKind string

// The kinds of views.
const (
	ViewOpen   ViewKind = "view"
	ViewExport ViewKind = "export"
	ViewShare  ViewKind = "share"
)

// View is an act that a reason was given for.
type View struct {
	By     Person    `json:"by"`
	Time   time.Time `json:"time"`
	Reason string    `json:"reason"`
	Kind   ViewKind  `json:"kind"`
	// SignIn is the ID of the sign-in that it is good for, until Until.
	SignIn string    `json:"-"`
	Until  time.Time `json:"-"`
}

// Note is pinned to a time of a recording.
type Note struct {
	ID string `json:"id"`
	// At is in milliseconds.
	At   int64     `json:"at"`
	Text string    `json:"text"`
	By   Person    `json:"by"`
	Time time.Time `json:"time"`
	// Own says that who reads it has written it.
	Own bool `json:"own"`
}

// Hold keeps a recording from being deleted.
type Hold struct {
	Reason string    `json:"reason"`
	By     Person    `json:"by"`
	Since  time.Time `json:"since"`
}

// Share is a recording's own key, sealed to somebody who was no reader at the time.
type Share struct {
	Reader Reader
	// SealedKey is an age file in base64.
	SealedKey string
	Time      time.Time
}

// Filter is a search that somebody keeps.
type Filter struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	Query string `json:"query"`
}

// CopyKind is what the person may have of a session.
type CopyKind string

// The kinds of copies, the least first.
const (
	CopyNone      CopyKind = "none"
	CopySummary   CopyKind = "summary"
	CopyRecording CopyKind = "recording"
)

// Copy is what the person may have.
type Copy struct {
	// TokenHash is the SHA-256 of the token in their link.
	TokenHash []byte
	Kind      CopyKind
	Made      time.Time
}

// Objection is what the person says against a recording.
type Objection struct {
	Time time.Time `json:"time"`
	Text string    `json:"text"`
}
