package signaling

import "fmt"

const (
	// MaxReaders is the number of those who can open a recording.
	MaxReaders = 16
	// maxReaderKey is the length of an age recipient, in bytes.
	maxReaderKey = 100
)

// Reader can open a recording.
type Reader struct {
	// Name is for people, such as "Auditors (key held by the relay)".
	Name string `json:"name"`
	// Key is an age recipient.
	Key string `json:"key"`
}

// Copy is what of a recording the person can see afterwards, by a link of their own.
type Copy string

// The values of Copy.
const (
	CopyNone Copy = "none"
	// CopySummary is what was done, in words.
	CopySummary Copy = "summary"
	// CopyRecording is the recording, too.
	CopyRecording Copy = "recording"
)

// Slow is what happens to a recording that is made faster than the host can upload it.
type Slow string

// The values of Slow.
const (
	// SlowShrink lowers the picture's rate until nothing waits any more.
	SlowShrink Slow = "shrink"
	// SlowKeep keeps the picture as it is; a recording that falls too far behind is one
	// that is not received.
	SlowKeep Slow = "keep"
)

// RecordingTerms are what a session is recorded under. The person reads them before they
// say yes.
type RecordingTerms struct {
	// Required says that there is no session without a recording. Otherwise the technician
	// asks for one, and the person's yes to it is one of its own.
	Required bool `json:"required"`
	// Readers are those whom the host seals the recording to.
	Readers []Reader `json:"readers"`
	// Sealed says that the relay has none of their keys.
	Sealed bool `json:"sealed"`
	// Pausable says that the person may hold the recording back for a time.
	Pausable bool `json:"pausable"`
	Copy     Copy `json:"copy"`
	Slow     Slow `json:"slow"`
}

func (t *RecordingTerms) check() error {
	if len(t.Readers) == 0 || len(t.Readers) > MaxReaders {
		return fmt.Errorf("recording.readers: want 1 to %d, got %d", MaxReaders, len(t.Readers))
	}
	err := firstError(
		checkOneOf("recording.copy", t.Copy, CopyNone, CopySummary, CopyRecording),
		checkOneOf("recording.slow", t.Slow, SlowShrink, SlowKeep),
	)
	for _, r := range t.Readers {
		err = firstError(err,
			checkText("recording.readers.name", r.Name, 1, maxName),
			checkOpaque("recording.readers.key", r.Key, 1, maxReaderKey),
		)
	}
	return err
}

// Names returns the names of those who can open the recording.
func (t *RecordingTerms) Names() []string {
	names := make([]string, len(t.Readers))
	for i, r := range t.Readers {
		names[i] = r.Name
	}
	return names
}

// Upload is what a host uploads the recording of its session with.
type Upload struct {
	// Token is good for this recording alone, and seven days longer than the session.
	Token string `json:"token"`
	// CopyToken opens the person's own copy; empty when they have none.
	CopyToken string `json:"copyToken,omitempty"`
	// ReceiptKey is the Ed25519 public key, in base64url, that receipts are checked with.
	ReceiptKey string `json:"receiptKey"`
}

func (u *Upload) check() error {
	return firstError(
		checkOpaque("recording.token", u.Token, 1, maxToken),
		checkOpaque("recording.copyToken", u.CopyToken, 0, maxToken),
		checkKey("recording.receiptKey", u.ReceiptKey),
	)
}

// RecordingState is how a recording stands.
type RecordingState string

// The values of RecordingState.
const (
	// RecordingOff: nothing is recorded, or no more.
	RecordingOff RecordingState = "off"
	RecordingOn  RecordingState = "on"
	// RecordingPaused: the person holds it back.
	RecordingPaused RecordingState = "paused"
	// RecordingStalled: what was recorded does not reach the relay at present.
	RecordingStalled RecordingState = "stalled"
)

func (s RecordingState) check() error {
	if s == "" {
		return nil
	}
	return checkOneOf("recording", s, RecordingOff, RecordingOn, RecordingPaused, RecordingStalled)
}

// Unrecorded is why a session is not recorded that the technician wanted recorded.
type Unrecorded string

// The values of Unrecorded.
const (
	// UnrecordedOff: the organisation does not record.
	UnrecordedOff Unrecorded = "off"
	// UnrecordedHost: this host cannot.
	UnrecordedHost Unrecorded = "host"
	// UnrecordedFull: the relay has no room for one more.
	UnrecordedFull Unrecorded = "storage_full"
)

func (u Unrecorded) check() error {
	if u == "" {
		return nil
	}
	return checkOneOf("unrecorded", u, UnrecordedOff, UnrecordedHost, UnrecordedFull)
}

// checkReaders checks the names that a technician is told.
func checkReaders(names []string) error {
	if len(names) > MaxReaders {
		return fmt.Errorf("readers: want at most %d, got %d", MaxReaders, len(names))
	}
	var errs []error
	for _, name := range names {
		errs = append(errs, checkText("readers", name, 1, maxName))
	}
	return firstError(errs...)
}

// CheckReaders returns an error unless a Request can name these readers.
func CheckReaders(readers []Reader) error {
	t := RecordingTerms{Readers: readers, Copy: CopyNone, Slow: SlowShrink}
	return t.check()
}
