package main

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/lendhand/lendhand/client/internal/ui"
	"github.com/lendhand/lendhand/client/internal/ui/window"
	"github.com/lendhand/lendhand/client/internal/ui/window/windowtest"
	"github.com/lendhand/lendhand/signaling/problem"
)

func TestTerminalWhereThereIsNoWindow(t *testing.T) {
	lonely(t)
	log := slog.New(slog.DiscardHandler)
	for kind, want := range map[string]bool{"terminal": true, "auto": true, "window": false} {
		f, err := openFace(&flags{UI: kind}, strings.NewReader(""), &bytes.Buffer{}, &bytes.Buffer{}, log)
		if (err == nil) != want {
			t.Errorf("%s: %v", kind, err)
		}
		if err != nil && problem.Hint(err) == "" {
			t.Errorf("%s: %v has no hint", kind, err)
		}
		if err == nil && f.window != nil {
			t.Errorf("%s: there is a window without a display", kind)
		}
	}
}

// inFace runs a test in a bubble, with a window that a fake toolkit draws as draw does.
func inFace(t *testing.T, tells bool, draw func(context.Context) error, test func(*testing.T, *face, *windowtest.Toolkit)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		kit := windowtest.New()
		f, err := windowFace(&flags{Language: "de"}, &toolkit{Toolkit: kit, run: draw}, tells, slog.New(slog.DiscardHandler))
		if err != nil {
			t.Fatal(err)
		}
		test(t, f, kit)
	})
}

func untilDone(ctx context.Context) error { <-ctx.Done(); return nil }

var errBroken = errors.New("it is broken")

// Who has no terminal reads in the window why the program ends.
func TestWindowTellsProblems(t *testing.T) {
	inFace(t, true, untilDone, func(t *testing.T, f *face, kit *windowtest.Toolkit) {
		done := make(chan error, 1)
		go func() {
			done <- f.show(t.Context(), func(context.Context) error { return problem.Wrap(errBroken, "Mend it.") })
		}()
		time.Sleep(time.Minute)
		synctest.Wait()
		what, _ := kit.Element("problem")
		hint, _ := kit.Element("hint")
		if what.Text != "it is broken" || hint.Text != "Mend it." {
			t.Errorf("the window says %q, %q", what.Text, hint.Text)
		}
		kit.Press(t, window.Close)
		if err := <-done; !errors.Is(err, errBroken) {
			t.Errorf("%v", err)
		}
	})
}

func TestTerminalTellsProblems(t *testing.T) {
	inFace(t, false, untilDone, func(t *testing.T, f *face, _ *windowtest.Toolkit) {
		if err := f.show(t.Context(), func(context.Context) error { return errBroken }); !errors.Is(err, errBroken) {
			t.Errorf("%v", err)
		}
	})
}

// Without its display the program ends, and says why.
func TestDisplayIsLost(t *testing.T) {
	lost := func(context.Context) error { time.Sleep(time.Second); return errBroken }
	inFace(t, true, lost, func(t *testing.T, f *face, _ *windowtest.Toolkit) {
		if err := f.show(t.Context(), untilDone); !errors.Is(err, errBroken) {
			t.Errorf("%v", err)
		}
	})
}

// A program that ends takes its window away, and the flags say its language.
func TestWindowEnds(t *testing.T) {
	inFace(t, true, untilDone, func(t *testing.T, f *face, kit *windowtest.Toolkit) {
		err := f.show(t.Context(), func(ctx context.Context) error {
			running, cancel := context.WithCancel(ctx)
			done := make(chan struct{})
			go func() { defer close(done); f.ui.Run(running) }()
			f.ui.ShowRelay(ui.Relay{Connected: true, Name: "help.example"})
			cancel()
			<-done
			return nil
		})
		if heading, _ := kit.Element("heading"); err != nil || heading.Text != "Einen Moment, bitte" {
			t.Errorf("%q, %v", heading.Text, err)
		}
	})
}
