package app

import (
	"context"
	"time"
)

const (
	// brakeEvery is how often the speed of a file is thought over.
	brakeEvery = 100 * time.Millisecond
	// queued is how much longer than at its best a round trip may be, before files give way:
	// what waits in a queue there stands before keys and pictures too.
	queued = 40 * time.Millisecond
	// The speed of a file, in bytes a second: at first, and its bounds.
	firstSpeed, leastSpeed, mostSpeed = 1 << 20, 32 << 10, 1 << 30
)

// brake keeps a file from filling the queues on its way, by how long its own pieces take
// (the idea of LEDBAT, RFC 6817): it halves its speed while there is a queue, and grows
// while there is none.
type brake struct {
	speed  float64
	best   time.Duration // the shortest round trip, 0 before the first
	looked time.Time
	due    time.Time // when the next piece may go
}

func newBrake() *brake {
	now := time.Now()
	return &brake{speed: firstSpeed, looked: now, due: now}
}

// wait waits until a piece of n bytes may go.
func (b *brake) wait(ctx context.Context, n int, roundTrip func() time.Duration) error {
	now := time.Now()
	if now.Sub(b.looked) >= brakeEvery {
		b.looked = now
		b.look(roundTrip())
	}
	if b.due.Before(now) {
		b.due = now
	}
	wait := b.due.Sub(now)
	b.due = b.due.Add(time.Duration(float64(n) / b.speed * float64(time.Second)))
	if wait < time.Millisecond {
		return ctx.Err()
	}
	select {
	case <-time.After(wait):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// look thinks the speed over.
func (b *brake) look(roundTrip time.Duration) {
	switch {
	case roundTrip == 0:
		return
	case b.best == 0 || roundTrip < b.best:
		b.best = roundTrip
	}
	if roundTrip > b.best+queued {
		b.speed = max(b.speed/2, leastSpeed)
		return
	}
	b.speed = min(b.speed*1.25, mostSpeed)
}
