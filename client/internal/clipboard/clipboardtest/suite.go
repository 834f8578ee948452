// Package clipboardtest holds what every clipboard.Board must do.
package clipboardtest

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/lendhand/lendhand/client/internal/clipboard"
	"github.com/lendhand/lendhand/signaling"
)

// within is how long something may take that must happen, and quiet how long nothing may
// happen that must not.
const within, quiet = 10 * time.Second, 100 * time.Millisecond

// Desktop is a clipboard with another program beside the Board.
type Desktop struct {
	// Open opens the Board, first.
	Open func() (clipboard.Board, error)
	// Copy puts text into the clipboard as another program; an empty one, something that is
	// no text.
	Copy func(text string)
	// Paste returns the text in the clipboard, as another program gets it.
	Paste func() string
}

// Run runs the suite, each part with a desktop of its own.
func Run(t *testing.T, start func(*testing.T) Desktop) {
	for _, part := range []struct {
		name string
		run  func(*testing.T, Desktop, clipboard.Board)
	}{
		{"others copy", othersCopy}, {"we write", weWrite}, {"both in turn", bothInTurn},
		{"what cannot be read", unreadable}, {"notices", notices}, {"close", closes},
	} {
		t.Run(part.name, func(t *testing.T) {
			d := start(t)
			b, err := d.Open()
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = b.Close() })
			part.run(t, d, b)
		})
	}
}

// longest is as long as a text may be.
func longest() string { return strings.Repeat("ü", signaling.MaxClipboard/2) }

func texts() []string {
	return []string{"a", "two\nlines\tand more", "<b>Grüße</b> 世界 👩\u200d💻", " \n", longest()}
}

func othersCopy(t *testing.T, d Desktop, b clipboard.Board) {
	silent(t, b)
	for _, text := range texts() {
		before := time.Now()
		d.Copy(text)
		if at := told(t, b); at.Before(before) {
			t.Error("told of a time before it happened")
		}
		if got, err := b.Read(); got != text || err != nil {
			t.Errorf("read %d bytes with %v, want %d", len(got), err, len(text))
		}
	}
}

func weWrite(t *testing.T, d Desktop, b clipboard.Board) {
	for _, text := range texts() {
		if err := b.Write(text); err != nil {
			t.Fatal(err)
		}
		if got := d.Paste(); got != text {
			t.Errorf("another program gets %d bytes, want %d", len(got), len(text))
		}
		if got, err := b.Read(); got != text || err != nil {
			t.Errorf("read %d bytes with %v, want %d", len(got), err, len(text))
		}
	}
	silent(t, b)
}

func bothInTurn(t *testing.T, d Desktop, b clipboard.Board) {
	for range 3 {
		if err := b.Write("ours"); err != nil {
			t.Fatal(err)
		}
		silent(t, b)
		d.Copy("theirs")
		told(t, b)
		if got, err := b.Read(); got != "theirs" || err != nil {
			t.Errorf("read %q, %v", got, err)
		}
	}
}

func unreadable(t *testing.T, d Desktop, b clipboard.Board) {
	if _, err := b.Read(); !errors.Is(err, clipboard.ErrNoText) {
		t.Errorf("an empty clipboard: %v", err)
	}
	d.Copy(longest() + "x")
	told(t, b)
	if _, err := b.Read(); !errors.Is(err, clipboard.ErrTooLong) {
		t.Errorf("too long a text: %v", err)
	}
	d.Copy("")
	told(t, b)
	if _, err := b.Read(); !errors.Is(err, clipboard.ErrNoText) {
		t.Errorf("no text: %v", err)
	}
	d.Copy("text again")
	told(t, b)
	if got, err := b.Read(); got != "text again" || err != nil {
		t.Errorf("read %q, %v", got, err)
	}
}

// Nobody listens for a while: the newest notice waits, alone.
func notices(t *testing.T, d Desktop, b clipboard.Board) {
	d.Copy("one")
	d.Copy("two")
	time.Sleep(quiet)
	before := time.Now()
	d.Copy("three")
	for deadline := time.Now().Add(within); told(t, b).Before(before); {
		if time.Now().After(deadline) {
			t.Fatal("the newest change is not told")
		}
	}
	silent(t, b)
}

func closes(t *testing.T, _ Desktop, b clipboard.Board) {
	if err := b.Write("ours"); err != nil {
		t.Fatal(err)
	}
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	if err := b.Write("more"); err == nil {
		t.Error("written after the end")
	}
}

func told(t *testing.T, b clipboard.Board) time.Time {
	t.Helper()
	select {
	case at := <-b.Changes():
		return at
	case <-time.After(within):
		t.Fatal("a change is not told")
		return time.Time{}
	}
}

func silent(t *testing.T, b clipboard.Board) {
	t.Helper()
	select {
	case <-b.Changes():
		t.Error("told of a change that nobody else has made")
	case <-time.After(quiet):
	}
}
