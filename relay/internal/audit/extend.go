package audit

import (
	"context"
	"fmt"
	"strconv"
)

// extend adds the events to the trail, and before them what the trail has to say
// of itself: that it was changed, that events were lost.
func (l *Log) extend(ctx context.Context, events []Event, lost int) error {
	err := l.store.AppendAudit(ctx, func(end End) (Addition, error) {
		var own []Event
		if why := l.distrust(end); why != "" {
			l.log.Error("the audit trail was changed by somebody else", "after", end.Max(), "finding", why)
			own = append(own, l.own(TrailBroken, map[string]string{"finding": why}))
		}
		if lost > 0 {
			own = append(own, l.own(EventsLost, map[string]string{"count": strconv.Itoa(lost)}))
		}
		return l.addition(end, append(own, events...))
	})
	if err != nil {
		return fmt.Errorf("append to the audit trail: %w", err)
	}
	return nil
}

func (l *Log) own(k Kind, detail map[string]string) Event {
	return Event{Time: l.now(), Kind: k, Actor: ActorRelay, Detail: detail}
}

// distrust says what is wrong with the trail's end, or nothing. To sign a new
// checkpoint over what was changed would make it look right: whoever changed it
// could take the old checkpoints away.
func (l *Log) distrust(end End) string {
	size := end.Max()
	if end.Numbers == (Numbers{}) {
		return ""
	}
	if end.Line != size || end.Leaf != size || end.Checkpoint != size {
		return fmt.Sprintf("the last event is %d, the last hash %d, the last checkpoint %d", end.Line, end.Leaf, end.Checkpoint)
	}
	c, err := OpenCheckpoint(end.Note, l.key.Verifier())
	if err != nil {
		return "the newest checkpoint is not signed by this relay's key"
	}
	t, err := readTree(size, end.Hashes)
	if err != nil {
		return "hashes are missing"
	}
	if root, err := t.root(); err != nil || root != c.Root || size != c.Size {
		return "the hashes are not those that were signed"
	}
	return ""
}

// addition numbers, hashes and signs.
func (l *Log) addition(end End, events []Event) (Addition, error) {
	t, err := readTree(end.Max(), end.Hashes)
	if err != nil {
		return Addition{}, err
	}
	a := Addition{First: t.size + 1}
	for _, e := range events {
		e.Number = t.size + 1
		line := e.Line()
		hashes, err := t.add(leaf(line))
		if err != nil {
			return Addition{}, err
		}
		a.Lines, a.Hashes = append(a.Lines, line), append(a.Hashes, hashes...)
	}
	root, err := t.root()
	if err != nil {
		return Addition{}, err
	}
	a.Checkpoint, err = l.key.sign(Checkpoint{Size: t.size, Root: root})
	return a, err
}
