package windowtest

import (
	"context"
	"testing"

	"github.com/lendhand/lendhand/client/internal/ui"
	"github.com/lendhand/lendhand/client/internal/ui/window"
)

// Program shows the program's own pages on a toolkit, in a language, until the test ends. It
// is connected to the relay help.example.
func Program(t *testing.T, toolkit window.Toolkit, language string) *window.Window {
	t.Helper()
	const relay = "help.example"
	l, err := window.MatchLanguage(language)
	if err != nil {
		t.Fatal(err)
	}
	w, err := window.New(window.Config{Toolkit: toolkit, Language: l, Relay: relay})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		w.Run(ctx)
	}()
	t.Cleanup(func() {
		cancel()
		<-done
	})
	w.ShowRelay(ui.Relay{Connected: true, Name: relay})
	return w
}
