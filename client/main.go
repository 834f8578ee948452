// Lendhand is the program of the person who needs help. It shows a code to read
// out, asks who may see and control this desktop, and shares it with the one
// technician who was let in, for as long as the person wants.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"runtime/debug"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"

	"github.com/lendhand/lendhand/client/internal/app"
)

// Exit codes.
const (
	exitOK    = 0
	exitError = 1
	exitUsage = 2
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// run is the program without its process.
func run(ctx context.Context, args []string, in io.Reader, out, errOut io.Writer) int {
	flags, done, err := parse(args, out)
	if err != nil {
		tell(errOut, err)
		return exitUsage
	}
	if done {
		return exitOK
	}
	if err := start(ctx, flags, in, out, errOut); err != nil {
		tell(errOut, err)
		return exitError
	}
	return exitOK
}

// start builds the program from its flags, and runs it.
func start(ctx context.Context, flags *flags, in io.Reader, out, errOut io.Writer) error {
	log := slog.New(slog.NewTextHandler(errOut, &slog.HandlerOptions{Level: flags.LogLevel}))
	config, err := configure(flags, in, out, log)
	if err != nil {
		return err
	}
	defer func() {
		if err := config.Events.Close(); err != nil {
			log.Warn("events file", "error", err)
		}
	}()
	program, err := app.New(*config)
	if err != nil {
		return err
	}
	return program.Run(ctx)
}

// tell writes an error as two lines: what happened, and what to do.
func tell(w io.Writer, err error) {
	_, _ = fmt.Fprintf(w, "error: %s\n", oneLine(err.Error()))
	var problem *app.Problem
	if errors.As(err, &problem) && problem.Hint != "" {
		_, _ = fmt.Fprintf(w, "hint: %s\n", oneLine(problem.Hint))
	}
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// version says which build this is.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	v := info.Main.Version
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" && (v == "" || v == "(devel)") {
			v = s.Value
		}
	}
	return v
}

// parse reads flags, environment and configuration file. It reports as done when
// help or the version was all that was wanted.
func parse(args []string, out io.Writer) (f *flags, done bool, err error) {
	f = &flags{}
	exit := func(int) { done = true }
	parser, err := kong.New(f,
		kong.Name("lendhand"),
		kong.Description("Share this desktop with the person who helps you."),
		kong.DefaultEnvars("LENDHAND"),
		kong.Configuration(readSettings, configPaths()...),
		kong.Vars{"version": "lendhand " + version()},
		kong.Writers(out, io.Discard),
		kong.Exit(exit),
	)
	if err != nil {
		return nil, false, configProblem(err)
	}
	if _, err := parser.Parse(args); err != nil && !done {
		return nil, false, usageProblem(err)
	}
	return f, done, nil
}
