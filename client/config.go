package main

import (
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"

	"github.com/alecthomas/kong"

	"github.com/lendhand/lendhand/client/internal/app"
	"github.com/lendhand/lendhand/client/internal/capture"
	"github.com/lendhand/lendhand/client/internal/encode"
	"github.com/lendhand/lendhand/client/internal/encode/vpx"
	"github.com/lendhand/lendhand/client/internal/input"
	"github.com/lendhand/lendhand/client/internal/input/robot"
	"github.com/lendhand/lendhand/client/internal/peer"
	"github.com/lendhand/lendhand/client/internal/ui"
)

const (
	// bitsPerSecond is the picture's target rate: text that scrolls on a screen of
	// 1920×1080 stays readable with it.
	bitsPerSecond = 6_000_000
	// maxThreads leaves the person's own programs something of a large machine.
	maxThreads = 4
)

// flags are the program's flags. Each has an environment variable LENDHAND_… and a
// key in the configuration file.
type flags struct {
	Server   string           `help:"Address of the relay, such as https://help.example." placeholder:"URL"`
	CA       string           `name:"ca" help:"Trust the authority in this file too; a relay with its own keeps it in ca.pem of its data folder." placeholder:"FILE"`
	UI       string           `name:"ui" enum:"terminal,window,auto" default:"auto" help:"Kind of interface: terminal, window or auto."`
	UDPPorts portRange        `name:"udp-ports" help:"Range of local UDP ports for the picture and input, both ends included." placeholder:"A-B"`
	Events   string           `help:"Append what happens to this file, one JSON object a line." placeholder:"FILE"`
	LogLevel slog.Level       `default:"warn" help:"Least level of what is logged: debug, info, warn or error."`
	Config   kong.ConfigFlag  `help:"Configuration file with these flags as JSON keys." placeholder:"FILE"`
	Version  kong.VersionFlag `help:"Print the version." env:"-"`
}

// portRange is a flag of the form 40000-40100.
type portRange peer.PortRange

// UnmarshalText implements encoding.TextUnmarshaler.
func (r *portRange) UnmarshalText(text []byte) error {
	first, last, ok := strings.Cut(string(text), "-")
	low, errLow := strconv.ParseUint(first, 10, 16)
	high, errHigh := strconv.ParseUint(last, 10, 16)
	if !ok || errLow != nil || errHigh != nil || low == 0 || low > high {
		return fmt.Errorf("%q is not a range of ports, such as 40000-40100", text)
	}
	r.Min, r.Max = uint16(low), uint16(high)
	return nil
}

// configPaths is where the configuration file is looked for without --config.
func configPaths() []string {
	dir, err := os.UserConfigDir()
	if err != nil {
		return nil
	}
	return []string{filepath.Join(dir, "lendhand", "config.json")}
}

func configProblem(err error) error {
	return &app.Problem{Message: "configuration: " + err.Error(), Hint: "The configuration file is JSON with the flags' names as keys, such as {\"server\": \"https://help.example\"}."}
}

func usageProblem(err error) error {
	return &app.Problem{Message: err.Error(), Hint: "lendhand --help lists the flags."}
}

// configure turns the flags into the program's parts.
func configure(f *flags, in io.Reader, out io.Writer, log *slog.Logger) (*app.Config, error) {
	server, err := app.ParseServer(f.Server)
	if err != nil {
		return nil, err
	}
	trust, err := app.TrustConfig(f.CA)
	if err != nil {
		return nil, err
	}
	if f.UI == "window" {
		return nil, &app.Problem{
			Message: "this version has no window yet",
			Hint:    "Start it in a terminal, with --ui terminal.",
		}
	}
	events, err := ui.OpenEvents(f.Events)
	if err != nil {
		return nil, &app.Problem{Message: err.Error(), Hint: "Pass a file that can be written with --events."}
	}
	return &app.Config{
		Server:        server,
		TLS:           trust,
		UI:            ui.NewTerminal(in, out),
		Events:        events,
		OpenScreen:    func() (capture.Source, error) { return openScreen(log) },
		OpenInjector:  openInjector,
		Codecs:        []encode.Codec{vpx.VP8()},
		BitsPerSecond: bitsPerSecond,
		Threads:       max(1, min(runtime.NumCPU(), maxThreads)),
		Ports:         peer.PortRange(f.UDPPorts),
		Log:           log,
	}, nil
}

func openInjector() (input.Injector, error) {
	r, err := robot.New()
	if err != nil {
		return nil, err
	}
	return r, nil
}
