package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"

	"golang.org/x/term"

	"github.com/lendhand/lendhand/client/internal/app"
	"github.com/lendhand/lendhand/client/internal/ui"
	"github.com/lendhand/lendhand/client/internal/ui/window"
	"github.com/lendhand/lendhand/client/internal/ui/window/browse"
	"github.com/lendhand/lendhand/client/internal/ui/window/speech"
	"github.com/lendhand/lendhand/signaling/problem"
)

// toolkit draws the window of one system.
type toolkit struct {
	window.Toolkit
	// run draws until its context ends, or the display is lost.
	run func(context.Context) error
}

// face is the interface of this run of the program: a terminal or a window.
type face struct {
	ui     app.UI
	window *window.Window // nil for a terminal
	draw   func(context.Context) error
	speech *speech.Speaker // nil for none
	browse *browse.Browser // nil for none
	// tells says that nobody reads standard error, so that the window has to say why the
	// program ends.
	tells bool
}

// openFace opens the window, where one is wanted and possible, and else the terminal.
func openFace(f *flags, in io.Reader, out, errOut io.Writer, log *slog.Logger) (*face, error) {
	terminal := &face{ui: ui.NewTerminal(in, out)}
	if f.UI == "terminal" {
		return terminal, nil
	}
	kit, err := openToolkit(log)
	switch {
	case err != nil && f.UI == "auto":
		log.Info("no window", "error", err)
		return terminal, nil
	case err != nil:
		return nil, problem.Wrap(fmt.Errorf("no window can be opened: %w", err), "Start it with --ui terminal.")
	}
	file, isFile := errOut.(*os.File)
	return windowFace(f, kit, !isFile || !term.IsTerminal(int(file.Fd())), log)
}

// windowFace makes the window that a toolkit draws.
func windowFace(f *flags, kit *toolkit, tells bool, log *slog.Logger) (*face, error) {
	language, err := window.MatchLanguage(f.languages()...)
	if err != nil {
		return nil, err
	}
	config := window.Config{
		Toolkit: kit, Language: language, Assistive: f.Assistive,
		Relay: cmp.Or(f.Server.Host(), "Lendhand"),
	}
	speaker := speech.Open(log)
	if speaker != nil {
		config.Speaker = speaker
	}
	browser := browse.Find()
	if browser != nil {
		config.Browser = browser
	}
	w, err := window.New(config)
	if err != nil {
		return nil, err
	}
	return &face{ui: w, window: w, draw: kit.run, speech: speaker, browse: browser, tells: tells}, nil
}

// languages are those that the person may want, best first.
func (f *flags) languages() []string {
	if f.Language != "" {
		return []string{f.Language}
	}
	return window.SystemLanguages()
}

// show runs the program with its interface. Without its display it ends.
func (f *face) show(ctx context.Context, program func(context.Context) error) error {
	if f.window == nil {
		return program(ctx)
	}
	if f.browse != nil {
		defer f.browse.Close()
	}
	if f.speech != nil {
		defer f.speech.Close()
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	drawing, stop := context.WithCancel(context.WithoutCancel(ctx))
	drawn := make(chan error, 1)
	go func() { // joined below
		err := f.draw(drawing)
		cancel()
		drawn <- err
	}()
	err := program(ctx)
	if err != nil && f.tells {
		f.window.ShowProblem(ctx, err.Error(), problem.Hint(err))
	}
	stop()
	lost := <-drawn
	if err != nil {
		return err
	}
	return lost
}
