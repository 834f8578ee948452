package main

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/lendhand/lendhand/signaling/problem"
)

// call runs the program in this process.
func call(t *testing.T, in string, args ...string) (code int, out, errs string) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	code = run(&world{ctx: t.Context(), in: strings.NewReader(in), out: &stdout, errors: &stderr, version: "v1"}, args)
	return code, stdout.String(), stderr.String()
}

func TestAccountsFromTheCommandLine(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	if code, _, errs := call(t, `{"version": 1, "groups": {"night": {}}}`, "policy", "set", "-", "--data", dir); code != problem.ExitOK {
		t.Fatalf("policy set: code %d\n%s", code, errs)
	}
	for _, step := range []struct {
		in   string
		args []string
		code int
		want string
	}{
		{"correct horse\n", []string{"add", "ines", "--role", "technician", "--display-name", "Ines Okafor"}, 0, "created ines (technician)"},
		{"correct horse\r\n", []string{"add", "aki", "--role", "auditor", "--role", "admin"}, 0, "created aki (auditor, admin)"},
		{"correct horse", []string{"add", "ines", "--role", "auditor"}, 1, "error: an account of this name exists: ines"},
		{"short\n", []string{"add", "kim", "--role", "auditor"}, 1, "error: that password is too short"},
		{"", []string{"add", "kim", "--role", "auditor"}, 1, "error: read the password: nothing came"},
		{"", []string{"add", "kim", "--role", "auditor", "--generate"}, 0, "Password: "},
		{"another horse by the river\n", []string{"passwd", "ines"}, 0, "ines has a new password"},
		{"another horse\n", []string{"passwd", "nobody"}, 1, "error: no such account"},
		{"", []string{"disable", "aki"}, 0, "aki is disabled"},
		{"", []string{"disable", "nobody"}, 1, "error: no such account"},
		{"", []string{"add", "lee", "--role", "admin", "--link", "--group", "nihgt"}, 1, `error: the policy has no group "nihgt"`},
		{"", []string{"add", "lee", "--role", "admin", "--link", "--group", "night", "--public-url", "https://help.example"}, 0, "https://help.example/welcome#"},
		{"", []string{"add", "lee", "--role", "admin", "--link"}, 1, "error: an account of this name exists: lee"},
		{"", []string{"add", "max", "--role", "admin", "--link", "--generate"}, 2, "error: "},
		{"", []string{"link", "ines"}, 0, "https://localhost:8443/welcome#"},
		{"", []string{"link", "ines", "--listen", ":443"}, 0, "https://localhost:443/welcome#"},
		{"", []string{"link", "ines", "--listen", "here"}, 2, "error: listen"},
		{"", []string{"link", "nobody"}, 1, "error: no such account"},
		{"", []string{"link", "aki"}, 1, "error: this account is disabled"},
		{"", []string{"factors", "remove", "ines"}, 0, "ines had no second factor, and"},
		{"", []string{"factors", "remove", "nobody"}, 1, "error: no such account"},
		{"password123\n", []string{"add", "kim2", "--role", "auditor"}, 1, "error: that password is easy to guess"},
		{"", []string{"list"}, 0, "invited"},
		{"", []string{"list"}, 0, "night"},
		{"", []string{"list"}, 0, "Ines Okafor"},
		{"", []string{"list"}, 0, "disabled"},
		{"x\n", []string{"add", "kim"}, 2, "error: missing flags: --role"},
		{"x\n", []string{"add", "kim", "--role", "root"}, 2, "error: --role must be one of"},
	} {
		code, out, errs := call(t, step.in, append([]string{"user", "--data", dir}, step.args...)...)
		if code != step.code || !strings.Contains(out+errs, step.want) {
			t.Errorf("user %v: code %d\n%s%s", step.args, code, out, errs)
		}
		if step.code != problem.ExitOK && (!strings.Contains(errs, "\nhint: ") || out != "") {
			t.Errorf("user %v: an error without a hint:\n%s%s", step.args, out, errs)
		}
		if strings.Contains(out+errs, "horse") {
			t.Errorf("user %v shows the password:\n%s%s", step.args, out, errs)
		}
	}
}

func TestWrongCalls(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "config.json")
	if err := os.WriteFile(file, []byte(`{"lisen": ":1"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	named := t.TempDir()
	if err := os.WriteFile(filepath.Join(named, "config.json"), []byte(`{"listen": "here"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		args []string
		code int
		want string
	}{
		"no command":      {nil, problem.ExitMisuse, "expected one of"},
		"unknown command": {[]string{"fly"}, problem.ExitMisuse, "fly"},
		"unknown flag":    {[]string{"serve", "--fly"}, problem.ExitMisuse, "--fly"},
		"unknown key":     {[]string{"serve", "--data", dir}, problem.ExitMisuse, `"lisen"`},
		"public URL":      {[]string{"serve", "--data", t.TempDir(), "--public-url", "http://help.example"}, problem.ExitMisuse, "public-url"},
		"listen":          {[]string{"serve", "--data", t.TempDir(), "--listen", "here"}, problem.ExitMisuse, "listen"},
		"no certificate":  {[]string{"serve", "--data", t.TempDir(), "--tls", "files"}, problem.ExitMisuse, "--tls-cert"},
		"its file":        {[]string{"doctor", "--data", named}, problem.ExitMisuse, filepath.Join(named, "config.json")},
		"a forged line":   {[]string{"fly\nerror: \x1b[2J"}, problem.ExitMisuse, "error: "},
	} {
		code, out, errs := call(t, "", c.args...)
		if code != c.code || !strings.Contains(errs, c.want) || !strings.Contains(errs, "\nhint: ") || out != "" {
			t.Errorf("%s: code %d\n%s%s", name, code, out, errs)
		}
		if strings.Count(errs, "\n") != 2 || strings.Contains(errs, "\x1b") {
			t.Errorf("%s: not two safe lines: %q", name, errs)
		}
	}
}

func TestDoctorAndVersion(t *testing.T) {
	dir := t.TempDir()
	if code, out, errs := call(t, "", "doctor", "--data", dir, "--listen", "127.0.0.1:0"); code != problem.ExitOK || !strings.Contains(out, "data folder") {
		t.Errorf("doctor: code %d\n%s%s", code, out, errs)
	}
	if err := os.WriteFile(filepath.Join(dir, "lendhand.db"), bytes.Repeat([]byte("no database "), 500), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, out, errs := call(t, "", "doctor", "--data", dir, "--listen", "127.0.0.1:0"); code != problem.ExitFailure || !strings.Contains(out, "FAIL  database") || !strings.Contains(errs, "hint: ") {
		t.Errorf("doctor: code %d\n%s%s", code, out, errs)
	}
	if code, out, _ := call(t, "", "version"); code != problem.ExitOK || out != "lendhand-relay v1\n" {
		t.Errorf("version: code %d, %q", code, out)
	}
}

func TestReadPassword(t *testing.T) {
	for in, want := range map[string]string{"a b c\n": "a b c", "x\r\n": "x", "x": "x", " x \nrest\n": " x "} {
		if got, err := readPassword(strings.NewReader(in), &bytes.Buffer{}); err != nil || got != want {
			t.Errorf("readPassword(%q) = %q, %v", in, got, err)
		}
	}
	if _, err := readPassword(strings.NewReader("\n"), &bytes.Buffer{}); !errors.Is(err, errNoLine) {
		t.Errorf("an empty line: %v", err)
	}
}
