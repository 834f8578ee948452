package main

import (
	"context"
	"log/slog"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lendhand/lendhand/client/internal/app"
	"github.com/lendhand/lendhand/client/internal/capture"
	"github.com/lendhand/lendhand/client/internal/input"
	"github.com/lendhand/lendhand/client/internal/presence"
	"github.com/lendhand/lendhand/client/internal/ui/window"
	"github.com/lendhand/lendhand/client/internal/ui/window/windowtest"
	"github.com/lendhand/lendhand/signaling/checkup"
)

func TestFindings(t *testing.T) {
	got := findings([]checkup.Finding{
		{Subject: "screen", Detail: "1920 × 1080 pixels"},
		{Subject: "relay", Level: checkup.Odd, Detail: "it is slow", Hint: "Wait."},
		{Subject: "control", Level: checkup.Bad, Detail: "there is none", Hint: "They can only look."},
	})
	want := []window.Finding{
		{Title: "screen", Text: "1920 × 1080 pixels."},
		{Title: "relay", Text: "it is slow. Wait."},
		{Title: "control", Text: "there is none. They can only look.", Bad: true},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

// What will not work is in the window, unless the program has ended meanwhile.
func TestExamine(t *testing.T) {
	nothing := &app.Config{
		OpenScreen:   func() (capture.Source, error) { return nil, capture.ErrNoDisplay },
		OpenInjector: func() (input.Injector, error) { return nil, errBroken },
		OpenPresence: func(presence.Config) (presence.Watch, error) { return nil, presence.ErrMissing },
		Log:          slog.New(slog.DiscardHandler),
	}
	if err := nothing.Server.UnmarshalText([]byte("localhost:1")); err != nil {
		t.Fatal(err)
	}
	trust, err := app.TrustConfig("")
	if err != nil {
		t.Fatal(err)
	}
	nothing.TLS = trust
	ended, end := context.WithCancel(t.Context())
	end()
	for want, ctx := range map[string]context.Context{"findings": t.Context(), "start": ended} {
		kit := windowtest.New()
		f, err := windowFace(&flags{Language: "en"}, &toolkit{Toolkit: kit, run: untilDone}, true)
		if err != nil {
			t.Fatal(err)
		}
		if examine(ctx, f.window, nothing); kit.Page().ID != want {
			t.Errorf("%q is shown, want %q", kit.Page().ID, want)
		}
	}
}
