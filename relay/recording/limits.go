package recording

import "github.com/lendhand/lendhand/relay/recording/event"

// Time is a moment of a recording, in milliseconds since it began.
type Time = event.Time

// Version is that of the format.
const Version = 1

// Limits, in bytes where nothing else is said.
const (
	// MaxLine is the longest line of text, its newline not counted: the manifest's, an
	// envelope's, a receipt's, an event's.
	MaxLine = event.MaxLine
	// MaxSealed is the size of the largest part as it is stored.
	MaxSealed = 8 << 20
	// MaxContent is the size of the largest part before it is sealed. What is between the
	// two is room for the seals.
	MaxContent = MaxSealed - 64<<10
	// MaxEvents is how many events a part has at most.
	MaxEvents = 10_000
	// MaxReaders is how many readers a manifest names at most.
	MaxReaders = 16
	// MaxParts is how many parts a recording has at most: twelve days of one a second.
	MaxParts = 1 << 20
	// MaxTime is the last moment that a part can have: 24 days.
	MaxTime Time = 1 << 31
	// MaxLength is how long a part is at most, and MaxBusy how long one with pictures
	// or events.
	MaxLength Time = 5000
	MaxBusy   Time = 1000
)
