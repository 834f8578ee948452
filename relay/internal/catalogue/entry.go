package catalogue

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// State is how far a recording is.
type State string

// The states. A complete recording has its last part.
const (
	Live       State = "live"
	Complete   State = "complete"
	Incomplete State = "incomplete"
)

// Happened is a set of what happened in a session.
type Happened uint32

// What may have happened. RECORDINGS.md says what each means; their values are in the
// database and never change.
const (
	Control Happened = 1 << iota
	FilesIn
	FilesOut
	Clipboard
	Elevation
	Chat
	Paused
	Gap
	OffHours
	Reported
	Objected
)

// happenings names them, in the order of their values, with the risk that each adds.
var happenings = [...]struct {
	name string
	risk int
}{
	{"control", 2},
	{"files_in", 1},
	{"files_out", 3},
	{"clipboard", 0},
	{"elevation", 2},
	{"chat", 0},
	{"paused", 0},
	{"gap", 2},
	{"off_hours", 2},
	{"reported", 5},
	{"objected", 5},
}

// Words returns the names of what is in the set; never nil.
func (h Happened) Words() []string {
	words := []string{}
	for i, each := range happenings {
		if h&(1<<i) != 0 {
			words = append(words, each.name)
		}
	}
	return words
}

// parseHappened reads names that are separated by commas.
func parseHappened(text string) (h Happened, err error) {
	for word := range strings.SplitSeq(text, ",") {
		known := false
		for i, each := range happenings {
			if each.name == word {
				h, known = h|1<<i, true
			}
		}
		if !known {
			return 0, fmt.Errorf("%.40q is nothing that is known to happen", word)
		}
	}
	return h, nil
}

// MarshalJSON writes the names.
func (h Happened) MarshalJSON() ([]byte, error) { return json.Marshal(h.Words()) }

// Person is an account as a recording remembers it.
type Person struct {
	ID           string `json:"id"`
	Name         string `json:"name"`
	Organisation string `json:"organisation,omitempty"`
}

// Host is the machine as it called itself.
type Host struct {
	Name string `json:"name"`
	OS   string `json:"os"`
}

// Entry is a recording in the catalogue.
type Entry struct {
	// Number orders entries by when they began: milliseconds since 1970, made unique.
	Number int64  `json:"-"`
	ID     string `json:"id"`
	State  State  `json:"state"`
	// Begun is when the relay took the manifest, by its own clock.
	Begun time.Time `json:"begun"`
	// Ended is zero while the session runs.
	Ended time.Time `json:"ended,omitzero"`
	// Length is in milliseconds, Bytes what the recording takes in storage.
	Length     int64    `json:"length"`
	Bytes      int64    `json:"bytes"`
	Parts      int64    `json:"parts"`
	Technician Person   `json:"technician"`
	Host       Host     `json:"host"`
	Ticket     string   `json:"ticket"`
	Group      string   `json:"group"`
	Happened   Happened `json:"happened"`
	Held       bool     `json:"held"`
	Objected   bool     `json:"objected"`
	Notes      int      `json:"notes"`
	Views      int      `json:"views"`
	Opens      Opens    `json:"opens"`
	// Found is where the words of a search are.
	Found []Found `json:"found,omitempty"`
}

// Opens says who can open a recording.
type Opens string

// The relay holds a key of some recordings; the rest is for auditors who have one.
const (
	OpensRelay   Opens = "relay"
	OpensAuditor Opens = "auditor"
)

// Found is a place where words were found: in "about", "window", "chat" or "file".
type Found struct {
	In   string `json:"in"`
	Text string `json:"text"`
}

// risk is how much there is to look at in a session, at least 1.
func (e Entry) risk() int {
	risk := 1
	for i, each := range happenings {
		if e.Happened&(1<<i) != 0 {
			risk += each.risk
		}
	}
	if e.State == Incomplete {
		risk += incompleteRisk
	}
	return risk
}

// incompleteRisk is what a recording without its end adds.
const incompleteRisk = 2
