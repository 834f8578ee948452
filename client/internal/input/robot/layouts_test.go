package robot_test

import (
	"encoding/json"
	"errors"
	"image"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lendhand/lendhand/client/internal/input"
	"github.com/lendhand/lendhand/client/internal/input/robot"
	"github.com/lendhand/lendhand/client/internal/xvfbtest"
)

// recordings are what technicians press, as a real browser told it, with what the
// viewer sends for it: the viewer's own test makes sure of that half.
const recordings = "../../../../signaling/testdata/keyboards"

// recording is one technician's keyboard.
type recording struct {
	Layout string
	// SetXKBMap are the arguments that give a host the same layout.
	SetXKBMap []string
	Strokes   []struct {
		Press string
		Types string
		// Sends are events: "down KeyQ @", "up KeyQ", "text é".
		Sends []string
	}
}

func readRecordings(t *testing.T) []*recording {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(recordings, "*.json"))
	if err != nil {
		t.Fatal(err)
	}
	var list []*recording
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		r := new(recording)
		if err := json.Unmarshal(data, r); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		list = append(list, r)
	}
	if len(list) < 10 {
		t.Fatalf("%d recordings in %s, want nine layouts and others", len(list), recordings)
	}
	return list
}

// terminal is a real program on the host that reads its keyboard through Xlib: an
// xterm, with a program in it that writes down each byte.
type terminal struct {
	*input.Desk
	t    *testing.T
	file string
	read int // bytes that have been looked at
}

