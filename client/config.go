package main

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"github.com/alecthomas/kong"

	"github.com/lendhand/lendhand/client/internal/app"
	"github.com/lendhand/lendhand/client/internal/encode"
	"github.com/lendhand/lendhand/client/internal/encode/aom"
	"github.com/lendhand/lendhand/client/internal/encode/calibrate"
	"github.com/lendhand/lendhand/client/internal/encode/vpx"
	"github.com/lendhand/lendhand/client/internal/files"
	"github.com/lendhand/lendhand/client/internal/peer"
	"github.com/lendhand/lendhand/client/internal/preflight"
	"github.com/lendhand/lendhand/client/internal/presence"
	"github.com/lendhand/lendhand/client/internal/ui"
	"github.com/lendhand/lendhand/client/internal/ui/window"
	"github.com/lendhand/lendhand/signaling"
	"github.com/lendhand/lendhand/signaling/problem"
	"github.com/lendhand/lendhand/signaling/settings"
	"github.com/lendhand/lendhand/signaling/version"
)

const (
	// bitsPerSecond is the picture's target rate while it moves: text that scrolls on a
	// screen of 1920×1080 stays readable with it. More bytes would take both sides longer.
	// A picture at rest gets what the network carries.
	bitsPerSecond = 3_000_000
	// maxThreads leaves the person's own programs something of a large machine.
	maxThreads = 4
)

// flags are the program's flags. Each has an environment variable LENDHAND_… and a
// key in the configuration file.
type flags struct {
	Task         string             `arg:"" optional:"" enum:"share,doctor" default:"share" env:"-" help:"What to do: share this desktop, or doctor: try what a session needs, and print a report to paste." placeholder:"TASK"`
	Server       settings.Address   `help:"Address of the relay, such as https://help.example." placeholder:"URL"`
	CA           string             `name:"ca" help:"Trust the authority in this file too; a relay with its own keeps it in ca.pem of its data folder." placeholder:"FILE"`
	UI           string             `name:"ui" enum:"terminal,window,auto" default:"auto" help:"Kind of interface: terminal, window or auto."`
	Language     string             `help:"Language of the window, such as de; the system's when it is not given." placeholder:"TAG"`
	Assistive    bool               `help:"Let assistive technology, such as voice control, press what allows something. Other programs on this machine can then do so too."`
	UDPPorts     settings.PortRange `name:"udp-ports" help:"Range of local UDP ports for the picture and input, both ends included." placeholder:"A-B"`
	Invitation   string             `help:"Open this invitation: the nine digits that the technician sent you." placeholder:"CODE"`
	Allow        string             `enum:"view,control" default:"control" help:"The most that anybody is ever allowed here: view or control."`
	Longest      time.Duration      `help:"Longest time that a session lasts, such as 2h; as long as you like when it is not given." placeholder:"TIME"`
	ConfirmEvery time.Duration      `help:"Ask again after so much control, such as 30m; the relay can want it sooner." placeholder:"TIME"`
	VerifyWords  bool               `help:"Let nobody control this desktop before you have said that the words of both ends are the same."`
	StopKey      presence.Key       `name:"stop-key" default:"Ctrl+Alt+End" help:"Key that stops the session at once, pressed on this machine's own keyboard, such as Ctrl+Alt+End." placeholder:"KEY"`
	Events       string             `help:"Append what happens to this file, one JSON object a line." placeholder:"FILE"`
	LogLevel     slog.Level         `default:"warn" help:"Least level of what is logged: debug, info, warn or error."`
	Config       string             `help:"Configuration file with these flags as JSON keys." placeholder:"FILE"`
	Version      kong.VersionFlag   `help:"Print the version." env:"-"`

	// done says that help or the version was all that was wanted.
	done bool
}

// parse reads flags, environment and configuration file.
func parse(args []string, out io.Writer) (*flags, *settings.Call, error) {
	f := &flags{}
	source := settings.Source{File: configPath(), Example: `{"server": "https://help.example"}`}
	call, err := settings.Parse(f, args, source,
		kong.Name("lendhand"),
		kong.Description("Share this desktop with the person who helps you."),
		kong.Vars{"version": "lendhand " + version.String()},
		kong.Writers(out, io.Discard),
		kong.Exit(func(int) { f.done = true }),
	)
	return f, call, err
}

// configPath is where the configuration file is looked for without --config, and
// empty on a system that has no such place.
func configPath() string {
	dir, err := os.UserConfigDir()
	if err != nil {
		return ""
	}
	return filepath.Join(dir, "lendhand", "config.json")
}

