package policy

import (
	"encoding/json"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"testing/quick"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lendhand/lendhand/signaling"
	"github.com/lendhand/lendhand/signaling/problem"
)

func TestParse(t *testing.T) {
	got, err := Parse([]byte(`{
		"version": 7,
		"organisation": {
			"scopes": ["control", "view"], "recording": "required", "recordingPausable": true, "recordingCopy": "none",
			"recordingSlow": "keep", "retentionDays": 30, "longestSession": 7200, "confirmEvery": 600,
			"networks": ["10.0.0.0/8", "2001:db8::/32"], "idle": 900, "verifyWords": "required", "secondFactor": "required"
		},
		"groups": {"second-line": {}, "first.line": {"scopes": ["view"], "networks": ["10.1.0.0/16"], "idle": 300, "retentionDays": 3650}}
	}`))
	first := Loosest()
	first.Scopes, first.Idle = signaling.Scopes{signaling.ScopeView}, 5*time.Minute
	first.RetentionDays = 3650
	first.Networks = NewNetworks(netip.MustParsePrefix("10.1.0.0/16"))
	want := Policy{
		Version: 7,
		Organisation: Rules{
			Scopes: signaling.Scopes{signaling.ScopeView, signaling.ScopeControl}, Recording: RecordingRequired,
			RecordingPausable: true, RecordingCopy: signaling.CopyNone, RecordingSlow: signaling.SlowKeep, RetentionDays: 30,
			LongestSession: 2 * time.Hour, ConfirmEvery: 10 * time.Minute, Idle: 15 * time.Minute,
			Networks:    NewNetworks(netip.MustParsePrefix("2001:db8::/32"), netip.MustParsePrefix("10.0.0.0/8")),
			VerifyWords: WordsRequired, SecondFactor: FactorRequired,
		},
		Groups: map[string]Rules{"first.line": first, "second-line": Loosest()},
	}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("Parse: %v\n%s", err, diff)
	}
}

func TestWhatIsLeftOutIsTheDefault(t *testing.T) {
	for _, text := range []string{`{}`, `{"organisation": {}}`, `{"organisation": {"longestSession": 0, "networks": []}, "groups": {}}`} {
		got, err := Parse([]byte(text))
		if diff := cmp.Diff(Default(), got.Organisation); err != nil || diff != "" || len(got.Groups) != 0 {
			t.Errorf("%s: %v\n%s", text, err, diff)
		}
	}
}

