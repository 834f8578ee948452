package app

import (
	"sync"

	"github.com/lendhand/lendhand/signaling"
	"github.com/lendhand/lendhand/signaling/pace"
)

// memory is what the program knows beyond one session, until it ends.
type memory struct {
	// Guarded by mu.
	mu       sync.Mutex
	invited  signaling.Code // the invitation that the next session is for; empty for none
	reported map[string]bool

	// opens paces the invitations that the person tries.
	opens *pace.Bucket
}

func newMemory(invited signaling.Code) *memory {
	return &memory{invited: invited, reported: make(map[string]bool), opens: pace.NewBucket(2, openEvery)}
}

// invite has the next session wait for the technician of an invitation; an empty one has
// it show a code.
func (m *memory) invite(code signaling.Code) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.invited = code
}

// invitation returns the invitation that the next session is for; empty for none.
func (m *memory) invitation() signaling.Code {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.invited
}

// report notes an account whose requests nobody is shown any more.
func (m *memory) report(account string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.reported[account] = true
}

// hasReported reports whether the person has reported that account.
func (m *memory) hasReported(account string) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.reported[account]
}
