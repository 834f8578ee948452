package audit

import (
	"fmt"
	"slices"

	"golang.org/x/mod/sumdb/tlog"
)

// stretch is the lines of a group where they should be in the trail.
type stretch struct {
	first  int64 // number of the first line
	lines  []string
	events []Event     // of lines; zero for one that cannot be read
	hashes []tlog.Hash // of lines
	leaves []tlog.Hash // what hashes should be, when that is known
}

func newStretch(first int64, g Group) stretch {
	s := stretch{
		first: first, lines: g.Lines, leaves: g.Leaves,
		events: make([]Event, len(g.Lines)), hashes: make([]tlog.Hash, len(g.Lines)),
	}
	for i, line := range g.Lines {
		s.events[i], _ = ParseLine(line) // zero with an error
		s.hashes[i] = leaf(line)
	}
	return s
}

// last returns the number of the last line, or of the first when there is none.
func (s stretch) last() int64 { return s.first + max(1, int64(len(s.lines))) - 1 }

// event returns what a line says; zero where there is none.
func (s stretch) event(i int) Event {
	if i < 0 || i >= len(s.events) {
		return Event{}
	}
	return s.events[i]
}

func (s stretch) kind(i int) Kind { return s.event(i).Kind }

// only returns the kind of the only line, or nothing when there are more.
func (s stretch) only() Kind {
	if len(s.lines) == 1 {
		return s.kind(0)
	}
	return ""
}

// fault names the first line that is not the one with its number up to last, by the
// numbers in the lines and, where they are known, the hashes.
func (s stretch) fault(last int64) *Fault {
	if int64(len(s.leaves)) != last-s.first+1 {
		s.leaves = nil // they do not help
	}
	for number := s.first; number <= last; number++ {
		i := int(number - s.first)
		if s.event(i).Number != number || s.leaves != nil && s.hashes[i] != s.leaves[i] {
			return s.name(i)
		}
	}
	if extra := int(last - s.first + 1); extra < len(s.lines) {
		e := s.event(max(0, extra))
		return &Fault{First: max(1, e.Number), Last: max(1, e.Number), Kind: e.Kind, What: fmt.Sprintf("was inserted after event %d", last)}
	}
	return nil
}

// name says what happened at a place where the line is not the right one.
func (s stretch) name(i int) *Fault {
	here, number := s.event(i), s.first+int64(i)
	f := &Fault{First: number, Last: number}
	found, known := s.search(i)
	switch {
	case i >= len(s.lines):
		f.What = "is missing" + s.after(i)
	case found >= 0 && known:
		f.Kind, f.What = s.kind(found), fmt.Sprintf("is not at its place: event %d (%s) stands there", here.Number, here.Kind)
	case found >= 0:
		f.Kind, f.What = here.Kind, fmt.Sprintf("was inserted before the true event %d (%s)", number, s.kind(found))
	case known:
		f.What = fmt.Sprintf("is missing%s: event %d (%s) comes next", s.after(i), here.Number, here.Kind)
	case here.Number == number:
		f.Kind, f.What = here.Kind, "was changed"
	case here.Number == 0:
		f.What = "was changed: its line is none of an event any more"
	case here.Number > number:
		f.What = fmt.Sprintf("is missing, or not at its place: event %d (%s) stands there", here.Number, here.Kind)
	default:
		f.First, f.Last, f.Kind = here.Number, here.Number, here.Kind
		f.What = fmt.Sprintf("was inserted, or moved, to the place of event %d", number)
	}
	return f
}

// search looks for the line that belongs at i among those after it, and says
// whether the line at i belongs to a later place.
func (s stretch) search(i int) (found int, known bool) {
	if s.leaves == nil || i >= len(s.lines) {
		return -1, false
	}
	found = slices.Index(s.hashes[i+1:], s.leaves[i])
	if found >= 0 {
		found += i + 1
	}
	return found, slices.Contains(s.leaves[i+1:], s.hashes[i])
}

// after names the event before a place, to make it easier to find.
func (s stretch) after(i int) string {
	if before := s.event(i - 1); before.Number > 0 {
		return fmt.Sprintf(" after event %d (%s)", before.Number, before.Kind)
	}
	return ""
}
