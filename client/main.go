// Lendhand is the program of the person who needs help. It shows a code to read
// out, asks who may see and control this desktop, and shares it with the one
// technician who was let in, for as long as the person wants.
package main

import (
	"context"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"github.com/lendhand/lendhand/client/internal/app"
	"github.com/lendhand/lendhand/client/internal/console"
	"github.com/lendhand/lendhand/client/internal/ui"
	"github.com/lendhand/lendhand/signaling/checkup"
	"github.com/lendhand/lendhand/signaling/problem"
)

func main() {
	if args := os.Args[1:]; !isRelease(args) {
		console.Open(console.Wanted(args, os.Getenv("LENDHAND_UI")))
	}
	ctx, stop := untilInterrupted()
	code := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// untilInterrupted returns a context that ends with the first signal to end. A second
// one ends the program at once, whatever the first one waits for.
func untilInterrupted() (context.Context, context.CancelFunc) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)
	return ctx, stop
}

// run is the program without its process.
func run(ctx context.Context, args []string, in io.Reader, out, errOut io.Writer) (exit int) {
	if isRelease(args) {
		return whenGone(in, errOut)
	}
	flags, call, err := parse(args, out)
	if flags.done {
		return problem.ExitOK
	}
	if err == nil && flags.Task == "doctor" {
		err = call.Explain(doctor(ctx, flags, out, errOut))
	} else if err == nil {
		err = call.Explain(start(ctx, flags, in, out, errOut))
	}
	return problem.Report(errOut, err)
}

// start builds the program from its flags, and runs it.
func start(ctx context.Context, flags *flags, in io.Reader, out, errOut io.Writer) error {
	shown, noted := ui.NewOutlet(out), ui.NewOutlet(errOut)
	defer noted.Close()
	defer shown.Close()
	if flags.Server.IsZero() {
		flags.Server = ownRelay()
	}
	log := slog.New(slog.NewTextHandler(noted, &slog.HandlerOptions{Level: flags.LogLevel}))
	face, err := openFace(flags, in, shown, errOut, log)
	if err != nil {
		return err
	}
	return face.show(ctx, func(ctx context.Context) error { return share(ctx, flags, face.ui, log) })
}

// doctor tries what a session needs, and prints what it finds.
func doctor(ctx context.Context, flags *flags, out, errOut io.Writer) error {
	if flags.Server.IsZero() {
		flags.Server = ownRelay()
	}
	if err := flags.check(); err != nil {
		return problem.Misuse(err)
	}
	trust, err := app.TrustConfig(flags.CA)
	if err != nil {
		return err
	}
	log := slog.New(slog.NewTextHandler(errOut, &slog.HandlerOptions{Level: flags.LogLevel}))
	findings := flags.preflight(trust, flags.thisDesktop(log), log)(ctx).Findings
	if err := checkup.Print(out, "lendhand", findings); err != nil {
		return err
	}
	if checkup.Worst(findings) == checkup.Bad {
		return problem.New("something will not work", "Look at the lines that say FAIL.")
	}
	return nil
}

// share shares this desktop until the person or ctx ends that.
func share(ctx context.Context, flags *flags, shows app.UI, log *slog.Logger) error {
	config, err := configure(flags, shows, log)
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
