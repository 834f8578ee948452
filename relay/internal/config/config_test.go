package config_test

import (
	"io"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/lendhand/lendhand/relay/internal/config"
	"github.com/lendhand/lendhand/relay/internal/recordstore/s3"
	"github.com/lendhand/lendhand/signaling/problem"
	"github.com/lendhand/lendhand/signaling/settings"
)

// program is a command line like the relay's.
type program struct {
	config.Common
	Serve struct {
		config.Settings
	} `cmd:""`
	Add struct {
		Role string `env:"-"`
	} `cmd:""`
}

func parse(t *testing.T, args ...string) (program, error) {
	t.Helper()
	var p program
	_, err := config.Parse(&p, args, kong.Writers(io.Discard, io.Discard), kong.Exit(func(int) {}))
	return p, err
}

func writeFile(t *testing.T, dir, content string) string {
	t.Helper()
	path := filepath.Join(dir, "config.json")
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

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
			dir := t.TempDir()
			args := []string{"serve", "--data", dir}
			if c.flag {
				args = append(args, "--listen", ":1")
			}
			if c.env {
				t.Setenv("LENDHAND_LISTEN", ":2")
			}
			if c.file {
				writeFile(t, dir, `{"listen": ":3", "hosts-per-address": 7, "organisation": "Help"}`)
			}
			p, err := parse(t, args...)
			if err != nil || p.Serve.Listen != c.want {
				t.Errorf("listen = %q, %v, want %q", p.Serve.Listen, err, c.want)
			}
			if c.file && (p.Serve.PerAddress != 7 || p.Serve.Organisation != "Help") {
				t.Errorf("the file was not read: %+v", p.Serve)
			}
		})
	}
}

func TestWhereTheDataIs(t *testing.T) {
	t.Setenv("XDG_STATE_HOME", filepath.Join(t.TempDir(), "state"))
	p, err := parse(t, "serve")
	if err != nil || p.Data != filepath.Join(os.Getenv("XDG_STATE_HOME"), "lendhand") {
		t.Errorf("data = %q, %v", p.Data, err)
	}
	named := writeFile(t, t.TempDir(), `{"data": "/elsewhere"}`)
	if p, err = parse(t, "serve", "--config", named); err != nil || p.Data != "/elsewhere" {
		t.Errorf("data = %q, %v", p.Data, err)
	}
	t.Setenv("LENDHAND_DATA", "/from/environment")
	if p, err = parse(t, "serve"); err != nil || p.Data != "/from/environment" {
		t.Errorf("data = %q, %v", p.Data, err)
	}
}

func TestEveryOtherCommandTakesTheSameFile(t *testing.T) {
	dir := t.TempDir()
	writeFile(t, dir, `{"listen": ":3"}`)
	if _, err := parse(t, "add", "--data", dir, "--role", "x"); err != nil {
		t.Error(err)
	}
}

func TestFilesThatAreRefused(t *testing.T) {
	for name, c := range map[string]struct{ content, want string }{
		"unknown keys":     {`{"lisen": ":3"}`, `["lisen"]`},
		"a call's own":     {`{"role": "admin"}`, `["role"]`},
		"not JSON":         {`listen = :3`, "not a JSON object"},
		"a wrong value":    {`{"tls": "magic"}`, "must be one of"},
		"a wrong number":   {`{"hosts-per-address": 1.5}`, "1.5"},
		"a wrong address":  {`{"public-url": "http://help.example"}`, "--public-url"},
		"privileged ports": {`{"relay-ports": "80-90"}`, "--relay-ports"},
		"another folder":   {`{"data": "/elsewhere"}`, "cannot move the folder"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			writeFile(t, dir, c.content)
			_, err := parse(t, "serve", "--data", dir)
			if err == nil || !strings.Contains(err.Error(), c.want) || !problem.IsMisuse(err) || problem.Hint(err) == "" {
				t.Errorf("Parse = %v, hint %q, want %q", err, problem.Hint(err), c.want)
			}
		})
	}
}

