package policy

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/lendhand/lendhand/signaling"
	"github.com/lendhand/lendhand/signaling/problem"
)

// MaxSize is how long the JSON of a policy may be, in bytes.
const MaxSize = 64 << 10

// maxNetworks bounds the networks of one set of rules.
const maxNetworks = 64

// maxRetention is how many days a recording is kept at most: ten years.
const maxRetention = 3650

// span is from when to when a duration may be. Only the longest session may also be
// zero, for no limit.
type span struct{ least, most time.Duration }

func sessionSpan() span { return span{time.Minute, 24 * time.Hour} }
func confirmSpan() span { return span{time.Minute, 8 * time.Hour} }

// idleSpan ends where every sign-in ends, and begins where it does not matter that use
// is noted once a minute.
func idleSpan() span { return span{5 * time.Minute, 12 * time.Hour} }

// document is a policy in JSON.
type document struct {
	Version      int64             `json:"version,omitempty"`
	Organisation fields            `json:"organisation"`
	Groups       map[string]fields `json:"groups"`
}

// fields are rules in JSON: what is not there is not said. Durations are in seconds.
type fields struct {
	Scopes            *[]string       `json:"scopes,omitempty"`
	Recording         *Recording      `json:"recording,omitempty"`
	RecordingPausable *bool           `json:"recordingPausable,omitempty"`
	RecordingCopy     *signaling.Copy `json:"recordingCopy,omitempty"`
	RecordingSlow     *signaling.Slow `json:"recordingSlow,omitempty"`
	RetentionDays     *int64          `json:"retentionDays,omitempty"`
	LongestSession    *int64          `json:"longestSession,omitempty"`
	ConfirmEvery      *int64          `json:"confirmEvery,omitempty"`
	Networks          *[]string       `json:"networks,omitempty"`
	Idle              *int64          `json:"idle,omitempty"`
	VerifyWords       *Words          `json:"verifyWords,omitempty"`
	SecondFactor      *Factor         `json:"secondFactor,omitempty"`
}

// Parse reads a policy. What the organisation leaves out is as in [Default], what a
// group leaves out adds nothing; without a version, Version is zero. Everything that
// is not known is refused. Errors carry hints.
func Parse(data []byte) (Policy, error) {
	var d document
	if err := decode(data, &d); err != nil {
		return Policy{}, err
	}
	if d.Version < 0 {
		return Policy{}, problem.New(fmt.Sprintf("version: %d", d.Version), "Use the version that was shown, or leave it out.")
	}
	organisation, err := d.Organisation.onto(Default(), "organisation")
	if err != nil {
		return Policy{}, err
	}
	p := Policy{Version: d.Version, Organisation: organisation, Groups: make(map[string]Rules, len(d.Groups))}
	for _, name := range slices.Sorted(maps.Keys(d.Groups)) {
		if p.Groups[name], err = d.Groups[name].onto(Loosest(), fmt.Sprintf("groups.%.64s", name)); err != nil {
			return Policy{}, err
		}
	}
	return p, p.validate()
}

// decode reads one JSON value strictly.
func decode(data []byte, d *document) error {
	if len(data) > MaxSize {
		return problem.New("the policy is too long", fmt.Sprintf("It has at most %d bytes of JSON.", MaxSize))
	}
	err := unambiguous(json.NewDecoder(bytes.NewReader(data)), "")
	if err == nil {
		reader := json.NewDecoder(bytes.NewReader(data))
		reader.DisallowUnknownFields()
		if err = reader.Decode(d); err == nil && reader.Decode(&struct{}{}) != io.EOF {
			err = errors.New("more than one value")
		}
	}
	var wrongType *json.UnmarshalTypeError
	if errors.As(err, &wrongType) {
		err = fmt.Errorf("%s: a %s cannot stand there", wrongType.Field, wrongType.Value)
	}
	if err != nil {
		return problem.Wrap(fmt.Errorf("read the policy: %w", err),
			`Write it as {"organisation": {…}, "groups": {"name": {…}}}. "lendhand-relay policy show" prints one to begin with.`)
	}
	return nil
}

// unambiguous reads one value and refuses what readers of JSON differ about: names
// that come twice, and null.
func unambiguous(d *json.Decoder, at string) error {
	token, err := d.Token()
	if err != nil {
		return err
	}
	switch token {
	case nil:
		return fmt.Errorf("%s: null says nothing; leave the field out", strings.TrimPrefix(at, "."))
	case json.Delim('{'):
		err = members(d, at)
	case json.Delim('['):
		for err == nil && d.More() {
			err = unambiguous(d, at)
		}
	default:
		return nil
	}
	if err == nil {
		_, err = d.Token() // the closing one
	}
	return err
}

func members(d *json.Decoder, at string) error {
	seen := make(map[string]bool)
	for d.More() {
		token, err := d.Token()
		if err != nil {
			return err
		}
		name, _ := token.(string)
		folded := strings.ToLower(name) // the decoder does not tell them apart
		if seen[folded] {
			return fmt.Errorf("%s is said twice", strings.TrimPrefix(at+"."+name, "."))
		}
		seen[folded] = true
		if err := unambiguous(d, at+"."+name); err != nil {
			return err
		}
	}
	return nil
}