// recordingsPath is where recordings are kept until they are uploaded, and empty on a system
// that has no such place.
func recordingsPath() string {
	dir, err := os.UserCacheDir()
	if err != nil {
		return ""
	}
	return filepath.Join(dir, "lendhand", "recordings")
}

// check finds what is wrong with the flags as they stand.
func (f *flags) check() error {
	switch {
	case f.Server.IsZero():
		return problem.New("no relay is named", "Pass its address with --server, such as --server https://help.example.")
	case f.Longest < 0 || f.ConfirmEvery < 0:
		return problem.New("a time below zero", "Write one such as 30m or 2h with --longest and --confirm-every.")
	}
	return nil
}

// invitation reads the code of an invitation; empty when there is none.
func (f *flags) invitation() (signaling.Code, error) {
	if f.Invitation == "" {
		return "", nil
	}
	code, err := signaling.ParseCode(f.Invitation)
	if err != nil {
		return "", problem.New(fmt.Sprintf("%.32q is no invitation", f.Invitation), `Type its nine digits, such as --invitation "482 913 077".`)
	}
	return code, nil
}

// limits are this machine's own.
func (f *flags) limits() app.Limits {
	limits := app.Limits{Longest: f.Longest, ConfirmEvery: f.ConfirmEvery, VerifyWords: f.VerifyWords}
	if f.Allow == "view" {
		limits.Scopes = signaling.NewScopes(signaling.ScopeView)
	}
	return limits
}

// configure turns the flags into the program's parts.
func configure(f *flags, shows app.UI, log *slog.Logger) (*app.Config, error) {
	if err := f.check(); err != nil {
		return nil, problem.Misuse(err)
	}
	invitation, err := f.invitation()
	if err != nil {
		return nil, problem.Misuse(err)
	}
	trust, err := app.TrustConfig(f.CA)
	if err != nil {
		return nil, err
	}
	events, err := ui.OpenEvents(f.Events)
	if err != nil {
		return nil, problem.Wrap(err, "Pass a file that can be written with --events.")
	}
	_, inWindow := shows.(*window.Window)
	threads := max(1, min(runtime.NumCPU(), maxThreads))
	desk := f.thisDesktop(log)
	return &app.Config{
		Server:        f.Server,
		TLS:           trust,
		UI:            shows,
		Events:        events,
		Preflight:     f.preflight(trust, desk, log),
		OpenScreen:    desk.screen,
		OpenInjector:  desk.injector,
		OpenPointer:   desk.pointer,
		OpenPresence:  desk.presence,
		StopKey:       f.StopKey,
		OpenClipboard: openClipboard(log),
		Downloads:     files.Downloads,
		OpenTitles:    openTitles,
		RecordingsDir: recordingsPath(),
		Codecs:        codecs(threads),
		BitsPerSecond: bitsPerSecond,
		Threads:       threads,
		Invitation:    invitation,
		Assistive:     f.Assistive,
		Stays:         inWindow, // who has no terminal cannot start it again with other flags
		Limits:        f.limits(),
		Ports:         peer.PortRange(f.UDPPorts),
		Log:           log,
	}, nil
}

// preflight returns what tries whether a session will work here.
func (f *flags) preflight(trust *tls.Config, desk *desktop, log *slog.Logger) func(context.Context) preflight.Result {
	return func(ctx context.Context) preflight.Result {
		config := preflight.Config{
			Server: f.Server, TLS: trust, OpenScreen: desk.screen, OpenInjector: desk.injector, Asks: desk.asks,
		}
		if desk.presence != nil {
			config.Hands = tellsHands(log)
		}
		return preflight.Examine(ctx, config)
	}
}

// tellsHands returns what finds out whether the person's own hands can be watched.
func tellsHands(log *slog.Logger) func() (bool, error) {
	return func() (bool, error) {
		nothing := func() {}
		watch, err := openPresence(presence.Config{
			Key: presence.DefaultKey(), Touched: nothing, Stop: nothing, Lost: nothing, Log: log,
		})
		if err != nil {
			return false, err
		}
		return watch.Tells(), watch.Close()
	}
}

// codecs returns what this machine encodes, best first: AV1 with a colour sample for
// every pixel, and then what more browsers decode and what costs less. How fast the
// machine is with each is measured, which takes a moment: a session goes to a codec
// that keeps up when much moves.
func codecs(threads int) []encode.Codec {
	return calibrate.Measure([]encode.Codec{aom.AV1444(), aom.AV1(), vpx.VP9(), vpx.VP8()}, threads)
}
