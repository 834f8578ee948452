//go:build linux

package release_test

import (
	"bufio"
	"bytes"
	"fmt"
	"image"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/xproto"

	"github.com/lendhand/lendhand/client/internal/input"
	"github.com/lendhand/lendhand/client/internal/input/release"
	"github.com/lendhand/lendhand/client/internal/input/robot"
	"github.com/lendhand/lendhand/client/internal/xvfbtest"
)

const (
	// asHost has this program hold what it says, or type.
	asHost = "LENDHAND_TEST_HOST"
	// upWithin is how long anything may stay down after the end of a host.
	upWithin = 2500 * time.Millisecond
	within   = 10 * time.Second
)

func TestMain(m *testing.M) {
	if len(os.Args) == 2 && os.Args[1] == release.Command {
		if err := release.Serve(os.Stdin, robot.LetGo); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	if what := os.Getenv(asHost); what != "" {
		if err := host(what); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// host does what a host does until its standard input ends.
func host(what string) error {
	keeper := release.NewKeeper(slog.New(slog.NewTextHandler(os.Stderr, nil)))
	r, err := robot.NewKept(keeper)
	if err != nil {
		return err
	}
	desk := input.NewDesk(r)
	switch what {
	case "holds":
		for _, code := range []string{"ControlLeft", "ShiftLeft", "KeyQ"} {
			if err := desk.Key(code, true, ""); err != nil {
				return err
			}
		}
		if err := desk.Button(input.ButtonRight, true, image.Pt(50, 50)); err != nil {
			return err
		}
		fmt.Println("ready")
	case "types":
		fmt.Println("ready")
		for {
			if err := desk.Text("ÄÖÜ abc"); err != nil {
				return err
			}
		}
	}
	_, _ = io.Copy(io.Discard, os.Stdin)
	if err := desk.Close(); err != nil {
		return err
	}
	return keeper.Close()
}

// machine is a desktop that is looked at.
type machine struct {
	t    *testing.T
	c    *xgb.Conn
	root xproto.Window
}

// down returns how many keys and buttons are down.
func (m *machine) down() (n int) {
	m.t.Helper()
	keys, err := xproto.QueryKeymap(m.c).Reply()
	if err != nil {
		m.t.Fatal(err)
	}
	for _, part := range keys.Keys {
		for ; part > 0; part &= part - 1 {
			n++
		}
	}
	pointer, err := xproto.QueryPointer(m.c, m.root).Reply()
	if err != nil {
		m.t.Fatal(err)
	}
	for _, button := range []uint16{xproto.KeyButMaskButton1, xproto.KeyButMaskButton2, xproto.KeyButMaskButton3} {
		if pointer.Mask&button != 0 {
			n++
		}
	}
	return n
}

// repeating returns which keys repeat, a bit for each.
func (m *machine) repeating() []byte {
	m.t.Helper()
	control, err := xproto.GetKeyboardControl(m.c).Reply()
	if err != nil {
		m.t.Fatal(err)
	}
	return control.AutoRepeats
}

// start starts a host, and waits until it holds something.
func start(t *testing.T, what string) (*exec.Cmd, io.Closer) {
	t.Helper()
	// Whoever runs these tests under nohup has given them its deafness to hanging up.
	cmd := exec.Command("env", "--default-signal=HUP", os.Args[0])
	cmd.Env = append(os.Environ(), asHost+"="+what)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	if line, err := bufio.NewReader(out).ReadString('\n'); err != nil || line != "ready\n" {
		t.Fatalf("the host says %q, %v", line, err)
	}
	return cmd, in
}

// child returns the process that lets go for a host.
func child(t *testing.T, host int) int {
	t.Helper()
	for deadline := time.Now().Add(within); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		threads, err := os.ReadDir(fmt.Sprintf("/proc/%d/task", host))
		if err != nil {
			t.Fatal(err)
		}
		for _, thread := range threads {
			list, _ := os.ReadFile(fmt.Sprintf("/proc/%d/task/%s/children", host, thread.Name()))
			if fields := strings.Fields(string(list)); len(fields) > 0 {
				n, err := strconv.Atoi(fields[0])
				if err != nil {
					t.Fatal(err)
				}
				return n
			}
		}
	}
	t.Fatal("the host has no child")
	return 0
}

// isAlive tells a process that works from one that has ended, waited for or not.
func isAlive(process int) bool {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", process))
	return err == nil && !bytes.Contains(stat, []byte(") Z "))
}

func eventually(t *testing.T, within time.Duration, what string, is func() bool) time.Duration {
	t.Helper()
	began := time.Now()
	for !is() {
		if time.Since(began) > within {
			t.Fatalf("not within %s: %s", within, what)
		}
		time.Sleep(5 * time.Millisecond)
	}
	return time.Since(began)
}

// However a host ends, nothing stays down, every key repeats as before, and no process
// is left.
func TestAHostEnds(t *testing.T) {
	xvfbtest.Start(t, image.Pt(320, 240))
	c, screen := xvfbtest.Connect(t)
	m := &machine{t, c, screen.Root}
	repeating := m.repeating()
	kill := func(group bool, s syscall.Signal) func(*exec.Cmd, io.Closer) error {
		return func(cmd *exec.Cmd, _ io.Closer) error {
			if group {
				return syscall.Kill(-cmd.Process.Pid, s)
			}
			return cmd.Process.Signal(s)
		}
	}
	for _, c := range []struct {
		name, what string
		end        func(*exec.Cmd, io.Closer) error
	}{
		{"by itself", "holds", func(_ *exec.Cmd, in io.Closer) error { return in.Close() }},
		{"killed", "holds", kill(false, syscall.SIGKILL)},
		{"killed with its group", "holds", kill(true, syscall.SIGKILL)},
		{"crashed", "holds", kill(false, syscall.SIGQUIT)},
		{"hung up", "holds", kill(true, syscall.SIGHUP)},
		{"killed as it types", "types", kill(false, syscall.SIGKILL)},
		{"killed as it types, later", "types", func(cmd *exec.Cmd, _ io.Closer) error {
			time.Sleep(313 * time.Millisecond)
			return cmd.Process.Kill()
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			m.t = t
			host, in := start(t, c.what)
			if got := m.down(); c.what == "holds" && got != 4 {
				t.Fatalf("%d things are down", got)
			}
			helper := child(t, host.Process.Pid)
			if c.name == "crashed" {
				host.Stderr = io.Discard
			}
			if err := c.end(host, in); err != nil {
				t.Fatal(err)
			}
			took := eventually(t, upWithin, "everything is up", func() bool { return m.down() == 0 && !isAlive(helper) })
			t.Logf("up after %s", took.Round(time.Millisecond))
			if now := m.repeating(); !bytes.Equal(now, repeating) {
				t.Errorf("keys that repeat: %x, want %x", now, repeating)
			}
		})
	}
}
