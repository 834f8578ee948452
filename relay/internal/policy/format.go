package policy

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strconv"
	"time"
)

// MarshalJSON writes what [Parse] reads: all of the organisation's rules, and of a
// group's those that it adds.
func (p Policy) MarshalJSON() ([]byte, error) {
	d := document{Version: p.Version, Organisation: p.Organisation.fields(), Groups: make(map[string]fields, len(p.Groups))}
	for name, rules := range p.Groups {
		d.Groups[name] = rules.fields().without(Loosest().fields())
	}
	return json.Marshal(d)
}

// Detail is what the journal says of the policy: its rules, which it may cut, and their
// SHA-256, which it does not.
func (p Policy) Detail() map[string]string {
	rules, _ := json.Marshal(p) // nothing in it can fail
	sum := sha256.Sum256(rules)
	return map[string]string{
		"version": strconv.FormatInt(p.Version, 10), "policy": string(rules), "sha256": hex.EncodeToString(sum[:]),
	}
}

// MarshalJSON writes all rules.
func (r Rules) MarshalJSON() ([]byte, error) { return json.Marshal(r.fields()) }

func (r Rules) fields() fields {
	scopes, networks := make([]string, len(r.Scopes)), make([]string, len(r.Networks.prefixes))
	for i, s := range r.Scopes {
		scopes[i] = string(s)
	}
	for i, p := range r.Networks.prefixes {
		networks[i] = p.String()
	}
	return fields{
		Scopes: &scopes, Recording: &r.Recording, RecordingPausable: &r.RecordingPausable,
		RecordingCopy: &r.RecordingCopy, RecordingSlow: &r.RecordingSlow, RetentionDays: days(r.RetentionDays),
		LongestSession: seconds(r.LongestSession), ConfirmEvery: seconds(r.ConfirmEvery),
		Networks: &networks, Idle: seconds(r.Idle), VerifyWords: &r.VerifyWords, SecondFactor: &r.SecondFactor,
	}
}

// days leaves out what is not said.
func days(n int) *int64 {
	if n == 0 {
		return nil
	}
	d := int64(n)
	return &d
}

func seconds(d time.Duration) *int64 {
	n := int64(d / time.Second)
	return &n
}

// without leaves out what base says as well.
func (f fields) without(base fields) fields {
	if len(*f.Scopes) == len(*base.Scopes) {
		f.Scopes = nil
	}
	if len(*f.Networks) == 0 {
		f.Networks = nil
	}
	f.Recording = unless(f.Recording, base.Recording)
	f.RecordingPausable = unless(f.RecordingPausable, base.RecordingPausable)
	f.RecordingCopy = unless(f.RecordingCopy, base.RecordingCopy)
	f.RecordingSlow = unless(f.RecordingSlow, base.RecordingSlow)
	f.LongestSession = unless(f.LongestSession, base.LongestSession)
	f.ConfirmEvery = unless(f.ConfirmEvery, base.ConfirmEvery)
	f.Idle = unless(f.Idle, base.Idle)
	f.VerifyWords = unless(f.VerifyWords, base.VerifyWords)
	f.SecondFactor = unless(f.SecondFactor, base.SecondFactor)
	return f
}

func unless[T comparable](value, same *T) *T {
	if *value == *same {
		return nil
	}
	return value
}
