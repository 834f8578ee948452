package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/lendhand/lendhand/signaling/problem"
)

// audited makes a data folder in which some accounts were made.
func audited(t *testing.T) (dir string) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "data")
	for _, name := range []string{"ines", "aki", "kim"} {
		if code, _, errs := call(t, "", "user", "--data", dir, "add", name, "--role", "auditor", "--generate"); code != 0 {
			t.Fatal(errs)
		}
	}
	return dir
}

func TestAuditFromTheCommandLine(t *testing.T) {
	dir := audited(t)
	at := func(name string) string { return filepath.Join(filepath.Dir(dir), name) }
	_, key, _ := call(t, "", "audit", "--data", dir, "key")
	key = strings.TrimSpace(key)
	_, older, _ := call(t, "", "audit", "--data", dir, "checkpoint")
	write := func(name, text string) {
		if err := os.WriteFile(at(name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("older", older)
	if code, _, errs := call(t, "", "audit", "--data", dir, "export", at("short")); code != 0 {
		t.Fatal(errs)
	}
	if code, _, errs := call(t, "", "user", "--data", dir, "disable", "kim"); code != 0 {
		t.Fatal(errs)
	}
	_, newer, _ := call(t, "", "audit", "--data", dir, "checkpoint")
	write("newer", newer)
	_, whole, _ := call(t, "", "audit", "--data", dir, "export", "-")
	write("whole", whole)
	write("changed", strings.Replace(whole, `"kind":"account_created"`, `"kind":"account_changed"`, 1))
	write("foreign", strings.Replace(older, "lendhand/audit/", "lendhand/other/", 2))

	elsewhere := t.TempDir() // verification needs no relay
	for name, c := range map[string]struct {
		args []string
		code int
		want string
	}{
		"the folder":                        {[]string{"--data", dir, "verify"}, 0, "events 1 to 4 are as they were signed"},
		"the folder, against an older":      {[]string{"--data", dir, "verify", "--against", at("older"), "--against", at("short")}, 0, "events 1 to 4"},
		"a file":                            {[]string{"--data", elsewhere, "verify", at("whole"), "--key", key}, 0, "events 1 to 4 are as they were signed"},
		"a file that says its key":          {[]string{"--data", elsewhere, "verify", at("whole")}, 0, "The key came from the file itself"},
		"a changed file":                    {[]string{"--data", elsewhere, "verify", at("changed"), "--key", key}, 1, "error: event 1 (account_changed) was changed"},
		"a short file":                      {[]string{"--data", elsewhere, "verify", at("short"), "--key", key}, 0, "events 1 to 3"},
		"a short file, against a newer":     {[]string{"--data", elsewhere, "verify", at("short"), "--key", key, "--against", at("newer")}, 1, "error: event 4 is missing, and all after it up to 4: the trail was cut"},
		"another key":                       {[]string{"--data", elsewhere, "verify", at("whole"), "--key", otherKey}, 1, "error: event 1 (account_created) is covered by a checkpoint that the key has not signed"},
		"no key":                            {[]string{"--data", elsewhere, "verify", at("whole"), "--key", "x"}, 2, "error: read a verifier key"},
		"a checkpoint of another":           {[]string{"--data", dir, "verify", "--against", at("foreign")}, 1, "not a checkpoint of this trail"},
		"no such file":                      {[]string{"--data", elsewhere, "verify", at("none")}, 1, "error: open"},
		"no export":                         {[]string{"--data", elsewhere, "verify", at("older")}, 1, "error: not an exported audit trail"},
		"no folder":                         {[]string{"--data", elsewhere, "verify"}, 1, "error: data folder"},
		"list":                              {[]string{"--data", dir, "list"}, 0, `account_created  by "command line"`},
		"list of a kind":                    {[]string{"--data", dir, "list", "--kind", "account_changed", "--since", "1h"}, 0, "4  "},
		"list names accounts":               {[]string{"--data", dir, "list"}, 0, " (ines)  group="},
		"list of an account":                {[]string{"--data", dir, "list", "--actor", "aki"}, 0, "2  "},
		"list of a kind that is none":       {[]string{"--data", dir, "list", "--kind", "nonsense"}, 0, "note: no event"},
		"list since tomorrow":               {[]string{"--data", dir, "list", "--since", time.Now().AddDate(0, 0, 2).Format(time.DateOnly)}, 0, "note: no event"},
		"list since nonsense":               {[]string{"--data", dir, "list", "--since", "yesterday"}, 2, "error: since"},
		"export over a file that exists":    {[]string{"--data", dir, "export", at("older")}, 1, "error: open"},
		"export from the future":            {[]string{"--data", dir, "export", "-", "--from", "9"}, 1, "error: there is no event 9"},
		"export from elsewhere":             {[]string{"--data", elsewhere, "export", "-"}, 1, "error: data folder"},
		"no checkpoint of another's folder": {[]string{"--data", elsewhere, "checkpoint"}, 1, "error: open the audit trail"},
	} {
		code, out, errs := call(t, "", append([]string{"audit"}, c.args...)...)
		if code != c.code || !strings.Contains(out+errs, c.want) {
			t.Errorf("%s: code %d\n%s%s", name, code, out, errs)
		}
		if code != problem.ExitOK && (!strings.Contains(errs, "\nhint: ") || out != "") {
			t.Errorf("%s: an error without a hint:\n%s%s", name, out, errs)
		}
	}
}

// otherKey is one that nobody has.
const otherKey = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"

func TestAPartIsExported(t *testing.T) {
	dir := audited(t)
	code, out, errs := call(t, "", "audit", "--data", dir, "export", "-", "--from", "3")
	if code != 0 || strings.Contains(out, `{"n":2,`) || !strings.Contains(out, `{"n":3,`) {
		t.Errorf("code %d\n%s%s", code, out, errs)
	}
	if code, report, errs := call(t, out, "audit", "verify", "-", "--data", dir); code != 0 || !strings.Contains(report, "events 3 to 3 are") {
		t.Errorf("code %d\n%s%s", code, report, errs)
	}
}

func TestAnAuditKeyThatOthersCanRead(t *testing.T) {
	dir := audited(t)
	key := filepath.Join(dir, "keys", "audit.key")
	if info, err := os.Stat(key); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	if err := os.Chmod(key, 0o640); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"audit", "key"}, {"audit", "verify"}, {"user", "disable", "kim"}} {
		if code, _, errs := call(t, "", append(args, "--data", dir)...); code != 1 || !strings.Contains(errs, "others can read it") {
			t.Errorf("%v: code %d\n%s", args, code, errs)
		}
	}
}
