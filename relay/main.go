// Lendhand-relay introduces the person who needs help to the technician who gives
// it, and forwards packets between them that it cannot read.
//
// It is one program on one port: "serve" runs it, the other commands look after
// what it keeps. "lendhand-relay --help" lists them.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"

	"github.com/lendhand/lendhand/relay/internal/app"
	"github.com/lendhand/lendhand/relay/internal/config"
	"github.com/lendhand/lendhand/relay/internal/doctor"
	"github.com/lendhand/lendhand/relay/internal/jsonlog"
	"github.com/lendhand/lendhand/signaling/checkup"
	"github.com/lendhand/lendhand/signaling/problem"
	"github.com/lendhand/lendhand/signaling/version"
	"github.com/lendhand/lendhand/viewer"
)

// program is the command line.
type program struct {
	config.Common

	Serve  serveCommand   `cmd:"" help:"Run the relay."`
	User   userCommands   `cmd:"" help:"Manage the accounts of people who sign in."`
	Policy policyCommands `cmd:"" help:"Say what technicians may do, and what people need to sign in."`
	Audit  auditCommands  `cmd:"" help:"Read and verify the audit trail."`
	Keys   keysCommands   `cmd:"" help:"Manage the keys that sign grants."`

	Recordings recordingsCommands `cmd:"" help:"Verify and export recordings, and say who can open them."`

	Doctor  doctorCommand  `cmd:"" help:"Look for what may keep the relay from working, and print a report."`
	Version versionCommand `cmd:"" help:"Print the version."`
}

// world is what commands know of their surroundings.
type world struct {
	ctx         context.Context
	in          io.Reader
	out, errors io.Writer
	version     string
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	// A second signal ends the program at once.
	context.AfterFunc(ctx, stop)
	code := run(&world{ctx: ctx, in: os.Stdin, out: os.Stdout, errors: os.Stderr, version: version.String()}, os.Args[1:])
	stop()
	os.Exit(code)
}

// run is main without the process around it.
func run(w *world, args []string) (exit int) {
	var p program
	call, err := config.Parse(&p, args,
		kong.Name("lendhand-relay"), kong.Description("The server of Lendhand."), kong.Writers(w.out, w.errors))
	if err == nil {
		err = call.Explain(call.Run(w, &p.Common))
	}
	return problem.Report(w.errors, err)
}

type serveCommand struct{ config.Settings }

// Run runs the relay until a signal ends it.
func (c *serveCommand) Run(w *world, common *config.Common) error {
	cfg, err := c.Relay(common.Data)
	if err != nil {
		return err
	}
	files, err := viewer.Files()
	if err != nil {
		return problem.Wrap(err, "Build the program with \"make build\", which puts the viewer into it.")
	}
	relay, err := app.Open(w.ctx, app.Config{
		Relay: cfg, Viewer: files, Version: w.version, Log: jsonlog.New(w.errors, slog.LevelInfo),
	})
	if err != nil {
		return err
	}
	return relay.Run(w.ctx)
}

type doctorCommand struct{ config.Settings }

var errUnhealthy = errors.New("something keeps the relay from working")

// Run prints the report.
func (c *doctorCommand) Run(w *world, common *config.Common) error {
	cfg, err := c.Relay(common.Data)
	if err != nil {
		return err
	}
	findings := doctor.Examine(w.ctx, cfg)
	if err := checkup.Print(w.out, "lendhand-relay", findings); err != nil {
		return err
	}
	if checkup.Worst(findings) == checkup.Bad {
		return problem.Wrap(errUnhealthy, "The report names it, and what to do.")
	}
	return nil
}

type versionCommand struct{}

// Run prints the version.
func (versionCommand) Run(w *world) error {
	_, err := fmt.Fprintln(w.out, "lendhand-relay", w.version)
	return err
}
