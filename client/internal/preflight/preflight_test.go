package preflight_test

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"image"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"github.com/lendhand/lendhand/client/internal/capture"
	fakescreen "github.com/lendhand/lendhand/client/internal/capture/fake"
	"github.com/lendhand/lendhand/client/internal/input"
	fakeinput "github.com/lendhand/lendhand/client/internal/input/fake"
	"github.com/lendhand/lendhand/client/internal/preflight"
	"github.com/lendhand/lendhand/signaling/checkup"
	"github.com/lendhand/lendhand/signaling/settings"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const well = `{"status":"ok","version":"v1.2.3","waiting":1,"active":0}`

// machine is one on which everything works, beside a relay.
func machine(t *testing.T, r relay) preflight.Config {
	t.Helper()
	for _, name := range []string{"HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"} {
		t.Setenv(name, "")
	}
	server, trust := r.start(t)
	return preflight.Config{
		Server: server, TLS: trust,
		OpenScreen: func() (capture.Source, error) {
			s := fakescreen.New(image.Rect(0, 0, 640, 480))
			s.Paint(image.Rect(0, 0, 10, 10), 0xffffff)
			return s, nil
		},
		OpenInjector: func() (input.Injector, error) { return fakeinput.New(image.Pt(640, 480), fakeinput.Layout{}), nil },
		Hands:        func() (bool, error) { return true, nil },
	}
}

// levels returns the level of each subject.
func levels(findings []checkup.Finding) map[string]string {
	m := map[string]string{}
	for _, f := range findings {
		m[f.Subject] = f.Level.String()
	}
	return m
}

func TestAllIsWell(t *testing.T) {
	r := preflight.Examine(t.Context(), machine(t, relay{health: well}))
	want := map[string]string{"screen": "ok", "control": "ok", "own hands": "ok", "relay": "ok", "clock": "ok", "UDP": "ok", "TURN over TLS": "ok"}
	if diff := cmp.Diff(want, levels(r.Findings)); diff != "" || !r.Screen || !r.Input {
		t.Errorf("screen %t, input %t, findings %+v:\n%s", r.Screen, r.Input, r.Findings, diff)
	}
}

// Where the system asks the person itself, nothing is opened that would have it ask.
func TestTheSystemIsNotMadeToAsk(t *testing.T) {
	no := errors.New("no portal")
	for name, c := range map[string]struct {
		can             bool
		err             error
		screen, control string
	}{
		"everything": {true, nil, "ok", "ok"},
		"view alone": {false, nil, "ok", "FAIL"},
		"nothing":    {false, no, "FAIL", "FAIL"},
	} {
		config := preflight.Config{
			OpenScreen:   func() (capture.Source, error) { t.Error("the screen is opened"); return nil, no },
			OpenInjector: func() (input.Injector, error) { t.Error("the injector is opened"); return nil, no },
			Asks:         func(context.Context) (bool, error) { return c.can, c.err },
		}
		r := preflight.Examine(t.Context(), config)
		got := levels(r.Findings)
		if got["screen"] != c.screen || got["control"] != c.control || r.Screen != (c.err == nil) || r.Input != c.can {
			t.Errorf("%s: %+v", name, r)
		}
	}
}

