package ui

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lendhand/lendhand/signaling"
)

// letter is a file of two kilobytes.
func letter(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "My letter.txt")
	if err := os.WriteFile(path, make([]byte, 2048), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// asks asks for a file, and returns where the answer comes.
func (d *desk) asks(t *testing.T, r Request) <-chan Answer {
	t.Helper()
	r.Technician, r.Give, r.Within = ines, true, time.Minute
	answers := make(chan Answer, 1)
	go func() {
		a, _ := d.Ask(t.Context(), r)
		answers <- a
	}()
	synctest.Wait()
	return answers
}

func TestLook(t *testing.T) {
	path := letter(t)
	large := filepath.Join(t.TempDir(), "large")
	f, err := os.Create(large)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Truncate(signaling.MaxFile + 1); err != nil { // no byte of it is on the disk
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		path string
		want error
	}{
		"a file": {path, nil}, "none": {path + "x", ErrNoFile}, "a folder": {filepath.Dir(path), ErrNotRegular},
		"nothing": {"", ErrNotRegular}, "too large": {large, ErrFileLarge}, "a NUL": {"a\x00b", ErrNoFile},
	} {
		file, err := Look(c.path)
		if !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
		if err == nil && file != (File{Path: path, Name: "My letter.txt", Size: 2048}) {
			t.Errorf("%s: %+v", name, file)
		}
	}
}

func TestTypedPath(t *testing.T) {
	t.Setenv("HOME", filepath.FromSlash("/home/ann"))
	t.Setenv("USERPROFILE", filepath.FromSlash("/home/ann"))
	for typed, want := range map[string]string{
		"a.txt": "a.txt", "  /tmp/a b.txt ": "/tmp/a b.txt", `"/tmp/a b.txt" `: "/tmp/a b.txt", "'/tmp/a'": "/tmp/a",
		`"`: `"`, "": "", filepath.FromSlash("~/a.txt"): filepath.FromSlash("/home/ann/a.txt"), "~bob/a": "~bob/a",
	} {
		if got := typedPath(typed); got != want {
			t.Errorf("%q is %q, want %q", typed, got, want)
		}
	}
}

// What is typed outside of a question is none of its answer: it asks first.
func TestGiveIsAQuestion(t *testing.T) {
	path := letter(t)
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		d.Show(State{Phase: Active, Technician: ines, Scopes: onlyView})
		d.screen.take()
		go func() { _, _ = fmt.Fprintln(d.keys, "give "+path) }()
		if diff := cmp.Diff(Command(Give{Path: path}), <-d.Commands()); diff != "" {
			t.Fatal(diff)
		}
		answers := d.asks(t, Request{Path: path})
		want := "\a\nGive My letter.txt (2 KB) to Ines Okafor (Example Help Desk)? Type yes or no, and press Enter.\n" +
			"No answer within 60 seconds means no.\n"
		if diff := cmp.Diff(want, d.screen.take()); diff != "" {
			t.Error(diff)
		}
		d.types("give " + path) // which is no yes
		if diff := cmp.Diff("Type yes or no.\n", d.screen.take()); diff != "" {
			t.Error(diff)
		}
		d.types("yes")
		if diff := cmp.Diff(Answer{Path: path}, <-answers); diff != "" {
			t.Error(diff)
		}
		d.types("give /no/such/file")
		if diff := cmp.Diff("Not given: there is no such file.\n", d.screen.take()); diff != "" {
			t.Error(diff)
		}
	})
}

func TestFileThatIsWanted(t *testing.T) {
	path := letter(t)
	for typed, want := range map[string]Answer{
		path: {Path: path}, "give " + path: {Path: path}, `GIVE "` + path + `"`: {Path: path}, "no": {}, "No": {},
	} {
		synctest.Test(t, func(t *testing.T) {
			d := newDesk(t)
			d.Show(State{Phase: Active, Technician: ines, Scopes: onlyView})
			d.screen.take()
			answers := d.asks(t, Request{Wanted: true, Settle: time.Second})
			if said := d.screen.take(); !strings.HasPrefix(said, "\a\nInes Okafor (Example Help Desk) asks you for a file. Type give and its path, or no,") {
				t.Errorf("%q", said)
			}
			d.types(typed) // before it is settled
			d.types("view")
			time.Sleep(2 * time.Second)
			d.types(filepath.Dir(path))
			said := d.screen.take()
			if strings.Count(said, tooSoonLine) != 2 || !strings.Contains(said, "Not given: that is a folder, or no file that can be given. Type a path, or no.") {
				t.Errorf("%q", said)
			}
			d.types(typed)
			if diff := cmp.Diff(want, <-answers); diff != "" {
				t.Errorf("%q: %s", typed, diff)
			}
		})
	}
}

func TestShowFiles(t *testing.T) {
	var s screen
	d := NewTerminal(strings.NewReader(""), &s)
	d.Show(State{Phase: Active, Technician: ines, Scopes: onlyView})
	s.take()
	coming := Transfer{ID: 1, ToHost: true, Name: "driver\x1b[2J.zip", Size: 48_200_000, State: TransferMoving}
	going := Transfer{ID: 1, Name: "a.txt", Size: 1, State: TransferWaiting}
	for _, c := range []struct {
		change func()
		want   string
	}{
		{func() {}, "Ines Okafor (Example Help Desk) sends you driver[2J.zip (48.2 MB). Type cancel to stop it.\n"},
		{func() { coming.Done = 1000 }, ""},
		{func() { going.State = TransferMoving }, "a.txt (1 byte) goes to Ines Okafor (Example Help Desk). Type cancel to stop it.\n"},
		{func() { going.State = TransferDone }, "Ines Okafor (Example Help Desk) has a.txt (1 byte).\n"},
		{func() { coming.State, coming.Problem = TransferStopped, "no_room" }, "driver[2J.zip (48.2 MB) was stopped: there is not enough room for it.\n"},
		{func() { coming.ID, coming.State, coming.Folder = 2, TransferDone, "Downloads/Lendhand" },
			"driver[2J.zip (48.2 MB) is here, in the folder Downloads/Lendhand. Only open it if you expected it.\n"},
	} {
		c.change()
		d.ShowFiles([]Transfer{coming, going})
		if diff := cmp.Diff(c.want, s.take()); diff != "" {
			t.Error(diff)
		}
	}
}

// Every reason for which a file does not arrive is said in words.
func TestStoppedFor(t *testing.T) {
	for _, r := range []signaling.FileReason{
		signaling.FileDeclined, signaling.FileCancelled, signaling.FileNotPermitted, signaling.FileTooLarge,
		signaling.FileNoRoom, signaling.FileBadName, signaling.FileDamaged, signaling.FileFailed,
	} {
		if got := stoppedFor(string(r)); !strings.Contains(got, " ") {
			t.Errorf("%s is %q", r, got)
		}
	}
}

func TestCancelFiles(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		d.Show(State{Phase: Active, Technician: ines, Scopes: onlyView})
		d.screen.take()
		d.types("cancel")
		if diff := cmp.Diff("No file is on its way.\n", d.screen.take()); diff != "" {
			t.Error(diff)
		}
		d.ShowFiles([]Transfer{
			{ID: 1, State: TransferDone}, {ID: 2, State: TransferMoving}, {ID: 2, ToHost: true, State: TransferWaiting},
		})
		go func() { _, _ = fmt.Fprintln(d.keys, "cancel") }()
		for _, want := range []Command{StopFile{ID: 2}, StopFile{ToHost: true, ID: 2}} {
			if diff := cmp.Diff(want, <-d.Commands()); diff != "" {
				t.Error(diff)
			}
		}
	})
}
