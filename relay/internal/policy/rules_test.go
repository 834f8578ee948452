package policy

import (
	"math/rand"
	"net/netip"
	"reflect"
	"testing"
	"testing/quick"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lendhand/lendhand/signaling"
)

// Generate implements [quick.Generator]: few values each, so that rules often meet.
func (Rules) Generate(r *rand.Rand, _ int) reflect.Value {
	rules := Rules{
		Scopes:            signaling.Scopes{signaling.ScopeView},
		Recording:         pick(r, RecordingOff, RecordingOptional, RecordingRequired),
		RecordingPausable: r.Intn(2) == 0,
		RecordingCopy:     pick(r, copies()...),
		RecordingSlow:     pick(r, signaling.SlowShrink, signaling.SlowKeep),
		RetentionDays:     pick(r, 0, 30, 365),
		LongestSession:    pick(r, 0, time.Minute, time.Hour),
		ConfirmEvery:      pick(r, 0, time.Minute, 30*time.Minute),
		Idle:              pick(r, 0, 5*time.Minute, 2*time.Hour),
		VerifyWords:       pick(r, WordsOffered, WordsRequired),
		SecondFactor:      pick(r, FactorOptional, FactorRequired),
	}
	for _, s := range signaling.AllScopes()[1:] {
		if r.Intn(2) == 0 {
			rules.Scopes = append(rules.Scopes, s)
		}
	}
	var prefixes []netip.Prefix
	for range r.Intn(4) {
		prefixes = append(prefixes, netip.MustParsePrefix(pick(r, places...)))
	}
	rules.Networks = NewNetworks(prefixes...)
	return reflect.ValueOf(rules)
}

var places = []string{
	"0.0.0.0/0", "10.0.0.0/8", "10.0.0.0/16", "10.1.0.0/16", "10.1.2.0/24", "10.1.2.3/32", "192.0.2.0/24",
	"::/0", "2001:db8::/32", "2001:db8:1::/48", "fd00::/8",
}

// addresses lie in and beside places.
var addresses = []string{
	"10.0.9.9", "10.1.2.3", "10.1.2.4", "10.1.3.1", "10.2.0.1", "192.0.2.9", "198.51.100.1", "::ffff:10.1.2.3",
	"2001:db8:1::5", "2001:db8:2::5", "fd12::1", "2a00::1",
}

func pick[T any](r *rand.Rand, from ...T) T { return from[r.Intn(len(from))] }

// allowed is what rules allow, in words of the tests' own: one entry for everything
// that could be done under them.
func allowed(r Rules) map[string]bool {
	can := map[string]bool{
		"be recorded":           r.Recording == RecordingOptional || r.Recording == RecordingRequired,
		"be without recording":  r.Recording == RecordingOptional || r.Recording == RecordingOff,
		"pause the recording":   r.RecordingPausable,
		"read what was done":    r.RecordingCopy != signaling.CopyNone,
		"see the recording":     r.RecordingCopy == signaling.CopyRecording,
		"lower the rate":        r.RecordingSlow == signaling.SlowShrink,
		"skip the words":        r.VerifyWords == WordsOffered,
		"have one factor alone": r.SecondFactor == FactorOptional,
		"":                      false,
	}
	for _, s := range signaling.AllScopes() {
		for _, have := range r.Scopes {
			can["ask "+string(s)] = can["ask "+string(s)] || have == s
		}
	}
	for _, d := range []time.Duration{time.Second, time.Minute, time.Hour, 1000 * time.Hour} {
		can["last "+d.String()] = r.LongestSession == 0 || d <= r.LongestSession
		can["control unasked for "+d.String()] = r.ConfirmEvery == 0 || d <= r.ConfirmEvery
		can["idle "+d.String()] = r.Idle == 0 || d <= r.Idle
	}
	for _, a := range addresses {
		can["come from "+a] = r.Networks.Contains(netip.MustParseAddr(a))
	}
	return can
}

// beyond names what a allows and b does not.
func beyond(a, b Rules) (things []string) {
	other := allowed(b)
	for thing, can := range allowed(a) {
		if can && !other[thing] {
			things = append(things, thing)
		}
	}
	return things
}

func check(t *testing.T, property any) {
	t.Helper()
	if err := quick.Check(property, &quick.Config{MaxCount: 2000}); err != nil {
		t.Error(err)
	}
}

func same(a, b Rules) bool { return cmp.Equal(a, b) }

func TestTighteningOnlyTakesAway(t *testing.T) {
	check(t, func(a, b Rules) bool {
		c := a.Tighten(b)
		return beyond(c, a) == nil && beyond(c, b) == nil && c.Within(a) && c.Within(b)
	})
}

