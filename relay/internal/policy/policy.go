package policy

import (
	"cmp"
	"fmt"
	"maps"
	"regexp"
	"slices"

	"github.com/lendhand/lendhand/signaling/problem"
)

// Policy is everything that is in force at one time.
type Policy struct {
	// Version counts the changes. The policy that nobody has changed has version 1.
	Version      int64
	Organisation Rules
	// Groups are by name. Who is in a group that is not here, or in none, is under
	// the organisation's rules alone.
	Groups map[string]Rules
}

// New returns the policy that is in force until somebody changes it.
func New() Policy { return Policy{Version: 1, Organisation: Default()} }

// Effective returns the rules for people in a group; "" is no group. They are never
// looser than the organisation's. How long recordings are kept a group says for itself.
func (p Policy) Effective(group string) Rules {
	rules, ok := p.Groups[group]
	if !ok {
		return p.Organisation
	}
	e := p.Organisation.Tighten(rules)
	e.RetentionDays = cmp.Or(rules.RetentionDays, p.Organisation.RetentionDays)
	return e
}

// HasGroup reports whether the policy has rules for the group. Nobody need be in one.
func (p Policy) HasGroup(group string) bool {
	_, ok := p.Groups[group]
	return ok || group == ""
}

// maxGroups bounds the groups of a policy.
const maxGroups = 64

var groupName = regexp.MustCompile(`^[a-z0-9][a-z0-9._-]{0,31}$`)

// validate checks what single rules cannot tell.
func (p Policy) validate() error {
	if len(p.Groups) > maxGroups {
		return problem.New(fmt.Sprintf("groups: %d are too many", len(p.Groups)), fmt.Sprintf("A policy has at most %d groups.", maxGroups))
	}
	for _, name := range slices.Sorted(maps.Keys(p.Groups)) {
		if !groupName.MatchString(name) {
			return problem.New(fmt.Sprintf("groups: %.64q cannot be the name of a group", name),
				"A name is 1 to 32 of the characters a–z, 0–9, dot, hyphen and underscore, a letter or digit first.")
		}
		if err := p.contradiction(name); err != nil {
			return err
		}
	}
	return nil
}

// contradiction finds rules of a group that leave nothing of the organisation's.
func (p Policy) contradiction(group string) error {
	rules := p.Effective(group)
	if rules.Recording == recordingNever {
		return problem.New(
			fmt.Sprintf("groups.%s.recording: %q contradicts the organisation's %q", group, p.Groups[group].Recording, p.Organisation.Recording),
			"A group can say off or required only where the organisation says the same, or optional.")
	}
	if rules.Networks.none() {
		return problem.New(fmt.Sprintf("groups.%s.networks: none of them is one of the organisation's", group),
			"A group only narrows the organisation's networks. Name some within them, or leave networks out.")
	}
	return nil
}
