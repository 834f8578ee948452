package policy

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/lendhand/lendhand/signaling/problem"
)

// ErrConflict says that the policy was changed by somebody else in the meantime.
var ErrConflict = errors.New("the policy was changed in the meantime")

// ErrGroupInUse says that the policy lacks a group that there are people in: without
// its rules they would be under looser ones.
var ErrGroupInUse = errors.New("a group that people are in cannot be left out")

// Store keeps the policy.
type Store interface {
	// Policy returns the policy in force, or New() when nobody has changed it.
	Policy(ctx context.Context) (Policy, error)
	// SavePolicy puts p in force, durably, with the next version, which it returns. It
	// fails with ErrConflict unless p.Version is that of the policy in force, and with
	// ErrGroupInUse when p lacks one of its groups that an account is in. By says who did
	// it.
	SavePolicy(ctx context.Context, p Policy, by string) (version int64, err error)
}

// Book has the policy in force at hand. It is safe for use from any goroutine.
type Book struct {
	store Store // set at construction

	mu      sync.Mutex
	current Policy // guarded by mu; never changed in place
}

// Open reads the policy.
func Open(ctx context.Context, store Store) (*Book, error) {
	p, err := store.Policy(ctx)
	if err != nil {
		return nil, fmt.Errorf("open policy: %w", err)
	}
	return &Book{store: store, current: p}, nil
}

// Current returns the policy in force, as it was last read.
func (b *Book) Current() Policy {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.current
}

// Effective returns the rules for people in a group, by [Book.Current].
func (b *Book) Effective(group string) Rules { return b.Current().Effective(group) }

// Refresh reads the policy again, and reports whether it is another one now. When it
// cannot be read, the one before stays in force.
func (b *Book) Refresh(ctx context.Context) (changed bool, err error) {
	p, err := b.store.Policy(ctx)
	if err != nil {
		return false, fmt.Errorf("refresh policy: %w", err)
	}
	return b.take(p), nil
}

// take puts p at hand unless a newer one is there: readers may overtake each other.
func (b *Book) take(p Policy) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if p.Version <= b.current.Version {
		return false
	}
	b.current = p
	return true
}

// Replace puts p in force. Its version is that of the policy that it was made from;
// the error is [ErrConflict], with a hint, when that is no longer in force. Another is
// [ErrGroupInUse], with a hint as well.
func (b *Book) Replace(ctx context.Context, p Policy, by string) (Policy, error) {
	version, err := b.store.SavePolicy(ctx, p, by)
	if errors.Is(err, ErrConflict) {
		return Policy{}, problem.Wrap(err, "Read it again, and make your change to what it says now.")
	}
	if errors.Is(err, ErrGroupInUse) {
		return Policy{}, problem.Wrap(err, "Put those people into another group first, the disabled ones too.")
	}
	if err != nil {
		return Policy{}, fmt.Errorf("replace policy: %w", err)
	}
	p.Version = version
	b.take(p)
	return p, nil
}