// What both allow stays allowed: tightening is no excuse for taking everything.
func TestTighteningKeepsWhatBothAllow(t *testing.T) {
	check(t, func(a, b Rules) bool {
		c := allowed(a.Tighten(b))
		for thing, can := range allowed(a) {
			if can && allowed(b)[thing] && !c[thing] {
				t.Log(thing)
				return false
			}
		}
		return true
	})
}

func TestTighteningDoesNotDependOnTheOrder(t *testing.T) {
	check(t, func(a, b, c Rules) bool {
		return same(a.Tighten(b), b.Tighten(a)) && same(a.Tighten(b).Tighten(c), a.Tighten(b.Tighten(c)))
	})
}

func TestTighteningTwiceIsTighteningOnce(t *testing.T) {
	check(t, func(a, b Rules) bool {
		c := a.Tighten(b)
		return same(c.Tighten(b), c) && same(a.Tighten(a), a) && same(a.Tighten(Loosest()), a)
	})
}

func TestTighteningIsMonotone(t *testing.T) {
	check(t, func(a, b, by Rules) bool {
		narrow := a.Tighten(b) // within a
		return beyond(narrow.Tighten(by), a.Tighten(by)) == nil && narrow.Tighten(by).Within(a.Tighten(by))
	})
}

func TestWithinIsWhatItSays(t *testing.T) {
	check(t, func(a, b Rules) bool {
		return !a.Within(b) || beyond(a, b) == nil
	})
	check(t, func(a, b Rules) bool { // and not only of equals
		return a.Within(b) || !same(a.Tighten(b), a)
	})
}

func TestNoGroupHasMoreThanTheOrganisation(t *testing.T) {
	check(t, func(organisation, group Rules, name string) bool {
		p := Policy{Organisation: organisation, Groups: map[string]Rules{"first": group}}
		for _, g := range []string{"", "first", "other", name} {
			rules := p.Effective(g)
			if beyond(rules, organisation) != nil || g == "first" && beyond(rules, group) != nil {
				return false
			}
		}
		return true
	})
}

// How long recordings are kept a group says for itself, longer or shorter.
func TestAGroupsRetentionReplacesTheOrganisations(t *testing.T) {
	check(t, func(organisation, group Rules) bool {
		organisation.RetentionDays = max(organisation.RetentionDays, 1)
		want := group.RetentionDays
		if want == 0 {
			want = organisation.RetentionDays
		}
		p := Policy{Organisation: organisation, Groups: map[string]Rules{"first": group}}
		return p.Effective("first").RetentionDays == want && p.Effective("").RetentionDays == organisation.RetentionDays
	})
	long, short := Rules{RetentionDays: 365}, Rules{RetentionDays: 30}
	if got := long.Tighten(short).RetentionDays; got != 365 {
		t.Errorf("two policies at once keep a recording for %d days", got)
	}
}

func TestNetworks(t *testing.T) {
	any := NewNetworks()
	office := NewNetworks(netip.MustParsePrefix("10.1.0.0/16"), netip.MustParsePrefix("10.1.2.0/24"), netip.MustParsePrefix("2001:db8::/32"))
	none := office.Intersect(NewNetworks(netip.MustParsePrefix("192.0.2.0/24")))
	for name, c := range map[string]struct {
		networks Networks
		addr     netip.Addr
		want     bool
	}{
		"any":               {any, netip.MustParseAddr("192.0.2.1"), true},
		"any, unknown":      {any, netip.Addr{}, true},
		"inside":            {office, netip.MustParseAddr("10.1.9.9"), true},
		"inside, mapped":    {office, netip.MustParseAddr("::ffff:10.1.9.9"), true},
		"inside, with zone": {office, netip.MustParseAddr("2001:db8::1%eth0"), true},
		"outside":           {office, netip.MustParseAddr("10.2.0.1"), false},
		"outside, mapped":   {office, netip.MustParseAddr("::ffff:10.2.0.1"), false},
		"compatible":        {office, netip.MustParseAddr("::10.1.9.9"), false},
		"unknown":           {office, netip.Addr{}, false},
		"none at all":       {none, netip.MustParseAddr("10.1.9.9"), false},
		"none at all, too":  {none, netip.MustParseAddr("192.0.2.1"), false},
	} {
		if got := c.networks.Contains(c.addr); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
	if got := office.Prefixes(); len(got) != 2 {
		t.Errorf("a network within another one is kept: %v", got)
	}
	if !any.Any() || none.Any() || none.Equal(any) || any.Within(office) || !none.Within(office) {
		t.Error("no network is taken for all")
	}
}