func address(t *testing.T, text string) settings.Address {
	t.Helper()
	a, err := settings.ParseAddress(text)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestWhatSettingsMean(t *testing.T) {
	got, err := config.Settings{
		Listen: "192.0.2.1:443", PublicURL: address(t, "https://Help.Example:443/"), TLS: "files", TLSCert: "c", TLSKey: "k",
		Organisation: "Example Help Desk", RelayIP: "::ffff:192.0.2.1", RelayPorts: settings.PortRange{Min: 50000, Max: 50999}, PerAddress: 5,
	}.Relay("/data")
	want := config.Relay{
		Data: "/data", Listen: "192.0.2.1:443", PublicURL: &url.URL{Scheme: "https", Host: "help.example"},
		TLS: "files", TLSCert: "c", TLSKey: "k", Organisation: "Example Help Desk",
		RelayIP: netip.MustParseAddr("192.0.2.1"), MinPort: 50000, MaxPort: 50999, HostsPerAddress: 5,
		Recordings: config.Recordings{Folder: filepath.Join("/data", "recordings")},
	}
	if diff := cmp.Diff(want, got, cmpopts.EquateComparable(netip.Addr{})); err != nil || diff != "" {
		t.Errorf("Relay: %v\n%s", err, diff)
	}
}

func TestWhereRecordingsAre(t *testing.T) {
	s := config.Settings{Listen: ":8443", TLS: "self-signed", PerAddress: 1}
	s.Place, s.Quota = "s3://bucket/some/prefix/?endpoint=s3.example:9000&region=eu-1&insecure=true", "1.5GB"
	got, err := s.Relay("/data")
	want := config.Recordings{Quota: 1_500_000_000, S3: &s3.Location{
		Endpoint: "s3.example:9000", Bucket: "bucket", Prefix: "some/prefix/", Region: "eu-1", Insecure: true,
	}}
	if diff := cmp.Diff(want, got.Recordings); err != nil || diff != "" {
		t.Errorf("Relay: %v\n%s", err, diff)
	}
	s.Place, s.Quota = "/mnt/recordings", "2 TiB"
	got, err = s.Relay("/data")
	if diff := cmp.Diff(config.Recordings{Quota: 2 << 40, Folder: "/mnt/recordings"}, got.Recordings); err != nil || diff != "" {
		t.Errorf("Relay: %v\n%s", err, diff)
	}
}

func TestSettingsThatAreRefused(t *testing.T) {
	for name, change := range map[string]func(*config.Settings){
		"no port":                  func(s *config.Settings) { s.Listen = "localhost" },
		"a named port":             func(s *config.Settings) { s.Listen = ":https" },
		"a port too high":          func(s *config.Settings) { s.Listen = ":70000" },
		"a name as relay address":  func(s *config.Settings) { s.RelayIP = "help.example" },
		"any address":              func(s *config.Settings) { s.RelayIP = "0.0.0.0" },
		"files without a key":      func(s *config.Settings) { s.TLS, s.TLSCert = "files", "c" },
		"a key without files":      func(s *config.Settings) { s.TLSKey = "k" },
		"acme without a name":      func(s *config.Settings) { s.TLS = "acme" },
		"an organisation reversed": func(s *config.Settings) { s.Organisation = "\u202eHelp" },
		"openid without a client":  func(s *config.Settings) { s.Issuer, s.Roles = "https://id.example", "desk=technician" },
		"openid without roles":     func(s *config.Settings) { s.Issuer, s.Client = "https://id.example", "relay" },
		"openid without TLS": func(s *config.Settings) {
			s.Issuer, s.Client, s.Roles = "http://id.example", "relay", "desk=technician"
		},
		"openid with no such role": func(s *config.Settings) { s.Issuer, s.Client, s.Roles = "https://id.example", "relay", "desk=root" },
		"openid without an issuer": func(s *config.Settings) { s.Client = "relay" },
		"nobody may come":          func(s *config.Settings) { s.PerAddress = 0 },
		"keys in an address":       func(s *config.Settings) { s.Place = "s3://key:secret@bucket" },
		"an unknown storage":       func(s *config.Settings) { s.Place = "gs://bucket" },
		"an unknown parameter":     func(s *config.Settings) { s.Place = "s3://bucket?endpiont=x" },
		"a quota of nothing":       func(s *config.Settings) { s.Quota = "0GB" },
		"a quota of something":     func(s *config.Settings) { s.Quota = "200" },
	} {
		t.Run(name, func(t *testing.T) {
			s := config.Settings{Listen: ":8443", TLS: "self-signed", PerAddress: 1}
			if _, err := s.Relay("/data"); err != nil {
				t.Fatalf("before the change: %v", err)
			}
			change(&s)
			if _, err := s.Relay("/data"); err == nil || problem.Hint(err) == "" || !problem.IsMisuse(err) {
				t.Errorf("Relay = %v, hint %q", err, problem.Hint(err))
			}
		})
	}
}
