package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net/netip"
	"sync"
	"time"

	"github.com/lendhand/lendhand/relay/internal/account"
	"github.com/lendhand/lendhand/relay/internal/policy"
	"github.com/lendhand/lendhand/signaling/broker"
)

// rules is the policy as accounts, sessions and the web side need it.
type rules struct {
	*policy.Book
	people people
	log    *slog.Logger

	// Guarded by mu.
	mu      sync.Mutex
	members map[string]member // by account
	policy  policy.Policy     // that was in force when members were read
}

// people is where accounts are found; [store.Store] is one.
type people interface {
	Accounts(ctx context.Context) ([]account.Account, error)
	AccountByID(ctx context.Context, id string) (a account.Account, passwordHash string, err error)
}

// member is what the limits of an account's sessions depend on.
type member struct {
	group      string
	technician bool
}

// openRules reads the policy, and who is in which group.
func openRules(ctx context.Context, book *policy.Book, from people, log *slog.Logger) (*rules, error) {
	r := &rules{Book: book, people: from, log: log}
	_, err := r.Refresh(ctx)
	return r, err
}

// Refresh implements [web.Policy].
func (r *rules) Refresh(ctx context.Context) (changed bool, err error) {
	members, current, err := r.look(ctx)
	if err != nil {
		return false, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	changed = current.Version != r.policy.Version || !maps.Equal(members, r.members)
	r.members, r.policy = members, current
	return changed, nil
}

// looks is how often the policy may change while members are being read.
const looks = 3

// look reads who is in which group, and the policy that was in force meanwhile: people
// who are moved before their old group's rules are loosened are never under those.
func (r *rules) look(ctx context.Context) (map[string]member, policy.Policy, error) {
	for range looks {
		if _, err := r.Book.Refresh(ctx); err != nil {
			return nil, policy.Policy{}, err
		}
		before := r.Current()
		accounts, err := r.people.Accounts(ctx)
		if err != nil {
			return nil, policy.Policy{}, fmt.Errorf("refresh policy: %w", err)
		}
		if _, err := r.Book.Refresh(ctx); err != nil {
			return nil, policy.Policy{}, err
		}
		if r.Current().Version == before.Version {
			return membersOf(accounts), before, nil
		}
	}
	return nil, policy.Policy{}, errors.New("refresh policy: it does not stand still")
}

func membersOf(accounts []account.Account) map[string]member {
	members := make(map[string]member, len(accounts))
	for _, a := range accounts {
		members[a.ID] = memberOf(a)
	}
	return members
}

func memberOf(a account.Account) member {
	return member{group: a.Group, technician: a.Has(account.RoleTechnician) && !a.Disabled}
}

// lookWithin is how long the database may take to say who somebody new is. The broker
// waits for it.
const lookWithin = time.Second

// Limits returns what holds for the sessions of a technician. Who is no technician, or
// nobody, may nothing. A policy that is newer than what is known of the groups tightens
// at once, and loosens with the next refresh.
func (r *rules) Limits(technicianID string) broker.Limits {
	m, known := r.member(technicianID)
	return limits(m, known.Effective(m.group).Tighten(r.Effective(m.group)))
}

// member looks where it need not wait, unless the account is younger than the last
// refresh. It returns also the policy that was in force at that refresh.
func (r *rules) member(id string) (member, policy.Policy) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if m, ok := r.members[id]; ok {
		return m, r.policy
	}
	ctx, cancel := context.WithTimeout(context.Background(), lookWithin)
	defer cancel()
	a, _, err := r.people.AccountByID(ctx, id)
	if err != nil {
		r.log.Error("technician not found", "account", id, "error", err)
		return member{}, r.policy
	}
	r.members[id] = memberOf(a)
	return r.members[id], r.policy
}

// limits is what rules mean for the sessions of one person.
func limits(m member, e policy.Rules) broker.Limits {
	if !m.technician {
		return broker.Limits{}
	}
	return broker.Limits{
		Scopes: e.Scopes, Longest: e.LongestSession, ConfirmEvery: e.ConfirmEvery,
		VerifyWords: e.VerifyWords == policy.WordsRequired, Recording: broker.Recording(e.Recording),
		Pausable: e.RecordingPausable, Copy: e.RecordingCopy, Slow: e.RecordingSlow, Retention: e.RetentionDays,
	}
}

// secondFactorRequired, idle and admits are for the accounts' service.
func (r *rules) secondFactorRequired(a account.Account) bool {
	return r.Effective(a.Group).SecondFactor == policy.FactorRequired
}

func (r *rules) idle(a account.Account) time.Duration { return r.Effective(a.Group).Idle }

// admits reports whether an account may sign in from addr. Who is not only a
// technician may: the other work is not bound to a network, and an administrator who
// has shut themselves out could not open again.
func (r *rules) admits(a account.Account, addr netip.Addr) bool {
	for _, role := range a.Roles {
		if role != account.RoleTechnician {
			return true
		}
	}
	return r.Effective(a.Group).Networks.Contains(addr)
}