// onto returns base with what the fields say.
func (f fields) onto(base Rules, at string) (Rules, error) {
	r := base
	err := errors.Join(
		readScopes(&r.Scopes, f.Scopes, at+".scopes"),
		oneOf(&r.Recording, f.Recording, at+".recording", RecordingOff, RecordingOptional, RecordingRequired),
		oneOf(&r.RecordingCopy, f.RecordingCopy, at+".recordingCopy", copies()...),
		oneOf(&r.RecordingSlow, f.RecordingSlow, at+".recordingSlow", signaling.SlowShrink, signaling.SlowKeep),
		readDays(&r.RetentionDays, f.RetentionDays, at+".retentionDays"),
		readNetworks(&r.Networks, f.Networks, at+".networks"),
		oneOf(&r.VerifyWords, f.VerifyWords, at+".verifyWords", WordsOffered, WordsRequired),
		oneOf(&r.SecondFactor, f.SecondFactor, at+".secondFactor", FactorOptional, FactorRequired),
		readSeconds(&r.ConfirmEvery, f.ConfirmEvery, at+".confirmEvery", confirmSpan()),
		readSeconds(&r.Idle, f.Idle, at+".idle", idleSpan()),
	)
	if f.RecordingPausable != nil {
		r.RecordingPausable = *f.RecordingPausable
	}
	if f.LongestSession == nil || *f.LongestSession != 0 {
		err = errors.Join(err, readSeconds(&r.LongestSession, f.LongestSession, at+".longestSession", sessionSpan()))
	} else {
		r.LongestSession = 0
	}
	return r, first(err)
}

// first returns the first of joined errors: one line at a time can be read and mended.
func first(err error) error {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		return first(joined.Unwrap()[0])
	}
	return err
}

func readScopes(to *signaling.Scopes, given *[]string, at string) error {
	if given == nil {
		return nil
	}
	var scopes []signaling.Scope
	for _, word := range *given {
		s := signaling.Scope(word)
		if !slices.Contains(signaling.AllScopes(), s) {
			return problem.New(fmt.Sprintf("%s: there is no scope %.32q", at, word), fmt.Sprintf("The scopes are %s.", list(signaling.AllScopes())))
		}
		scopes = append(scopes, s)
	}
	if *to = signaling.NewScopes(scopes...); !to.Has(signaling.ScopeView) {
		return problem.New(fmt.Sprintf("%s: %s is missing", at, signaling.ScopeView),
			"Every session can be seen. Whoever may not help at all must not have the role technician.")
	}
	return nil
}

func readNetworks(to *Networks, given *[]string, at string) error {
	if given == nil {
		return nil
	}
	if len(*given) > maxNetworks {
		return problem.New(fmt.Sprintf("%s: %d are too many", at, len(*given)), fmt.Sprintf("Name at most %d.", maxNetworks))
	}
	var prefixes []netip.Prefix
	for _, text := range *given {
		p, err := netip.ParsePrefix(text)
		if err != nil || p.Addr().Is4In6() {
			return problem.New(fmt.Sprintf("%s: %.64q is no network", at, text), "Write networks as 192.0.2.0/24 or 2001:db8::/32, one address as 192.0.2.7/32.")
		}
		if p != p.Masked() {
			return problem.New(fmt.Sprintf("%s: %s has bits after its prefix", at, p), fmt.Sprintf("Write %s, if you mean all of it.", p.Masked()))
		}
		prefixes = append(prefixes, p)
	}
	*to = NewNetworks(prefixes...)
	return nil
}

func readSeconds(to *time.Duration, given *int64, at string, within span) error {
	if given == nil {
		return nil
	}
	least, most := int64(within.least/time.Second), int64(within.most/time.Second)
	if *given < least || *given > most {
		return problem.New(fmt.Sprintf("%s: %d seconds are not possible", at, *given), fmt.Sprintf("Say %d to %d.", least, most))
	}
	*to = time.Duration(*given) * time.Second
	return nil
}

func readDays(to *int, given *int64, at string) error {
	if given == nil {
		return nil
	}
	if *given < 1 || *given > maxRetention {
		return problem.New(fmt.Sprintf("%s: %d days are not possible", at, *given), fmt.Sprintf("Say 1 to %d.", maxRetention))
	}
	*to = int(*given)
	return nil
}

func oneOf[T ~string](to, given *T, at string, words ...T) error {
	if given == nil {
		return nil
	}
	if !slices.Contains(words, *given) {
		return problem.New(fmt.Sprintf("%s: there is no %.32q", at, string(*given)), fmt.Sprintf("Say one of %s.", list(words)))
	}
	*to = *given
	return nil
}

func list[T ~string](words []T) string {
	texts := make([]string, len(words))
	for i, w := range words {
		texts[i] = string(w)
	}
	return strings.Join(texts, ", ")
}
