package broker

import (
	"context"

	"github.com/lendhand/lendhand/signaling"
)

// Recordings is where hosts upload the recordings of their sessions. It must not wait for
// a network: all sessions wait for it.
type Recordings interface {
	// Readers returns those who can open a recording that is made now; sealed says that the
	// relay has none of their keys. Without room there is none for one more recording.
	Readers() (readers []signaling.Reader, sealed, room bool)
	// Begin expects the recording of a session whose person has just agreed to it, and
	// returns what its host uploads with. It is called again for the same session when that
	// has to be said again after a restart: what it returned before goes on to be good.
	Begin(ctx context.Context, r RecordedSession) (signaling.Upload, error)
	// End says that a session is over. Its host may still bring what it has.
	End(sessionID string)
}

// RecordedSession is what a recording is of.
type RecordedSession struct {
	// ID is the session's, and the recording's.
	ID   string
	Host signaling.HostInfo
	// HostKey is the Ed25519 public key of the session, in base64url, which signs consent
	// and recording.
	HostKey    string
	Technician signaling.Person
	Ticket     string
	// Consent is the person's statement, which says that they agree.
	Consent string
	// Terms are what they have read.
	Terms signaling.RecordingTerms
	// Retention is how many days the recording is kept; 0 where nobody has said.
	Retention int
}

// mustRecord reports whether there is no session without a recording. A word that is not
// known is the strictest.
func (l Limits) mustRecord() bool {
	switch l.Recording {
	case "", RecordingOff, RecordingOptional:
		return false
	}
	return true
}

// hasRoom reports whether there is room for one more recording, where one has to be.
func (b *Broker) hasRoom(l Limits) bool {
	if !l.mustRecord() || b.recordings == nil {
		return true
	}
	_, _, room := b.recordings.Readers()
	return room
}

// terms returns what a session is to be recorded under; nil for not at all, with the
// reason where that was asked for.
func (b *Broker) terms(s *session, asked bool) (*signaling.RecordingTerms, signaling.Unrecorded) {
	l, must := s.limits, s.limits.mustRecord()
	switch {
	case !must && !asked:
		return nil, ""
	case !must && l.Recording != RecordingOptional:
		return nil, signaling.UnrecordedOff
	case b.recordings == nil || !s.Records:
		return nil, signaling.UnrecordedHost
	}
	readers, sealed, room := b.recordings.Readers()
	if !room {
		return nil, signaling.UnrecordedFull
	}
	terms := &signaling.RecordingTerms{
		Required: must, Readers: readers, Sealed: sealed, Pausable: l.Pausable, Copy: l.Copy, Slow: l.Slow,
	}
	if terms.Copy == "" {
		terms.Copy = signaling.CopySummary
	}
	if terms.Slow == "" {
		terms.Slow = signaling.SlowShrink
	}
	if err := signaling.CheckReaders(readers); err != nil {
		b.log.Error("recordings cannot be offered", "error", err)
		return nil, signaling.UnrecordedFull
	}
	return terms, ""
}

// keepsToRecording reports whether a session does what its organisation wants of
// recordings now: one that must be recorded is, or its person is asked for it.
func (s *session) keepsToRecording() bool {
	asked := s.State == signaling.StateRequested && s.Recording != nil && s.Recording.Required
	return !s.limits.mustRecord() || s.Recorded || asked
}

// agreed checks what a consent says of the recording; the answer is empty when that is
// right. Only a session that may go on unrecorded can have its recording ended.
func (s *session) agreed(recorded bool) string {
	switch {
	case recorded && s.Recording == nil:
		return "the statement agrees to a recording that nobody has asked for"
	case !recorded && s.Recording != nil && (s.Recording.Required || s.limits.mustRecord()):
		return "there is no session without a recording"
	}
	return ""
}

// upload returns what the host uploads with; nil when nothing is recorded. A recording
// that cannot be begun ends the session that must have one.
func (b *Broker) upload(s *session) *signaling.Upload {
	if !s.Recorded || s.uploads != nil || b.recordings == nil {
		return s.uploads
	}
	ctx, cancel := context.WithTimeout(context.Background(), saveWithin)
	defer cancel()
	u, err := b.recordings.Begin(ctx, RecordedSession{
		ID: s.ID, Host: s.Host, HostKey: s.HostKey, Technician: s.Technician, Ticket: s.Ticket,
		Consent: s.Consent, Terms: *s.Recording, Retention: s.limits.Retention,
	})
	if err != nil {
		b.log.Error("recording not begun", "session", s.ID, "error", err)
		return nil
	}
	s.uploads = &u
	return s.uploads
}

// beginRecording is what follows the yes to a recording. It returns false when that has
// ended the session.
func (b *Broker) beginRecording(s *session) bool {
	s.Recorded = true
	if b.upload(s) != nil {
		return true
	}
	s.Recorded = false
	if s.Recording.Required || s.limits.mustRecord() {
		b.end(s, signaling.EndRecordingLost)
		return false
	}
	return true
}

// endRecording says that nothing more happens that could be recorded.
func (b *Broker) endRecording(s *session) {
	if s.Recorded && b.recordings != nil {
		b.recordings.End(s.ID)
	}
}

func recordingRequired() *signaling.Error {
	return &signaling.Error{
		Code:    signaling.CodeRecordingRequired,
		Message: "Your organisation wants every session recorded, which this host cannot.",
		Hint:    "A browser cannot: the person needs the program, in its newest version.",
	}
}

func storageFull() *signaling.Error {
	return &signaling.Error{
		Code:    signaling.CodeStorageFull,
		Message: "Your organisation wants every session recorded, and the relay has no room for one more recording.",
		Hint:    "Nobody was asked. Tell your administrator.",
	}
}

// unrecorded is the answer to who asks for a recording of a session that runs.
func unrecorded(why signaling.Unrecorded) *signaling.Error {
	switch why {
	case signaling.UnrecordedFull:
		return &signaling.Error{
			Code: signaling.CodeStorageFull, Message: "The relay has no room for one more recording.", Hint: "Tell your administrator.",
		}
	case signaling.UnrecordedHost:
		return &signaling.Error{
			Code: signaling.CodeNotPermitted, Message: "This host cannot record.", Hint: "The session goes on unrecorded.",
		}
	case signaling.UnrecordedOff:
	}
	return notPermitted()
}
