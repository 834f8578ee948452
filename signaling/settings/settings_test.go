package settings_test

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
	"github.com/google/go-cmp/cmp"

	"github.com/lendhand/lendhand/signaling/problem"
	"github.com/lendhand/lendhand/signaling/settings"
)

// program is a command line like the relay's and the host's.
type program struct {
	Data   string `default:"/nowhere"`
	Config string
	Serve  struct {
		Listen string `default:":8443"`
		Kind   string `enum:"small,large" default:"small"`
		Loud   bool
		Most   int                `default:"1"`
		Ports  settings.PortRange `default:"40000-40100"`
		Relay  settings.Address
	} `cmd:""`
	Add struct {
		Role string `env:"-"`
	} `cmd:""`
}

func parse(source settings.Source, args ...string) (*program, *settings.Call, error) {
	var p program
	call, err := settings.Parse(&p, args, source, kong.Name("it"), kong.Writers(io.Discard, io.Discard))
	return &p, call, err
}

func write(t *testing.T, content string) (dir, path string) {
	t.Helper()
	dir = t.TempDir()
	path = filepath.Join(dir, "config.json")
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return dir, path
}

var inData = settings.Source{File: "config.json", Folder: "data", Example: `{"listen": ":1"}`}

func TestWhichPlaceWins(t *testing.T) {
	for name, c := range map[string]struct {
		flag, env, file bool
		want            string
	}{
		"default":     {false, false, false, ":8443"},
		"file":        {false, false, true, ":3"},
		"environment": {false, true, true, ":2"},
		"flag":        {true, true, true, ":1"},
	} {
		t.Run(name, func(t *testing.T) {
			args := []string{"serve", "--data", t.TempDir()}
			if c.file {
				args[2], _ = write(t, `{"listen": ":3", "kind": "large", "loud": true, "most": 7, "ports": "50000-50001"}`)
			}
			if c.flag {
				args = append(args, "--listen", ":1")
			}
			if c.env {
				t.Setenv("LENDHAND_LISTEN", ":2")
			}
			p, _, err := parse(inData, args...)
			if err != nil || p.Serve.Listen != c.want {
				t.Fatalf("listen = %q, %v, want %q", p.Serve.Listen, err, c.want)
			}
			want := "small false 1 {40000 40100}"
			if c.file {
				want = "large true 7 {50000 50001}"
			}
			if d := cmp.Diff(want, fmt.Sprint(p.Serve.Kind, " ", p.Serve.Loud, p.Serve.Most, p.Serve.Ports)); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestWhichFileIsRead(t *testing.T) {
	dir, whole := write(t, `{"listen": "default"}`)
	_, other := write(t, `{"listen": "other"}`)
	wholePath := settings.Source{File: whole}
	for name, c := range map[string]struct {
		source settings.Source
		args   []string
		env    map[string]string
		want   string
	}{
		"in the folder of a flag":     {inData, []string{"--data", dir}, nil, "default"},
		"in the folder of a variable": {inData, nil, map[string]string{"LENDHAND_DATA": dir}, "default"},
		"by its whole path":           {wholePath, nil, nil, "default"},
		"named by a flag":             {wholePath, []string{"--config", other}, nil, "other"},
		"named by a variable":         {wholePath, nil, map[string]string{"LENDHAND_CONFIG": other}, "other"},
		"none":                        {settings.Source{}, nil, nil, ":8443"},
		"one that is not there":       {inData, []string{"--data", filepath.Join(dir, "none")}, nil, ":8443"},
		"a folder that is a file":     {inData, []string{"--data", whole}, nil, ":8443"},
	} {
		t.Run(name, func(t *testing.T) {
			for name, value := range c.env {
				t.Setenv(name, value)
			}
			p, _, err := parse(c.source, append([]string{"serve"}, c.args...)...)
			if err != nil || p.Serve.Listen != c.want {
				t.Errorf("listen = %q, %v, want %q", p.Serve.Listen, err, c.want)
			}
		})
	}
	if _, _, err := parse(inData, "add", "--data", dir); err != nil {
		t.Errorf("a command without the flag: %v", err)
	}
}

func TestFilesThatAreRefused(t *testing.T) {
	for name, c := range map[string]struct {
		content, want, hint string
		is                  error
	}{
		"unknown keys":    {`{"listen": ":3", "lisen": ":3", "Listen": ":3"}`, `["Listen" "lisen"]`, "[data kind listen loud most ports relay]", settings.ErrUnknownKey},
		"a call's own":    {`{"role": "admin"}`, `["role"]`, "named like the flags", settings.ErrUnknownKey},
		"another file":    {`{"config": "/x"}`, `["config"]`, "named like the flags", settings.ErrUnknownKey},
		"nothing":         {``, "not a JSON object", `{"listen": ":1"}`, nil},
		"not JSON":        {`listen = :3`, "not a JSON object", `{"listen": ":1"}`, nil},
		"half of it":      {`{"listen"`, "not a JSON object", `{"listen": ":1"}`, nil},
		"something more":  {`{"listen": ":3"} {"most": 2}`, "not a JSON object", `{"listen": ":1"}`, nil},
		"a list":          {`[]`, "not a JSON object", `{"listen": ":1"}`, nil},
		"a nested object": {`{"listen": {"port": 3}}`, `"listen" is not a text`, "of the flags", nil},
		"null":            {`{"listen": null}`, `"listen" is not a text`, "of the flags", nil},
		"another folder":  {`{"data": "/elsewhere"}`, `cannot move the folder that it is in with "data"`, "use --data", nil},
		"too much":        {`{"listen": "` + strings.Repeat("x", 1<<20) + `"}`, "longer than 1048576 bytes", "--config", settings.ErrTooLong},
	} {
		t.Run(name, func(t *testing.T) {
			dir, path := write(t, c.content)
			_, _, err := parse(inData, "serve", "--data", dir)
			want := "configuration file " + path + ": "
			if err == nil || !strings.HasPrefix(err.Error(), want) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("Parse = %v, want %s… %s", err, want, c.want)
			}
			if c.is != nil && !errors.Is(err, c.is) {
				t.Errorf("%v is not %v", err, c.is)
			}
			if !strings.Contains(problem.Hint(err), c.hint) || !problem.IsMisuse(err) {
				t.Errorf("hint %q, wrong use: %v", problem.Hint(err), problem.IsMisuse(err))
			}
		})
	}
}

// A file that was named is not looked past.
func TestNamedFilesThatAreRefused(t *testing.T) {
	for name, c := range map[string]struct{ path, want string }{
		"one that is not there": {filepath.Join(t.TempDir(), "none.json"), "no such file"},
		"a folder":              {t.TempDir(), settings.ErrNotAFile.Error()},
		"a device":              {os.DevNull, settings.ErrNotAFile.Error()},
	} {
		t.Run(name, func(t *testing.T) {
			for by, args := range map[string][]string{"--config": {"serve", "--config", c.path}, "LENDHAND_CONFIG": {"serve"}} {
				if by == "LENDHAND_CONFIG" {
					t.Setenv(by, c.path)
				}
				_, _, err := parse(inData, args...)
				want := fmt.Sprintf("configuration file %s (named by %s): %s", c.path, by, c.want)
				if err == nil || !strings.HasPrefix(err.Error(), want) || problem.Hint(err) == "" || !problem.IsMisuse(err) {
					t.Errorf("Parse = %v, want %s", err, want)
				}
			}
		})
	}
}

// What a wrong value in a file leads to names the file.
func TestValuesThatAreRefused(t *testing.T) {
	for name, c := range map[string]struct{ args, env, file, want string }{
		"a flag":                     {args: "--most=many", want: "--most"},
		"a flag that there is not":   {args: "--fly", want: "unknown flag --fly"},
		"a variable":                 {env: "many", want: `from envar LENDHAND_MOST="many"`},
		"one of a few in the file":   {file: `{"kind": "magic"}`, want: "must be one of"},
		"a number in the file":       {file: `{"most": 1.5}`, want: "1.5"},
		"a range in the file":        {file: `{"ports": "9-1"}`, want: "not a range of ports"},
		"an address in the file":     {file: `{"relay": "http://x"}`, want: "not the address of a relay"},
		"a flag, beside a good file": {args: "--most=many", file: `{"most": 2}`, want: "--most"},
	} {
		t.Run(name, func(t *testing.T) {
			args := []string{"serve", "--data", t.TempDir()}
			if c.file != "" {
				args[2], _ = write(t, c.file)
			}
			if c.args != "" {
				args = append(args, c.args)
			}
			if c.env != "" {
				t.Setenv("LENDHAND_MOST", c.env)
			}
			_, _, err := parse(inData, args...)
			if err == nil || !strings.Contains(err.Error(), c.want) || !problem.IsMisuse(err) || problem.Hint(err) == "" {
				t.Errorf("Parse = %v, hint %q", err, problem.Hint(err))
			}
			names := strings.Contains(problem.Hint(err), filepath.Join(args[2], "config.json"))
			if want := c.file != "" && c.args == ""; names != want {
				t.Errorf("the hint names the file: %v, want %v: %q", names, want, problem.Hint(err))
			}
		})
	}
}

func TestExplain(t *testing.T) {
	dir, path := write(t, `{"listen": ":3"}`)
	_, fromFile, err := parse(inData, "serve", "--data", dir)
	if err != nil {
		t.Fatal(err)
	}
	_, without, err := parse(inData, "serve")
	if err != nil {
		t.Fatal(err)
	}
	failure, wrong := problem.New("x", "Do."), problem.Misuse(problem.New("x", "Do."))
	for _, c := range []struct {
		call *settings.Call
		err  error
		want string
	}{
		{fromFile, nil, ""},
		{fromFile, failure, "Do."},
		{without, wrong, "Do."},
		{fromFile, wrong, "Do. Settings come from the configuration file " + path + " too."},
	} {
		if got := c.call.Explain(c.err); problem.Hint(got) != c.want || !errors.Is(got, c.err) {
			t.Errorf("Explain(%v) = %v, hint %q", c.err, got, problem.Hint(got))
		}
	}
}
