package ui

import (
	"context"

	"github.com/lendhand/lendhand/signaling"
	"github.com/lendhand/lendhand/signaling/verifywords"
)

// compare passes on what the person says of the words.
func (t *Terminal) compare(ctx context.Context, line string) {
	if line == "same" {
		t.command(ctx, WordsSame{})
		return
	}
	t.command(ctx, WordsDiffer{})
}

// wordsLines says what is new about the words to compare.
func wordsLines(before Words, s State) []string {
	now, name := s.Words, Who(s.Technician)
	var lines []string
	switch {
	case now.List != before.List && now.List != verifywords.Words{}:
		lines = append(lines, "Words: "+now.List.String())
		if !now.Same {
			lines = append(lines, "Have the technician read out theirs. Type same if they are these four, or differ if not.")
		}
	case now.Missing && !before.Missing:
		lines = append(lines, "Words: none. The technician's side has made none: it is not verified who is at the other end.")
	}
	if now.Same && !before.Same {
		lines = append(lines, "The words are the same: nobody sits between you and the technician.")
	}
	if now.Theirs != before.Theirs && now.Theirs == signaling.WordsSame && !now.Same {
		lines = append(lines, name+" says that the words are the same. Believe it only from a voice that you know.")
	}
	if now.waits() && !before.waits() && s.Allowed.Has(signaling.ScopeControl) {
		lines = append(lines, "Until you type same, "+name+" can only see your screen.")
	}
	return lines
}

// waits says that there are words which the person must answer before control is possible.
func (w Words) waits() bool { return w.Required && !w.Same && w.List != verifywords.Words{} }