func TestPoliciesThatAreRefused(t *testing.T) {
	many := `"a0": {}`
	for i := range maxGroups {
		many += `, "b` + strings.Repeat("x", i%20) + string(rune('a'+i/20)) + `": {}`
	}
	for name, c := range map[string]struct{ text, want string }{
		"nothing":              {``, "EOF"},
		"cut short":            {`{"organisation": {`, "EOF"},
		"a list":               {`[]`, "array"},
		"two values":           {`{} {}`, "more than one value"},
		"garbage after it":     {`{} x`, "more than one value"},
		"unknown field":        {`{"organization": {}}`, `"organization"`},
		"unknown rule":         {`{"organisation": {"recordings": "off"}}`, `"recordings"`},
		"unknown rule, group":  {`{"groups": {"a": {"silent": true}}}`, `"silent"`},
		"twice":                {`{"organisation": {"scopes": ["view"], "scopes": ["view", "control"]}}`, "organisation.scopes is said twice"},
		"twice, in other case": {`{"organisation": {"scopes": ["view"], "Scopes": ["view", "control"]}}`, "organisation.Scopes is said twice"},
		"a group twice":        {`{"groups": {"a": {"scopes": ["view"]}, "a": {}}}`, "groups.a is said twice"},
		"null":                 {`{"groups": {"a": {"scopes": null}}}`, "groups.a.scopes: null"},
		"wrong type":           {`{"organisation": {"scopes": "view"}}`, "organisation.scopes: a string"},
		"half a second":        {`{"organisation": {"idle": 90.5}}`, "organisation.idle: a number 90.5"},
		"negative version":     {`{"version": -1}`, "version: -1"},
		"unknown scope":        {`{"organisation": {"scopes": ["view", "shell"]}}`, `organisation.scopes: there is no scope "shell"`},
		"no view":              {`{"organisation": {"scopes": ["control"]}}`, "organisation.scopes: view is missing"},
		"no scope":             {`{"groups": {"a": {"scopes": []}}}`, "groups.a.scopes: view is missing"},
		"recording":            {`{"organisation": {"recording": "never"}}`, `organisation.recording: there is no "never"`},
		"a copy":               {`{"organisation": {"recordingCopy": "film"}}`, `organisation.recordingCopy: there is no "film"`},
		"slow":                 {`{"organisation": {"recordingSlow": "drop"}}`, `organisation.recordingSlow: there is no "drop"`},
		"pausable":             {`{"organisation": {"recordingPausable": "yes"}}`, "organisation.recordingPausable: a string"},
		"kept for no day":      {`{"organisation": {"retentionDays": 0}}`, "organisation.retentionDays: 0 days"},
		"kept for ever":        {`{"groups": {"a": {"retentionDays": 3651}}}`, "groups.a.retentionDays: 3651 days"},
		"words":                {`{"organisation": {"verifyWords": "yes"}}`, `organisation.verifyWords: there is no "yes"`},
		"factor":               {`{"organisation": {"secondFactor": "none"}}`, `organisation.secondFactor: there is no "none"`},
		"too short a session":  {`{"organisation": {"longestSession": 59}}`, "organisation.longestSession: 59 seconds"},
		"too long a session":   {`{"organisation": {"longestSession": 86401}}`, "organisation.longestSession: 86401 seconds"},
		"a negative session":   {`{"organisation": {"longestSession": -1}}`, "organisation.longestSession: -1 seconds"},
		"never confirmed":      {`{"organisation": {"confirmEvery": 0}}`, "organisation.confirmEvery: 0 seconds"},
		"confirmed too late":   {`{"organisation": {"confirmEvery": 28801}}`, "organisation.confirmEvery: 28801 seconds"},
		"idle for moments":     {`{"organisation": {"idle": 299}}`, "organisation.idle: 299 seconds"},
		"never idle":           {`{"organisation": {"idle": 0}}`, "organisation.idle: 0 seconds"},
		"idle for days":        {`{"organisation": {"idle": 9223372036854775807}}`, "organisation.idle: 9223372036854775807 seconds"},
		"an address":           {`{"organisation": {"networks": ["10.0.0.1"]}}`, `organisation.networks: "10.0.0.1" is no network`},
		"a mapped network":     {`{"organisation": {"networks": ["::ffff:10.0.0.0/104"]}}`, "is no network"},
		"bits after the prefix": {
			`{"organisation": {"networks": ["10.0.0.1/8"]}}`, "organisation.networks: 10.0.0.1/8 has bits after its prefix",
		},
		"too many networks": {
			`{"organisation": {"networks": [` + strings.Repeat(`"10.0.0.0/8",`, maxNetworks) + `"10.0.0.0/8"]}}`, "organisation.networks: 65 are too many",
		},
		"too many groups": {`{"groups": {` + many + `}}`, "groups: 65 are too many"},
		"a group's name":  {`{"groups": {"First Line": {}}}`, `groups: "First Line" cannot be`},
		"no group's name": {`{"groups": {"": {}}}`, `groups: "" cannot be`},
		"a group's recording": {
			`{"organisation": {"recording": "off"}, "groups": {"a": {"recording": "required"}}}`, `groups.a.recording: "required" contradicts`,
		},
		"a group's networks": {
			`{"organisation": {"networks": ["10.0.0.0/8"]}, "groups": {"a": {"networks": ["192.0.2.0/24"]}}}`, "groups.a.networks: none of them",
		},
		"enormous": {`{"organisation": {}` + strings.Repeat(" ", MaxSize) + `}`, "too long"},
		"deep":     {strings.Repeat("[", MaxSize/2) + strings.Repeat("]", MaxSize/2), "max depth"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Parse([]byte(c.text))
			if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") || problem.Hint(err) == "" {
				t.Errorf("Parse = %v, hint %q, want %q", err, problem.Hint(err), c.want)
			}
		})
	}
}

