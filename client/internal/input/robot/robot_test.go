package robot_test

import (
	"bufio"
	"errors"
	"fmt"
	"image"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/lendhand/lendhand/client/internal/capture"
	"github.com/lendhand/lendhand/client/internal/input"
	"github.com/lendhand/lendhand/client/internal/input/inputtest"
	"github.com/lendhand/lendhand/client/internal/input/robot"
	"github.com/lendhand/lendhand/client/internal/xvfbtest"
)

var size = image.Pt(640, 480)

// childVariable makes this program the child of TestDisplayGoesAway, which says
// ready when it has used the display, and done when it has outlived it.
const (
	childVariable = "LENDHAND_TEST_ROBOT_CHILD"
	ready         = "ready"
	done          = "done"
)

func TestMain(m *testing.M) {
	if os.Getenv(childVariable) != "" {
		os.Exit(outlive())
	}
	goleak.VerifyTestMain(m)
}

func TestContract(t *testing.T) {
	inputtest.Run(t, func(t *testing.T) *inputtest.Harness {
		xvfbtest.Start(t, size)
		return newHarness(t)
	})
}

func newHarness(t *testing.T) *inputtest.Harness {
	r, err := robot.New()
	if err != nil {
		t.Fatal(err)
	}
	w := newWindow(t)
	return &inputtest.Harness{
		Injector: r, Size: size, Pointer: w.pointer, Keys: w.keys, Events: w.events, Typed: w.typed,
	}
}

func TestNewErrors(t *testing.T) {
	tests := []struct {
		name  string
		setup func(t *testing.T)
		want  error
		text  string
	}{
		{"no display", func(t *testing.T) { t.Setenv("DISPLAY", "") }, capture.ErrNoDisplay, `""`},
		{"no server", func(t *testing.T) { t.Setenv("DISPLAY", ":7654") }, capture.ErrNoDisplay, ":7654"},
		{"no XTEST", func(t *testing.T) {
			xvfbtest.Start(t, size, "-extension", "XTEST")
		}, capture.ErrMissingExtension, "XTEST"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			test.setup(t)
			_, err := robot.New()
			if !errors.Is(err, test.want) || !strings.Contains(err.Error(), test.text) {
				t.Errorf("New: %v, want %v naming %s", err, test.want, test.text)
			}
		})
	}
}

// A second desktop in one process: robotgo must not go on with the first.
func TestReopen(t *testing.T) {
	for range 2 {
		xvfbtest.Start(t, size)
		w := newWindow(t)
		r, err := robot.New()
		if err != nil {
			t.Fatal(err)
		}
		if err := r.Move(image.Pt(12, 34)); err != nil {
			t.Fatal(err)
		}
		if got := w.pointer(); got != image.Pt(12, 34) {
			t.Errorf("the pointer is at %v", got)
		}
		if err := r.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// X11 would repeat a key for as long as its release is on the way.
func TestHeldKeyDoesNotRepeatByItself(t *testing.T) {
	xvfbtest.Start(t, size)
	h := newHarness(t)
	defer func() { _ = h.Injector.Close() }()
	if err := h.Injector.Key("KeyX", true); err != nil {
		t.Fatal(err)
	}
	time.Sleep(900 * time.Millisecond) // the server's delay is 660 ms
	if err := h.Injector.Key("KeyX", false); err != nil {
		t.Fatal(err)
	}
	if got := h.Typed(); got != "x" {
		t.Errorf("typed %q, want x", got)
	}
}

func TestCloseGivesTheKeyboardBack(t *testing.T) {
	xvfbtest.Start(t, size)
	w := newWindow(t)
	mapping, repeats := w.mapping(), w.repeats()
	r, err := robot.New()
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(r.Text("äöü😀"), r.Key("KeyX", true)); err != nil {
		t.Fatal(err)
	}
	if w.mapping() == mapping {
		t.Error("no key was borrowed: the test shows nothing")
	}
	if w.repeats() == repeats {
		t.Error("auto-repeat was not touched: the test shows nothing")
	}
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	if w.mapping() != mapping {
		t.Error("the keyboard differs after Close")
	}
	if w.repeats() != repeats {
		t.Error("auto-repeat differs after Close")
	}
}

// Another layout in mid-session, with AltGr.
func TestLayoutChanges(t *testing.T) {
	xvfbtest.Start(t, size)
	h := newHarness(t)
	defer func() { _ = h.Injector.Close() }()
	if got := h.Injector.Produces("KeyY"); got != "y" {
		t.Errorf("KeyY produces %q", got)
	}
	w := newWindow(t)
	const keyY, keyL, lstroke, capitalLstroke = 29, 46, 0x1b3, 0x1a3
	w.remap(keyY, 'z', 'Z', 'z', 'Z')
	w.remap(keyL, 'l', 'L', 'l', 'L', lstroke, capitalLstroke)
	if got := h.Injector.Produces("KeyY"); got != "z" {
		t.Errorf("after the change KeyY produces %q", got)
	}
	mapping := w.mapping()
	if err := h.Injector.Text("łzŁ"); err != nil {
		t.Fatal(err)
	}
	if got := w.typed(); got != "łzŁ" {
		t.Errorf("typed %q, want łzŁ", got)
	}
	if w.mapping() != mapping {
		t.Error("keys were borrowed for what the layout has")
	}
}

// TestDisplayGoesAway ends the X server under a robot: Xlib would end the process.
func TestDisplayGoesAway(t *testing.T) {
	server := xvfbtest.Launch(t, size)
	child := exec.Command(os.Args[0])
	child.Env = append(os.Environ(), childVariable+"=1")
	child.Stderr = os.Stderr
	in, err := child.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	if !lines.Scan() || lines.Text() != ready {
		t.Errorf("the child says %q", lines.Text())
	}
	server.Stop()
	_ = in.Close() // the child goes on
	if !lines.Scan() || lines.Text() != done {
		t.Errorf("the child says %q", lines.Text())
	}
	// Its exit status says nothing: the race detector ends a process through C's
	// exit, where robotgo closes the connection that is dead.
	_ = child.Wait()
}

// outlive uses a robot before and after its display goes away.
func outlive() int {
	r, err := robot.New()
	if err != nil {
		fmt.Println("new:", err)
		return 1
	}
	if err := r.Move(image.Pt(7, 8)); err != nil {
		fmt.Println("move:", err)
		return 1
	}
	fmt.Println(ready)
	_, _ = os.Stdin.Read(make([]byte, 1)) // until the server is gone
	_, again := robot.New()
	for name, err := range map[string]error{
		"move":   r.Move(image.Pt(1, 1)),
		"button": r.Button(input.ButtonLeft, true),
		"wheel":  r.Wheel(0, 1),
		"key":    r.Key("KeyA", true),
		"text":   r.Text("a"),
		"close":  r.Close(),
		"again":  again,
	} {
		if !errors.Is(err, capture.ErrNoDisplay) {
			fmt.Println(name, "with no display:", err)
			return 1
		}
	}
	fmt.Println(done)
	return 0
}
