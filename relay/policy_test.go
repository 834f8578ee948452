package main

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lendhand/lendhand/relay/internal/audit"
	"github.com/lendhand/lendhand/relay/internal/policy"
	"github.com/lendhand/lendhand/relay/internal/store"
	"github.com/lendhand/lendhand/signaling/problem"
)

func TestPolicyFromTheCommandLine(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(t.TempDir(), "policy.json")
	if err := os.WriteFile(file, []byte(`{"organisation": {"idle": 600}, "groups": {"night": {"idle": 300}}}`), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct {
		in   string
		args []string
		code int
		want string
	}{
		{"", []string{"show"}, 0, `"version": 1,`},
		{"", []string{"set", file}, 0, "policy 2 is in force\n"},
		{"", []string{"show"}, 0, `"idle": 300`},
		{"", []string{"show", "--group", "night"}, 0, `"confirmEvery": 1800`},
		{"", []string{"show", "--group", "day"}, 1, `error: the policy has no group "day"`},
		{`{"version": 1}`, []string{"set", "-"}, 1, "error: save policy: the policy was changed in the meantime"},
		{`{"version": 2, "organisation": {"secondFactor": "required"}}`, []string{"set", "-"}, 0, "policy 3 is in force\n"},
		{`{}`, []string{"set", "-"}, 0, "policy 4 is in force\n"},
		{"", []string{"show", "--group", "night"}, 1, `error: the policy has no group "night"`},
		{`{"organisation": {"idle": 5}}`, []string{"set", "-"}, 1, "error: organisation.idle: 5 seconds"},
		{`{"organisation": {"spy": true}}`, []string{"set", "-"}, 1, `"spy"`},
		{`{}` + strings.Repeat(" ", policy.MaxSize), []string{"set", "-"}, 1, "error: the policy is too long"},
		{"", []string{"set", filepath.Join(dir, "nothing.json")}, 1, "error: read the policy: open "},
		{"", []string{"set"}, 2, "error: expected"},
		{"", []string{"show"}, 0, `"version": 4,`},
	} {
		code, out, errs := call(t, step.in, append([]string{"policy", "--data", dir}, step.args...)...)
		if code != step.code || !strings.Contains(out+errs, step.want) {
			t.Errorf("policy %v: code %d\n%s%s", step.args, code, out, errs)
		}
		if step.code != problem.ExitOK && (!strings.Contains(errs, "\nhint: ") || out != "") {
			t.Errorf("policy %v: an error without a hint:\n%s%s", step.args, out, errs)
		}
	}
}

func TestPolicyChangesAreOnTheTrail(t *testing.T) {
	dir := t.TempDir()
	for _, text := range []string{`{"organisation": {"idle": 600}}`, `{"organisation": {"idle": 1}}`} {
		call(t, text, "policy", "set", "-", "--data", dir)
	}
	db, err := store.Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	lines, err := db.AuditLines(t.Context(), audit.Query{Kind: audit.PolicyChanged, Limit: 10})
	if err := errors.Join(err, db.Close()); err != nil || len(lines) != 1 {
		t.Fatalf("lines %q, %v", lines, err)
	}
	e, err := audit.ParseLine(lines[0])
	if err != nil || e.Actor != audit.ActorCommandLine || e.Detail["version"] != "2" || !strings.Contains(e.Detail["policy"], `"idle":600`) || len(e.Detail["sha256"]) != 64 {
		t.Errorf("event %+v, %v", e, err)
	}
}

// What show prints can be given to set, and its version guards against others.
func TestPolicyShownCanBeSet(t *testing.T) {
	dir := t.TempDir()
	given := `{"organisation": {"networks": ["10.0.0.0/8"], "longestSession": 3600}, "groups": {"a": {"scopes": ["view"]}}}`
	if code, _, errs := call(t, given, "policy", "set", "-", "--data", dir); code != 0 {
		t.Fatal(errs)
	}
	_, shown, _ := call(t, "", "policy", "show", "--data", dir)
	if code, _, errs := call(t, shown, "policy", "set", "-", "--data", dir); code != 0 {
		t.Fatal(errs)
	}
	_, again, _ := call(t, "", "policy", "show", "--data", dir)
	if diff := cmp.Diff(strings.Replace(shown, `"version": 2`, `"version": 3`, 1), again); diff != "" {
		t.Error(diff)
	}
	if code, _, errs := call(t, shown, "policy", "set", "-", "--data", dir); code != 1 || !strings.Contains(errs, "changed in the meantime") {
		t.Errorf("the same a second time: %s", errs)
	}
	_, night, _ := call(t, "", "policy", "show", "--group", "a", "--data", dir)
	var rules struct{ Scopes, Networks []string }
	if err := json.Unmarshal([]byte(night), &rules); err != nil || !cmp.Equal(rules.Scopes, []string{"view"}) || !cmp.Equal(rules.Networks, []string{"10.0.0.0/8"}) {
		t.Errorf("rules of the group: %v\n%s", err, night)
	}
}
