package audit

import (
	"context"
	"time"

	"golang.org/x/mod/sumdb/tlog"
)

// Store keeps the trail: lines by their number, the hashes of the tree, and signed
// checkpoints by the number of the last event that they cover.
type Store interface {
	// AppendAudit adds what build makes of the trail's end, in one transaction that
	// is on the disk when it returns. No other process appends meanwhile.
	AppendAudit(ctx context.Context, build func(End) (Addition, error)) error
	// AuditEnd returns the largest numbers that there are.
	AuditEnd(ctx context.Context) (Numbers, error)
	// AuditRange returns what there is for the numbers from first to last, one
	// element for each.
	AuditRange(ctx context.Context, first, last int64) ([]Stored, error)
	// AuditHashes returns the hashes with these indexes of tlog.
	AuditHashes(ctx context.Context, indexes []int64) ([]tlog.Hash, error)
	// AuditCheckpoint returns the newest checkpoint's note, or "".
	AuditCheckpoint(ctx context.Context) (string, error)
	// AuditLines returns lines, the oldest first, or the newest first.
	AuditLines(ctx context.Context, q Query) ([]string, error)
}

// Numbers are the largest numbers of a trail's parts: equal, unless somebody has
// changed it.
type Numbers struct{ Line, Leaf, Checkpoint int64 }

// Max returns the largest.
func (n Numbers) Max() int64 { return max(n.Line, n.Leaf, n.Checkpoint) }

// End is where a trail ends.
type End struct {
	Numbers
	// Note is the newest checkpoint's, or "".
	Note string
	// Hashes has those of the tree.
	Hashes tlog.HashReader
}

// Addition is what one transaction adds.
type Addition struct {
	// First is the number of the first line.
	First int64
	Lines []string
	// Hashes are those that the lines complete, in the order of their indexes, the
	// first of which is that of the first line.
	Hashes []tlog.Hash
	// Checkpoint covers the last line.
	Checkpoint Checkpoint
}

// Stored is what a store has for one number. What is missing is zero.
type Stored struct {
	Line string
	Leaf tlog.Hash
	// Note is the checkpoint's that this event is the last of.
	Note string
}

// Query selects events. Zero fields select all.
type Query struct {
	// After and Before are numbers; neither is itself selected.
	After, Before int64
	Kind          Kind
	// Actor is who did it or had it done to them; Session is the session.
	Actor, Session string
	// Since is the earliest time.
	Since time.Time
	// Newest returns the newest first.
	Newest bool
	// Limit is the most that is returned; it is required.
	Limit int
}
