package winclip

import (
	"errors"
	"log/slog"
	"os"
	"runtime"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/lendhand/lendhand/client/internal/clipboard"
	"github.com/lendhand/lendhand/client/internal/clipboard/clipboardtest"
)

func TestMain(m *testing.M) {
	if os.Getenv(programVariable) != "" {
		runProgram()
		return
	}
	goleak.VerifyTestMain(m)
}

const within = 10 * time.Second

func open(t *testing.T) *Board {
	t.Helper()
	b, err := Open(slog.New(slog.NewTextHandler(t.Output(), nil)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = b.Close() })
	return b
}

// empty is how each part of the suite finds the clipboard.
func empty(t *testing.T) {
	t.Helper()
	runtime.LockOSThread() // which is what has it open
	defer runtime.UnlockOSThread()
	if err := openClipboard(0, within); err != nil {
		t.Fatal(err)
	}
	call(procEmptyClipboard)
	call(procCloseClipboard)
}

func told(t *testing.T, b *Board) {
	t.Helper()
	select {
	case <-b.Changes():
	case <-time.After(within):
		t.Fatal("a change is not told")
	}
}

// Against another program, which is this one, started again.
func TestBoard(t *testing.T) {
	clipboardtest.Run(t, func(t *testing.T) clipboardtest.Desktop {
		empty(t)
		p := startProgram(t)
		return clipboardtest.Desktop{
			Open: func() (clipboard.Board, error) { return Open(slog.New(slog.DiscardHandler)) },
			Copy: func(text string) {
				if text == "" {
					p.do(order{Do: "other"})
					return
				}
				p.do(order{Do: "copy", Text: text})
			},
			Paste: func() string { return p.do(order{Do: "paste"}) },
		}
	})
}

// What a password manager marks is never read, and what follows is.
func TestSecrets(t *testing.T) {
	p, b := startProgram(t), open(t)
	const cloud, history = "CanUploadToCloudClipboard", "CanIncludeInClipboardHistory"
	for name, c := range map[string]struct {
		marks  map[string][]uint16
		secret bool
	}{
		"not for those that watch":    {map[string][]uint16{"ExcludeClipboardContentFromMonitorProcessing": {0}}, true},
		"not for viewers":             {map[string][]uint16{"Clipboard Viewer Ignore": {1, 0}}, true},
		"not for the history":         {map[string][]uint16{history: {0, 0}}, true},
		"not for other computers":     {map[string][]uint16{cloud: {0, 0}}, true},
		"for the history alone":       {map[string][]uint16{history: {1, 0}, cloud: {0, 0}}, true},
		"a mark that is cut off":      {map[string][]uint16{history: {1}}, true},
		"for all":                     {map[string][]uint16{history: {1, 0}, cloud: {1, 0}}, false},
		"with something that is ours": {map[string][]uint16{"text/x-lendhand-test": {0, 0}}, false},
	} {
		p.do(order{Do: "copy", Text: "hunter2", Marks: c.marks})
		told(t, b)
		text, err := b.Read()
		if secret := errors.Is(err, clipboard.ErrNoText) && text == ""; secret != c.secret || !secret && text != "hunter2" {
			t.Errorf("%s: read %q, %v", name, text, err)
		}
	}
	p.do(order{Do: "copy", Text: "no secret"})
	told(t, b)
	if text, err := b.Read(); text != "no secret" || err != nil {
		t.Errorf("read %q, %v", text, err)
	}
}

// What was written is marked for no history and no other computer, so that another Board
// does not read it either, and goes with its Board; but not what somebody else has copied.
func TestWhatWasWrittenIsGivenBack(t *testing.T) {
	p, other := startProgram(t), open(t)
	b := open(t)
	if err := b.Write("the technician's"); err != nil {
		t.Fatal(err)
	}
	if got := p.do(order{Do: "paste"}); got != "the technician's" {
		t.Errorf("pasted %q", got)
	}
	if text, err := other.Read(); !errors.Is(err, clipboard.ErrNoText) {
		t.Errorf("another reads %q, %v", text, err)
	}
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	if available := call(procIsClipboardFormatAvailable, unicodeText); available != 0 {
		t.Error("it is still there")
	}
	b = open(t)
	if err := b.Write("the technician's"); err != nil {
		t.Fatal(err)
	}
	p.do(order{Do: "copy", Text: "the person's"})
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	if got := p.do(order{Do: "paste"}); got != "the person's" {
		t.Errorf("pasted %q", got)
	}
}

// A program that has promised a text and answers nobody is not waited for long.
func TestAnOwnerThatIsStuck(t *testing.T) {
	p, b := startProgram(t), open(t)
	p.do(order{Do: "promise", Stuck: true})
	told(t, b)
	began := time.Now()
	if text, err := b.Read(); !errors.Is(err, clipboard.ErrNoText) {
		t.Errorf("read %q, %v", text, err)
	}
	if took := time.Since(began); took > 2*readWithin {
		t.Errorf("it took %s", took)
	}
	if err := b.Close(); err != nil {
		t.Error(err)
	}
}

// A program that has the clipboard open keeps Write from it for a moment only, and what was
// refused does not come later.
func TestOpenElsewhere(t *testing.T) {
	p, b := startProgram(t), open(t)
	p.do(order{Do: "copy", Text: "the person's"})
	told(t, b)
	p.do(order{Do: "hold"})
	began := time.Now()
	if err := b.Write("the technician's"); err == nil {
		t.Error("written while another program has it open")
	}
	if took := time.Since(began); took > 5*writeWithin {
		t.Errorf("it took %s", took)
	}
	if _, err := b.Read(); err == nil {
		t.Error("read while another program has it open")
	}
	p.do(order{Do: "release"})
	time.Sleep(2 * writeWithin)
	if got := p.do(order{Do: "paste"}); got != "the person's" {
		t.Errorf("pasted %q", got)
	}
	if err := b.Write("again"); err != nil {
		t.Error(err)
	}
}