func TestWhatIsWrongIsNamed(t *testing.T) {
	screenless := func() (capture.Source, error) { return nil, fmt.Errorf("open: %w", capture.ErrNoDisplay) }
	for name, c := range map[string]struct {
		relay   relay
		change  func(*preflight.Config)
		subject string
		level   checkup.Level
		says    string
	}{
		"no display": {change: func(c *preflight.Config) { c.OpenScreen = screenless },
			subject: "screen", level: checkup.Bad, says: "no desktop to share"},
		"a black screen": {change: func(c *preflight.Config) {
			c.OpenScreen = func() (capture.Source, error) { return fakescreen.New(image.Rect(0, 0, 64, 64)), nil }
		}, subject: "screen", level: checkup.Odd, says: "all of them black"},
		"a screen that goes away": {change: func(c *preflight.Config) {
			c.OpenScreen = func() (capture.Source, error) {
				s := fakescreen.New(image.Rect(0, 0, 64, 64))
				s.Disconnect()
				return s, nil
			}
		}, subject: "screen", level: checkup.Bad, says: "no desktop to share"},
		"no control": {change: func(c *preflight.Config) {
			c.OpenInjector = func() (input.Injector, error) { return nil, errors.New("no XTEST") }
		}, subject: "control", level: checkup.Bad, says: "no XTEST"},
		"hands that look alike": {change: func(c *preflight.Config) { c.Hands = func() (bool, error) { return false, nil } },
			subject: "own hands", level: checkup.Odd, says: "does not tell"},
		"hands that cannot be watched": {change: func(c *preflight.Config) { c.Hands = func() (bool, error) { return false, errors.New("no XInput") } },
			subject: "own hands", level: checkup.Odd, says: "no XInput"},
		"nothing for hands":               {change: func(c *preflight.Config) { c.Hands = nil }, subject: "own hands", level: checkup.Odd, says: "does not tell"},
		"a relay that does not feel well": {relay: relay{health: `{"status":"failing"}`}, subject: "relay", level: checkup.Bad, says: "not feel well"},
		"a sign-in page of a hotel":       {relay: relay{health: "<html>Welcome"}, subject: "relay", level: checkup.Bad, says: "no relay of Lendhand"},
		"a clock that is behind":          {relay: relay{health: well, off: 10 * time.Minute}, subject: "clock", level: checkup.Bad, says: "behind the relay's"},
		"a clock that is ahead":           {relay: relay{health: well, off: -10 * time.Minute}, subject: "clock", level: checkup.Bad, says: "ahead of the relay's"},
		"a clock that is a bit off":       {relay: relay{health: well, off: 30 * time.Second}, subject: "clock", level: checkup.Good, says: "the same"},
		"no UDP":                          {relay: relay{health: well, noUDP: true}, subject: "UDP", level: checkup.Odd, says: "does not answer over UDP"},
		"no TURN over TLS":                {relay: relay{health: well, noTURNS: true}, subject: "TURN over TLS", level: checkup.Odd, says: "cannot carry"},
		"a stranger's certificate": {change: func(c *preflight.Config) { c.TLS = &tls.Config{MinVersion: tls.VersionTLS12} },
			subject: "relay", level: checkup.Bad, says: "not trusted"},
		"a proxy of a kind that nobody speaks": {change: func(c *preflight.Config) {
			c.Server = address(t, "https://relay.test")
			t.Setenv("HTTPS_PROXY", "socks5://127.0.0.1:9")
		}, subject: "relay", level: checkup.Bad, says: "socks5"},
		"nobody there": {change: func(c *preflight.Config) { c.Server = address(t, "https://127.0.0.1:1") },
			subject: "relay", level: checkup.Bad, says: "does not answer"},
	} {
		t.Run(name, func(t *testing.T) {
			if c.relay.health == "" {
				c.relay.health = well
			}
			config := machine(t, c.relay)
			if c.change != nil {
				c.change(&config)
			}
			r := preflight.Examine(t.Context(), config)
			for _, f := range r.Findings {
				if f.Subject != c.subject {
					continue
				}
				if f.Level != c.level || !strings.Contains(f.Detail, c.says) || (f.Level != checkup.Good) != (f.Hint != "") {
					t.Errorf("%+v, want %q and %s", f, c.says, c.level)
				}
				if r.Screen == (f.Subject == "screen" && f.Level == checkup.Bad) || r.Input == (f.Subject == "control" && f.Level == checkup.Bad) {
					t.Errorf("screen %t, input %t", r.Screen, r.Input)
				}
				return
			}
			t.Errorf("nothing on %q in %+v", c.subject, r.Findings)
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

func TestTheProxyIsNamedWithoutItsPassword(t *testing.T) {
	config := machine(t, relay{health: well})
	config.Server = address(t, "https://relay.test")
	t.Setenv("HTTPS_PROXY", "http://ines:s3cret@127.0.0.1:1")
	var report strings.Builder
	if err := checkup.Print(&report, "lendhand", preflight.Examine(t.Context(), config).Findings); err != nil {
		t.Fatal(err)
	}
	if s := report.String(); !strings.Contains(s, "reached through 127.0.0.1:1") || strings.Contains(s, "s3cret") {
		t.Errorf("report:\n%s", s)
	}
}

func TestARelayThatNeverAnswers(t *testing.T) {
	silent, err := net.Listen("tcp", "127.0.0.1:0") // takes connections, says nothing
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = silent.Close() }()
	config := machine(t, relay{health: well})
	config.Server = address(t, "https://"+silent.Addr().String())
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	if r := preflight.Examine(ctx, config); levels(r.Findings)["relay"] != "FAIL" {
		t.Errorf("findings %+v", r.Findings)
	}
}
