package ui

import (
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/lendhand/lendhand/signaling"
)

func TestOutletWritesEverythingInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s screen
		o := NewOutlet(&s)
		var want strings.Builder
		for i := range maxUnwritten {
			_, _ = fmt.Fprintln(o, i)
			_, _ = fmt.Fprintln(&want, i)
		}
		o.Close()
		if got := s.take(); got != want.String() {
			t.Errorf("got %q", got)
		}
		_, _ = fmt.Fprintln(o, "late")
		if got := s.take(); got != "" {
			t.Errorf("after Close: %q", got)
		}
	})
}

// A technician with control can hold the terminal. The person is heard all the same, and
// nobody who shows something waits.
func TestAHeldTerminalHoldsNothingUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		shown, held := io.Pipe() // nobody reads: each write waits
		defer func() { _ = shown.Close() }()
		o := NewOutlet(held)
		in, keys := io.Pipe()
		defer func() { _ = keys.Close() }()
		terminal := NewTerminal(in, o)
		go terminal.Run(t.Context())
		start := time.Now()
		terminal.Show(State{Phase: Active, Technician: ines, Scopes: viewAndControl, Allowed: viewAndControl})
		for range 10 * maxUnwritten {
			terminal.Say(Notice{Message: "The technician makes the program talk."})
		}
		go func() { _, _ = fmt.Fprintln(keys, "stop") }()
		select {
		case got := <-terminal.Commands():
			if got != (Stop{}) {
				t.Errorf("got %v, want stop", got)
			}
		case <-time.After(time.Minute):
			t.Fatal("the person was not heard")
		}
		if took := time.Since(start); took > 0 {
			t.Errorf("waited for %s", took)
		}
		o.Close()
		if took := time.Since(start); took != closeWithin {
			t.Errorf("closed after %s, want %s", took, closeWithin)
		}
	})
}

// What was on its way to the terminal before a question does not answer it.
func TestNothingUnderWayAnswers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		d.Show(State{Phase: Active, Technician: ines, Scopes: viewAndControl, Allowed: viewAndControl})
		go func() {
			synctest.Wait()
			d.types("control")
			time.Sleep(time.Second)
			d.types("control")
			time.Sleep(time.Second)
			d.types("no")
		}()
		got, err := d.Ask(t.Context(), Request{
			Technician: ines, Ask: viewAndControl, Within: time.Minute, Again: time.Minute, Settle: 2 * time.Second,
		})
		if err != nil || got.Scopes == nil || got.Scopes.Has(signaling.ScopeView) {
			t.Errorf("answered %v, %v; want a no", got, err)
		}
		if s := d.screen.take(); strings.Count(s, "too soon") != 2 {
			t.Errorf("not explained: %q", s)
		}
	})
}
