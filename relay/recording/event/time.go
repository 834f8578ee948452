package event

import (
	"fmt"
	"time"
)

// Time is a moment of a recording, or a length: milliseconds, by the host's monotonic
// clock, since the recording began.
type Time int64

// At returns the time after d, in whole milliseconds.
func At(d time.Duration) Time { return Time(d.Milliseconds()) }

// Duration returns how long after the beginning t is.
func (t Time) Duration() time.Duration { return time.Duration(t) * time.Millisecond }

// String returns t as a player shows it, such as 1:04:09.250.
func (t Time) String() string {
	sign := ""
	if t < 0 {
		sign, t = "-", -t
	}
	return fmt.Sprintf("%s%d:%02d:%02d.%03d", sign, t/3_600_000, t/60_000%60, t/1000%60, t%1000)
}
