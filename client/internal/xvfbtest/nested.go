package xvfbtest

import (
	"fmt"
	"image"
	"os"
	"os/exec"
	"testing"
	"time"
)

// Nested is a desktop with a person at it. Programs can tell what the X server gets from
// a device of its own from what XTEST injects, and there is no device here. So the desktop
// is a window of another display, in which XTEST moves the devices: what comes out of that
// window is the person's own hand to all that runs on the desktop.
type Nested struct {
	// Display is the desktop's, and Outer that of the display around it.
	Display, Outer string
	// Person is at the machine.
	Person *Hand
	// Program injects on the desktop itself, as a technician does, and whatever the
	// technician starts.
	Program *Hand
}

// StartNested runs both servers until the test ends, and points $DISPLAY at the desktop.
// It needs Debian's xserver-xephyr. Extra arguments go to the desktop's server.
func StartNested(t testing.TB, size image.Point, extra ...string) *Nested {
	t.Helper()
	outer := Launch(t, size)
	inner, err := runXephyr(outer.Display, size, extra)
	if err != nil {
		t.Fatalf("start Xephyr (Debian package xserver-xephyr): %v", err)
	}
	t.Cleanup(inner.Stop)
	n := &Nested{Display: inner.Display, Outer: outer.Display}
	t.Setenv("DISPLAY", outer.Display)
	n.Person = NewHand(t)
	t.Setenv("DISPLAY", inner.Display)
	n.Program = NewHand(t)
	n.Person.settle(t, n.Program)
	return n
}

func runXephyr(outer string, size image.Point, extra []string) (*Server, error) {
	read, write, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer func() { _ = read.Close() }()
	args := append([]string{
		"-displayfd", "3", "-noreset", "-nolisten", "tcp", "-no-host-grab",
		"-screen", fmt.Sprintf("%dx%d", size.X, size.Y),
	}, extra...)
	s := &Server{process: exec.Command("Xephyr", args...)}
	s.process.Env = append(os.Environ(), "DISPLAY="+outer)
	s.process.ExtraFiles = []*os.File{write}
	err = s.process.Start()
	_ = write.Close()
	if err != nil {
		return nil, err
	}
	if s.Display, err = readDisplay(read); err != nil {
		s.Stop()
		return nil, err
	}
	return s, nil
}

// settle waits until what the person does arrives on the desktop.
func (h *Hand) settle(t testing.TB, inside *Hand) {
	t.Helper()
	deadline := time.Now().Add(startTimeout)
	for n := 0; ; n++ {
		to := image.Pt(20+n%2, 30)
		h.Move(to)
		time.Sleep(20 * time.Millisecond)
		if inside.Where() == to {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("the person's pointer does not arrive: it is at %v, not at %v", inside.Where(), to)
		}
	}
}
