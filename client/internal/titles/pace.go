package titles

import (
	"context"
	"time"
)

// Pace is what Next has to wait for, for implementations. It is owned by who calls Next.
type Pace struct {
	told Title
	ever bool
	at   time.Time
}

// Wait waits until another title may be told.
func (p *Pace) Wait(ctx context.Context) error {
	left := time.Until(p.at.Add(Every))
	if !p.ever || left <= 0 {
		return ctx.Err()
	}
	timer := time.NewTimer(left)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Tell reports whether a title is another one than was told last, and takes note of it.
func (p *Pace) Tell(now Title) bool {
	if now == (Title{}) || p.ever && now == p.told {
		return false
	}
	p.told, p.ever, p.at = now, true, time.Now()
	return true
}