// newTerminal gives the host a layout and starts the program under the pointer.
func newTerminal(t *testing.T, setXKBMap []string) *terminal {
	t.Helper()
	xvfbtest.Start(t, size)
	if out, err := exec.Command("setxkbmap", setXKBMap...).CombinedOutput(); err != nil {
		t.Fatalf("setxkbmap %q: %v: %s", setXKBMap, err, out)
	}
	w := &terminal{t: t, file: filepath.Join(t.TempDir(), "typed")}
	xterm := exec.Command("xterm", "-u8", "-xrm", "*metaSendsEscape: true", "-geometry", "100x40+0+0",
		"-e", "stty raw -echo; echo ready >'"+w.file+"'; exec cat >>'"+w.file+"'")
	xterm.Env = append(os.Environ(), "LANG=C.UTF-8", "LC_ALL=C.UTF-8", "HOME="+t.TempDir())
	if err := xterm.Start(); err != nil {
		t.Fatalf("start a terminal (Debian package xterm): %v", err)
	}
	t.Cleanup(func() {
		_ = xterm.Process.Kill()
		_ = xterm.Wait()
	})
	r, err := robot.New()
	if err != nil {
		t.Fatal(err)
	}
	w.Desk = input.NewDesk(r)
	t.Cleanup(func() {
		if err := w.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	w.wants("the start", "ready\n")
	if err := w.Move(image.Pt(50, 50)); err != nil { // where the pointer is, the keyboard is
		t.Fatal(err)
	}
	return w
}

// plays does what the viewer sent.
func (w *terminal) plays(press string, sends []string) {
	w.t.Helper()
	for _, line := range sends {
		kind, rest, _ := strings.Cut(line, " ")
		code, text, _ := strings.Cut(rest, " ")
		var err error
		switch kind {
		case "down":
			err = w.Key(code, true, text)
		case "up":
			err = w.Key(code, false, "")
		case "text":
			err = w.Text(rest)
		default:
			err = errors.New("no such event")
		}
		if err != nil {
			w.t.Errorf("%s: %q: %v", press, line, err)
		}
	}
}

// playsAll does what each technician's viewer sent, and compares. What is sent alike
// under two layouts is done once.
func (w *terminal) playsAll(technicians []*recording) {
	w.t.Helper()
	done := map[string]bool{}
	for _, technician := range technicians {
		var types strings.Builder
		for _, s := range technician.Strokes {
			if sent := strings.Join(s.Sends, "\n"); !done[sent] {
				done[sent] = true
				w.plays(s.Press, s.Sends)
				types.WriteString(s.Types)
			}
		}
		w.wants("technician "+technician.Layout, types.String())
		w.wantNothingDown("technician " + technician.Layout)
	}
}

// wants waits until the program has read exactly this since it was asked last.
func (w *terminal) wants(what, want string) {
	w.t.Helper()
	const patience = 10 * time.Second
	deadline := time.Now().Add(patience)
	for {
		data, err := os.ReadFile(w.file)
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			w.t.Fatal(err)
		}
		got := string(data[min(w.read, len(data)):])
		if got == want {
			w.read += len(got)
			return
		}
		if time.Now().After(deadline) {
			w.t.Errorf("%s (-want +got):\n%s", what, cmp.Diff(strings.Split(want, ""), strings.Split(got, "")))
			w.read = len(data)
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// wantNothingDown is true to the Desk's word.
func (w *terminal) wantNothingDown(what string) {
	w.t.Helper()
	if codes, buttons := w.Held(); len(codes)+len(buttons) > 0 {
		w.t.Errorf("%s: %v and %v are down", what, codes, buttons)
	}
}

// TestLayoutPairs: under each layout of a host arrives what each technician saw.
func TestLayoutPairs(t *testing.T) {
	technicians := readRecordings(t)
	for _, host := range technicians {
		if len(host.SetXKBMap) == 0 {
			continue
		}
		t.Run("host "+host.Layout, func(t *testing.T) {
			w := newTerminal(t, host.SetXKBMap)
			w.playsAll(technicians)
		})
	}
}

// TestLocksOfTheHost: the host's Caps Lock and Num Lock change nothing of what
// arrives, and are on as before when it has.
func TestLocksOfTheHost(t *testing.T) {
	technicians := readRecordings(t)
	for _, host := range []string{"us", "fr"} {
		at := slices.IndexFunc(technicians, func(r *recording) bool { return r.Layout == host })
		for _, lock := range []string{"CapsLock", "NumLock"} {
			t.Run("host "+host+" with "+lock, func(t *testing.T) {
				w := newTerminal(t, technicians[at].SetXKBMap)
				w.plays(lock, []string{"down " + lock, "up " + lock})
				before := locks(t)
				if before == 0 {
					t.Fatal("the lock is not on: the test shows nothing")
				}
				w.playsAll(slices.DeleteFunc(slices.Clone(technicians), func(r *recording) bool {
					return r.Layout != "us" && r.Layout != "fr"
				}))
				if after := locks(t); after != before {
					t.Errorf("the locks were %#x and are %#x", before, after)
				}
			})
		}
	}
}

// TestShortcutsArePlaces: a shortcut is the key in the place that the technician
// pressed, so the host's layout names it. Locks change nothing of that.
func TestShortcutsArePlaces(t *testing.T) {
	control := func(letters string) string {
		return strings.Map(func(letter rune) rune { return letter & 0x1f }, letters)
	}
	places := []string{"KeyZ", "KeyC", "KeyA", "KeyQ", "KeyW", "KeyY"}
	hosts := map[string]string{
		"us": "zcaqwy", "gb": "zcaqwy", "de": "ycaqwz", "fr": "wcqazy", "it": "zcaqwy",
		"ch": "ycaqwz", "es": "zcaqwy", "jp": "zcaqwy", "us-intl": "zcaqwy",
	}
	for _, r := range readRecordings(t) {
		letters, ok := hosts[r.Layout]
		if !ok {
			continue
		}
		t.Run("host "+r.Layout, func(t *testing.T) {
			w := newTerminal(t, r.SetXKBMap)
			for _, lock := range []string{"", "CapsLock", "NumLock"} {
				if lock != "" {
					w.plays(lock, []string{"down " + lock, "up " + lock})
				}
				for _, place := range places {
					w.plays(place, []string{"down ControlLeft", "down " + place, "up " + place, "up ControlLeft"})
				}
				w.wants("Control with "+lock, control(letters))
				w.plays("Alt F", []string{"down AltLeft", "down KeyF", "up KeyF", "up AltLeft"})
				w.wants("Alt with "+lock, "\x1bf")
			}
		})
	}
}
