// Package xvfbtest gives a test a desktop of its own: an X server without a
// screen. It needs Debian's xvfb.
package xvfbtest

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"image"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/xproto"

	"github.com/lendhand/lendhand/client/internal/capture/xdisplay"
)

const startTimeout = 20 * time.Second

// Server is one running Xvfb.
type Server struct {
	// Display is the name to put into $DISPLAY, such as ":3".
	Display string

	process *exec.Cmd
	stop    sync.Once
}

// Start runs an Xvfb that ends with the test, points $DISPLAY at it and returns
// its display name. It cannot be used in parallel tests, because the environment
// is shared. Extra arguments go to Xvfb, such as "-extension", "XTEST".
func Start(t testing.TB, size image.Point, extra ...string) string {
	t.Helper()
	return Launch(t, size, extra...).Display
}

// Launch is Start for a test that ends the server itself.
func Launch(t testing.TB, size image.Point, extra ...string) *Server {
	t.Helper()
	s, err := run(size, extra)
	if err != nil {
		t.Fatalf("start Xvfb (Debian package xvfb): %v", err)
	}
	t.Cleanup(s.Stop)
	t.Setenv("DISPLAY", s.Display)
	t.Setenv("XDG_SESSION_TYPE", "x11")
	return s
}

func run(size image.Point, extra []string) (*Server, error) {
	read, write, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer func() { _ = read.Close() }()
	args := append([]string{
		"-displayfd", "3", "-noreset", "-nolisten", "tcp",
		"-screen", "0", fmt.Sprintf("%dx%dx24", size.X, size.Y),
	}, extra...)
	s := &Server{process: exec.Command("Xvfb", args...)}
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

// readDisplay waits for the number that the server writes when it is ready.
func readDisplay(r *os.File) (string, error) {
	if err := r.SetReadDeadline(time.Now().Add(startTimeout)); err != nil {
		return "", err
	}
	line, err := bufio.NewReader(r).ReadString('\n')
	if err != nil {
		return "", fmt.Errorf("read display number: %w", err)
	}
	return ":" + line[:len(line)-1], nil
}

// CPU returns the processor time that the server has used, in steps of the kernel's
// clock: ten milliseconds.
func (s *Server) CPU() (time.Duration, error) {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", s.process.Process.Pid))
	if err != nil {
		return 0, fmt.Errorf("read processor time: %w", err)
	}
	// The name in parentheses may hold anything; what is wanted is the 14th and the
	// 15th field, counted from one (proc(5)).
	fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:]))
	if len(fields) < 13 {
		return 0, fmt.Errorf("read processor time: %d fields", len(fields))
	}
	user, errUser := strconv.ParseInt(fields[11], 10, 64)
	system, errSystem := strconv.ParseInt(fields[12], 10, 64)
	const tick = 10 * time.Millisecond
	return time.Duration(user+system) * tick, errors.Join(errUser, errSystem)
}

// Stop ends the server, as when the desktop dies. Stopping twice is harmless.
func (s *Server) Stop() {
	s.stop.Do(func() {
		_ = s.process.Process.Kill()
		_ = s.process.Wait()
	})
}

// Connect opens a connection to the server in $DISPLAY that ends with the test.
func Connect(t testing.TB) (*xgb.Conn, *xproto.ScreenInfo) {
	t.Helper()
	c, err := xdisplay.Open()
	if err != nil {
		t.Fatalf("connect: %v", err)
	}
	t.Cleanup(c.Close)
	return c, xproto.Setup(c).DefaultScreen(c)
}
