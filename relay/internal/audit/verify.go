package audit

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// Fault is what [Verify] found: an event that is not as it was signed.
type Fault struct {
	// First and Last are the numbers of the events that it is one of: equal, when it
	// is known which.
	First, Last int64
	// Kind is that of the event, if it is known.
	Kind Kind
	// What happened to it.
	What string
}

// Error names the event.
func (f *Fault) Error() string {
	name := fmt.Sprintf("event %d", f.First)
	if f.Last > f.First {
		name = fmt.Sprintf("one of the events %d to %d", f.First, f.Last)
	}
	if f.Kind != "" {
		name += fmt.Sprintf(" (%s)", f.Kind)
	}
	return name + " " + f.What
}

// ErrBefore says that a checkpoint to compare with is older than the first event.
var ErrBefore = errors.New("the checkpoint to compare with is older than the first event of the trail")

// Rules are what a trail is verified by.
type Rules struct {
	// Keys are those that may have signed; at least one.
	Keys []note.Verifier
	// Against are checkpoints that were kept elsewhere, older or newer ones. They
	// must be of the same trail.
	Against []Checkpoint
}

// Report is what was verified.
type Report struct {
	// First and Last are the numbers of the events; Last is 0 for an empty trail.
	First, Last int64
	Checkpoints int
	Newest      Checkpoint
}

// Verify reads the whole trail. Its error is a [*Fault] when the trail was changed.
func Verify(t *Trail, rules Rules) (Report, error) {
	tree, err := newTree(t.First-1, t.Edge)
	if err != nil {
		return Report{}, &Fault{First: t.First, Last: t.First, What: "cannot be joined to what is before it: " + err.Error()}
	}
	v := &verifier{tree: tree, rules: rules, report: Report{First: t.First}, agreed: t.First - 1}
	v.rules.Against = slices.SortedFunc(slices.Values(rules.Against), func(a, b Checkpoint) int { return cmp.Compare(a.Size, b.Size) })
	if len(v.rules.Against) > 0 && v.rules.Against[0].Size < tree.size {
		return Report{}, ErrBefore
	}
	if err := errors.Join(v.compare(), v.verdict()); err != nil {
		return Report{}, err
	}
	for {
		g, err := t.Next()
		if errors.Is(err, io.EOF) {
			return v.report, v.finish(t.Newest)
		}
		if err == nil {
			err = v.group(g)
		}
		if err != nil {
			return v.report, err
		}
	}
}

// VerifyStore verifies the whole trail in a store, and that the store's hashes,
// which the next events build on, are those of its lines.
func VerifyStore(ctx context.Context, store Store, rules Rules) (Report, error) {
	t, err := OpenTrail(ctx, store, 1)
	if err != nil {
		return Report{}, err
	}
	report, err := Verify(t, rules)
	if err != nil || report.Last == 0 {
		return report, err
	}
	stored, err := readTree(report.Last, tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		return store.AuditHashes(ctx, indexes)
	}))
	if err != nil {
		return report, err
	}
	if root, err := stored.root(); err != nil || root != report.Newest.Root {
		return report, &Fault{First: 1, Last: report.Last, What: "has a hash above it in the database that is not its own"}
	}
	return report, nil
}

// verifier goes along a trail.
type verifier struct {
	tree   *tree
	rules  Rules // Against: those not yet compared, by size
	report Report
	// agreed is the size at which a checkpoint that was kept elsewhere agreed last.
	agreed int64
	// differs is where one did not; broken is what the trail says of itself.
	differs, broken *Fault
}

// group verifies the lines of a group against its checkpoint.
func (v *verifier) group(g Group) error {
	s := newStretch(v.tree.size+1, g)
	if g.Note == "" {
		s.leaves = nil
		if fault := s.fault(s.first + int64(len(g.Lines)) - 1); fault != nil {
			return fault
		}
		return &Fault{First: s.first, Last: s.first, Kind: s.kind(0), What: "is not covered by a signed checkpoint"}
	}
	c, err := OpenCheckpoint(g.Note, v.rules.Keys...)
	if err != nil {
		return &Fault{First: s.first, Last: s.last(), Kind: s.only(), What: "is covered by a checkpoint that the key has not signed"}
	}
	if fault := s.fault(c.Size); fault != nil {
		return fault
	}
	for i, e := range s.events {
		if err := v.take(e, s.hashes[i]); err != nil {
			return err
		}
	}
	if root, err := v.tree.root(); err != nil || root != c.Root {
		return &Fault{First: s.first, Last: c.Size, Kind: s.only(), What: "is not what the checkpoint was signed over"}
	}
	v.report.Checkpoints++
	v.report.Newest, v.report.Last = c, c.Size
	return v.verdict()
}

// take takes a line into the tree.
func (v *verifier) take(e Event, hash tlog.Hash) error {
	if _, err := v.tree.add(hash); err != nil {
		return err
	}
	if e.Kind == TrailBroken && v.broken == nil {
		v.broken = &Fault{First: e.Number, Last: e.Number, Kind: e.Kind, What: "says that the trail before it was changed"}
	}
	return v.compare()
}

// compare compares the tree with the checkpoints of its size that were kept
// elsewhere.
func (v *verifier) compare() error {
	for len(v.rules.Against) > 0 && v.rules.Against[0].Size == v.tree.size {
		c := v.rules.Against[0]
		v.rules.Against = v.rules.Against[1:]
		root, err := v.tree.root()
		if err != nil {
			return err
		}
		if root != c.Root && v.differs == nil {
			v.differs = &Fault{First: min(v.agreed+1, c.Size), Last: c.Size,
				What: fmt.Sprintf("is not what it was at the checkpoint of event %d: somebody who has the key has written the trail anew", c.Size)}
		}
		v.agreed = c.Size
	}
	return nil
}

// verdict returns what the checkpoints that were kept elsewhere have shown, after
// the trail's own, which name it better.
func (v *verifier) verdict() error {
	if v.differs != nil {
		return v.differs
	}
	return nil
}

// finish looks at what only the end of the trail shows.
func (v *verifier) finish(newest string) error {
	expected := v.rules.Against
	if newest != "" {
		c, err := OpenCheckpoint(newest, v.rules.Keys...)
		if err != nil {
			return &Fault{First: v.report.First, Last: max(v.report.First, v.tree.size), What: "is covered by a newest checkpoint that the key has not signed"}
		}
		expected = append(expected, c)
	}
	for _, c := range expected {
		if c.Size > v.tree.size {
			return &Fault{First: v.tree.size + 1, Last: v.tree.size + 1, What: fmt.Sprintf("is missing, and all after it up to %d: the trail was cut", c.Size)}
		}
	}
	if v.broken != nil {
		return v.broken
	}
	return nil
}
