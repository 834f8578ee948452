package screenshot

import (
	"slices"

	"github.com/lendhand/lendhand/client/internal/capture"
)

// register keeps the IDs of monitors of which nothing but the place is known.
type register struct {
	list []capture.Monitor // as it was noted last
	next int               // the first ID that no monitor ever had
}

// note takes the monitors as they are now, and gives each the ID that it had before: one
// at the same place is the same, and so are the only one that is missing and the only
// one that is new.
func (r *register) note(now []capture.Monitor) {
	const unknown = -1
	missing := slices.Clone(r.list)
	var added []int
	for n := range now {
		now[n].ID = unknown
		at := slices.IndexFunc(missing, func(m capture.Monitor) bool { return m.Bounds == now[n].Bounds })
		if at < 0 {
			added = append(added, n)
			continue
		}
		now[n].ID = missing[at].ID
		missing = slices.Delete(missing, at, at+1)
	}
	if len(added) == 1 && len(missing) == 1 {
		now[added[0]].ID = missing[0].ID
	}
	for _, n := range added {
		if now[n].ID == unknown {
			now[n].ID = r.next
			r.next++
		}
	}
	r.list = now
}
