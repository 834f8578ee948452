package signaling

import (
	"encoding/json"
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
	// ScopeClipboardToHost and ScopeClipboardFromHost are what is copied on one side and
	// pasted on the other.
	ScopeClipboardToHost   Scope = "clipboard-to-host"
	ScopeClipboardFromHost Scope = "clipboard-from-host"
	// ScopeFilesToHost and ScopeFilesFromHost are files that are handed over.
	ScopeFilesToHost   Scope = "files-to-host"
	ScopeFilesFromHost Scope = "files-from-host"
)

// AllScopes lists the scopes of this version, narrowest first.
func AllScopes() []Scope {
	return []Scope{
		ScopeView, ScopeControl,
		ScopeClipboardToHost, ScopeClipboardFromHost, ScopeFilesToHost, ScopeFilesFromHost,
	}
}

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

// UnmarshalJSON reads a set and leaves out the scopes that this version does not
// know: they are added over time, and what a side does not know it does not allow.
func (set *Scopes) UnmarshalJSON(data []byte) error {
	var scopes []Scope
	if err := json.Unmarshal(data, &scopes); err != nil {
		return err
	}
	if len(scopes) > maxScopes {
		return fmt.Errorf("want at most %d scopes, got %d", maxScopes, len(scopes))
	}
	*set = NewScopes(scopes...)
	return nil
}

func (set Scopes) check(field string) error {
	if !set.Has(ScopeView) {
		return fmt.Errorf("%s: scope %q is missing", field, ScopeView)
	}
	if !slices.Equal(set, NewScopes(set...)) {
		return fmt.Errorf("%s: %q is not a set of known scopes", field, set)
	}
	return nil
}
