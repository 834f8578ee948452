package signaling

import (
	"fmt"
	"slices"
)

// Scope names one thing that a technician may do in a session.
type Scope string

// The scopes. Later ones are added; a side that does not know a scope refuses it.
const (
	// ScopeView is seeing the desktop. Every grant and every consent has it.
	ScopeView Scope = "view"
	// ScopeControl is moving the pointer and typing.
	ScopeControl Scope = "control"
)

// AllScopes lists the scopes of this version, narrowest first.
func AllScopes() []Scope { return []Scope{ScopeView, ScopeControl} }

// Scopes is a set of scopes: without repetition, in the order of AllScopes.
type Scopes []Scope

// NewScopes returns the set of the given scopes.
func NewScopes(scopes ...Scope) Scopes {
	set := Scopes{}
	for _, s := range AllScopes() {
		if slices.Contains(scopes, s) {
			set = append(set, s)
		}
	}
	return set
}

// Has reports whether s is in the set.
func (set Scopes) Has(s Scope) bool { return slices.Contains(set, s) }

// Narrow returns the scopes that are in both sets.
func (set Scopes) Narrow(by Scopes) Scopes {
	both := Scopes{}
	for _, s := range set {
		if by.Has(s) {
			both = append(both, s)
		}
	}
	return both
}

// Within reports whether every scope of the set is in the other one.
func (set Scopes) Within(other Scopes) bool { return len(set.Narrow(other)) == len(set) }

func (set Scopes) check(field string) error {
	if len(set) == 0 || len(set) > maxScopes {
		return fmt.Errorf("%s: want 1 to %d scopes, got %d", field, maxScopes, len(set))
	}
	for i, s := range set {
		if !slices.Contains(AllScopes(), s) {
			return fmt.Errorf("%s: unknown scope %q", field, string(s))
		}
		if slices.Contains(set[:i], s) {
			return fmt.Errorf("%s: scope %q twice", field, string(s))
		}
	}
	if !set.Has(ScopeView) {
		return fmt.Errorf("%s: scope %q is missing", field, ScopeView)
	}
	return nil
}
