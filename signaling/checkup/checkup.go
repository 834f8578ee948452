// Package checkup is what a program finds when it looks at itself: what may keep it
// from working, in a report that can be pasted into a ticket.
package checkup

import (
	"fmt"
	"io"
	"runtime"
	"strings"
	"time"

	"github.com/lendhand/lendhand/signaling"
	"github.com/lendhand/lendhand/signaling/problem"
	"github.com/lendhand/lendhand/signaling/version"
)

// Level is how bad a finding is.
type Level int

// The levels.
const (
	// Good needs nothing.
	Good Level = iota
	// Odd may be meant, or costs something.
	Odd
	// Bad keeps the program, or a part of it, from working.
	Bad
)

// String returns the level as the report has it.
func (l Level) String() string { return [...]string{"ok", "note", "FAIL"}[l] }

// Finding is one thing that was looked at.
type Finding struct {
	Subject string
	Level   Level
	// Detail is what was found, Hint what to do about it.
	Detail, Hint string
}

// Found is a finding that needs nothing.
func Found(subject, format string, values ...any) Finding {
	return Finding{Subject: subject, Detail: fmt.Sprintf(format, values...)}
}

// Noted is a finding that may be meant.
func Noted(subject, detail, hint string) Finding {
	return Finding{Subject: subject, Level: Odd, Detail: detail, Hint: hint}
}

// Failed is a finding that keeps something from working, with the hint of err.
func Failed(subject string, err error) Finding {
	return Finding{Subject: subject, Level: Bad, Detail: err.Error(), Hint: problem.Hint(err)}
}

// Worst returns the highest level.
func Worst(findings []Finding) Level {
	worst := Good
	for _, f := range findings {
		worst = max(worst, f.Level)
	}
	return worst
}

// maxDetail is how much of a detail is printed, in characters.
const maxDetail = 400

// Print writes the report of a program. It holds what the findings hold, and that is
// no secret. What others have written of it, such as a relay that is none, can neither
// act on the terminal nor add a line.
func Print(w io.Writer, program string, findings []Finding) error {
	var out strings.Builder
	fmt.Fprintf(&out, "%s %s, %s/%s, %s\n", program, version.String(), runtime.GOOS, runtime.GOARCH, time.Now().UTC().Format(time.RFC3339))
	for _, f := range findings {
		fmt.Fprintf(&out, "%-4s  %-13s  %s\n", f.Level, f.Subject, signaling.Clean(f.Detail, maxDetail))
		if f.Hint != "" {
			fmt.Fprintf(&out, "%-4s  %-13s  → %s\n", "", "", signaling.Clean(f.Hint, maxDetail))
		}
	}
	_, err := io.WriteString(w, out.String())
	return err
}