func TestPoliciesComeBackAsTheyWere(t *testing.T) {
	if err := quick.Check(func(organisation, a, b Rules) bool {
		organisation.ConfirmEvery, organisation.Idle = max(organisation.ConfirmEvery, time.Minute), max(organisation.Idle, time.Hour)
		organisation.RetentionDays = max(organisation.RetentionDays, 1)
		p := Policy{Version: 3, Organisation: organisation, Groups: map[string]Rules{"a": a, "b": b}}
		text, err := json.Marshal(p)
		if err != nil || p.validate() != nil {
			return err == nil // a contradiction, which Parse refuses
		}
		got, err := Parse(text)
		if diff := cmp.Diff(p, got); err != nil || diff != "" {
			t.Logf("%s: %v\n%s", text, err, diff)
			return false
		}
		return true
	}, &quick.Config{MaxCount: 2000}); err != nil {
		t.Error(err)
	}
}

func TestNewIsWrittenInFull(t *testing.T) {
	text, err := json.Marshal(New())
	if err != nil {
		t.Fatal(err)
	}
	scopes, err := json.Marshal(signaling.AllScopes())
	if err != nil {
		t.Fatal(err)
	}
	want := `{"version":1,"organisation":{"scopes":` + string(scopes) + `,"recording":"optional","recordingPausable":false,` +
		`"recordingCopy":"summary","recordingSlow":"shrink","retentionDays":180,"longestSession":0,` +
		`"confirmEvery":1800,"networks":[],"idle":7200,"verifyWords":"offered","secondFactor":"optional"},"groups":{}}`
	if string(text) != want {
		t.Errorf("got  %s\nwant %s", text, want)
	}
	rules, err := json.Marshal(Default())
	if err != nil || !strings.Contains(want, string(rules)) {
		t.Errorf("rules alone: %s, %v", rules, err)
	}
}

func TestHasGroup(t *testing.T) {
	p := Policy{Groups: map[string]Rules{"a": Loosest()}}
	for group, want := range map[string]bool{"": true, "a": true, "b": false, "A": false} {
		if p.HasGroup(group) != want {
			t.Errorf("HasGroup(%q) is not %v", group, want)
		}
	}
}

// The document describes every rule, and its example is a policy.
func TestTheDocumentDescribesEveryRule(t *testing.T) {
	doc := read(t, "POLICY.md")
	for _, name := range []string{"scopes", "recording", "recordingPausable", "recordingCopy", "recordingSlow", "retentionDays", "longestSession", "confirmEvery", "networks", "idle", "verifyWords", "secondFactor"} {
		if !strings.Contains(doc, "| `"+name+"` |") {
			t.Errorf("%s has no row", name)
		}
	}
	for _, s := range signaling.AllScopes() {
		if !strings.Contains(doc, "`"+string(s)+"`") {
			t.Errorf("scope %s is not named", s)
		}
	}
	_, rest, _ := strings.Cut(doc, "```json\n")
	example, _, found := strings.Cut(rest, "```")
	p, err := Parse([]byte(example))
	if err != nil || !found || len(p.Groups) != 2 {
		t.Fatalf("the example: %v", err)
	}
	if !slices.Equal(p.Effective("first-line").Scopes, []signaling.Scope{signaling.ScopeView}) {
		t.Errorf("the example allows the first line %v", p.Effective("first-line").Scopes)
	}
}
