package recording

import "fmt"

// Kind is what happened to a part.
type Kind string

// The kinds of faults.
const (
	// Altered: the part, or what is written on it, is not as it was signed.
	Altered Kind = "altered"
	// Missing: it is nowhere.
	Missing Kind = "missing"
	// Repeated: it stands where it has stood before, or will again.
	Repeated Kind = "repeated"
	// Reordered: it stands, but not in its place.
	Reordered Kind = "reordered"
	// Foreign: it was not made for this place of this recording.
	Foreign Kind = "foreign"
	// CutOff: the recording stops before it, or within it.
	CutOff Kind = "cut off"
)

// Fault is the first part that is not as the host made it.
type Fault struct {
	// Part is its number, ManifestPart for the manifest.
	Part int64
	Kind Kind
	// At is when in the recording it begins, as far as that is known: up to there, all is
	// as the host made it.
	At Time
	// What happened, as the end of a sentence that begins with the part.
	What string
}

// Error names the part, and its time.
func (f *Fault) Error() string {
	if f.Part == ManifestPart {
		return "the manifest " + f.What
	}
	return fmt.Sprintf("part %d (at %s) %s", f.Part, f.At, f.What)
}
