package audit

import (
	"context"
	"errors"
	"fmt"
	"io"

	"golang.org/x/mod/sumdb/tlog"
)

const (
	// pageSize is how many events are read from a store at once.
	pageSize = 1024
	// maxGroup is how many events may stand between two checkpoints of a trail that
	// is read. The relay writes one checkpoint for each MaxBatch at the latest.
	maxGroup = 1 << 16
)

// Group is a checkpoint with the lines since the one before it.
type Group struct {
	Lines []string
	// Leaves are the hashes that the lines had when they were written; a trail may
	// come without.
	Leaves []tlog.Hash
	// Note is the checkpoint's; "" when lines are left that none covers.
	Note string
}

// Trail is a trail, or the part of one from some event on, as it is read.
type Trail struct {
	// First is the number of the first event. Edge has the hashes of the largest
	// whole subtrees over the events before it.
	First int64
	Edge  []tlog.Hash
	// Newest is the newest checkpoint that its writer knew of.
	Newest string
	// Next returns the groups in order, then io.EOF.
	Next func() (Group, error)
}

// OpenTrail reads the trail in a store from the event with the number first on.
func OpenTrail(ctx context.Context, store Store, first int64) (*Trail, error) {
	end, err := store.AuditEnd(ctx)
	if err != nil {
		return nil, err
	}
	if first < 1 || first > end.Max()+1 {
		return nil, fmt.Errorf("there is no event %d: the trail has those from 1 to %d", first, end.Max())
	}
	newest, err := store.AuditCheckpoint(ctx)
	if err != nil {
		return nil, err
	}
	hashes, err := store.AuditHashes(ctx, edge(first-1))
	if err != nil {
		return nil, err
	}
	r := &reader{ctx: ctx, store: store, next: first, last: end.Max()}
	return &Trail{First: first, Edge: hashes, Newest: newest, Next: r.group}, nil
}

// reader reads groups from a store. The trail may grow meanwhile: what comes after
// last is not read.
type reader struct {
	ctx        context.Context // of the one who reads
	store      Store
	next, last int64
	page       []Stored
}

func (r *reader) group() (g Group, err error) {
	begin := r.next
	for r.next <= r.last {
		if len(r.page) == 0 {
			if r.page, err = r.store.AuditRange(r.ctx, r.next, min(r.last, r.next+pageSize-1)); err != nil {
				return Group{}, err
			}
		}
		s := r.page[0]
		r.page = r.page[1:]
		r.next++
		if s.Line != "" {
			g.Lines = append(g.Lines, s.Line)
		}
		if s.Leaf != (tlog.Hash{}) {
			g.Leaves = append(g.Leaves, s.Leaf)
		}
		if g.Note = s.Note; g.Note != "" {
			return g, nil
		}
		if r.next-begin > maxGroup {
			return Group{}, fmt.Errorf("no checkpoint after event %d: %w", begin, errNoCheckpoint)
		}
	}
	if r.next == begin {
		return Group{}, io.EOF
	}
	return g, nil
}

var errNoCheckpoint = errors.New("too many events without one")
