package audit

// The kinds of events about recordings that people cause. What the storage does by itself
// is among the others.
const (
	// RecordingViewed and RecordingExported: with the reason, before anything is shown.
	RecordingViewed   Kind = "recording_viewed"
	RecordingExported Kind = "recording_exported"
	// RecordingHeld and RecordingReleased: with the reason.
	RecordingHeld     Kind = "recording_held"
	RecordingReleased Kind = "recording_released"
	// RecordingNoted and RecordingUnnoted: a note was pinned to it, or taken away.
	RecordingNoted   Kind = "recording_noted"
	RecordingUnnoted Kind = "recording_unnoted"
	// RecordingShared: it was sealed to one more reader.
	RecordingShared Kind = "recording_shared"
	// RecordingObjected: the person who was helped objects to it.
	RecordingObjected Kind = "recording_objected"
	// ReaderAdded and ReaderRemoved: who can open recordings from then on.
	ReaderAdded   Kind = "reader_added"
	ReaderRemoved Kind = "reader_removed"
)
