// Package gtktest runs a toolkit of package gtk in a process of its own, as a process can
// have one, and for one display, only.
package gtktest

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/lendhand/lendhand/client/internal/ui/window"
)

// Order is what the process is to do; what is nil or false is left alone.
type Order struct {
	Page   *window.Page
	Bar    *window.Bar
	NoBar  bool
	Attend bool
	Copy   string
}

// Report is what the process tells: a press, or why it ended.
type Report struct {
	Press *window.Press
	Ended string
}

// variable has the test's own program become the process.
const variable = "LENDHAND_GTK_PROCESS"

// IsProcess says that this program is the process: TestMain calls Serve then.
func IsProcess() bool { return os.Getenv(variable) != "" }

// Process is a toolkit that runs.
type Process struct {
	// Presses is what it tells; closed when it has ended.
	Presses chan window.Press
	// PID is its number.
	PID int

	// T is the test that a failure belongs to.
	T testing.TB

	in    io.WriteCloser
	ended chan string
	stop  func()
}

// Start runs a process on $DISPLAY until the test ends. Settings are added to its
// environment.
func Start(t testing.TB, settings ...string) *Process {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	command := exec.Command(self, "-test.run=^$")
	command.Env = append(append(os.Environ(), variable+"=1"), settings...)
	var said bytes.Buffer
	command.Stderr = &said
	in, err := command.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	p := &Process{Presses: make(chan window.Press, 64), T: t, in: in, ended: make(chan string, 1), PID: command.Process.Pid}
	read := make(chan struct{})
	go func() {
		defer close(read)
		p.listen(out)
	}()
	p.stop = sync.OnceFunc(func() {
		_ = in.Close()
		kill := time.AfterFunc(10*time.Second, func() { _ = command.Process.Signal(syscall.SIGQUIT) })
		defer kill.Stop()
		<-read
		err := command.Wait()
		if err != nil || bytes.Contains(said.Bytes(), []byte("DATA RACE")) {
			t.Errorf("the process with the window ended with %v: %s", err, &said)
		}
	})
	t.Cleanup(p.stop)
	return p
}

// Stop ends the process, and waits for it. The end of the test does so, too.
func (p *Process) Stop() { p.stop() }

func (p *Process) listen(out io.Reader) {
	defer close(p.Presses)
	lines := json.NewDecoder(bufio.NewReader(out))
	for {
		var r Report
		if err := lines.Decode(&r); err != nil {
			return
		}
		if r.Press != nil {
			p.Presses <- *r.Press
		} else {
			p.ended <- r.Ended
		}
	}
}

// Do has the process do something.
func (p *Process) Do(o Order) {
	p.T.Helper()
	line, err := json.Marshal(o)
	if err != nil {
		p.T.Fatal(err)
	}
	if _, err := p.in.Write(append(line, '\n')); err != nil {
		p.T.Fatal(err)
	}
}

// Show shows a page.
func (p *Process) Show(page window.Page) {
	p.T.Helper()
	p.Do(Order{Page: &page})
}

// Press returns the next press.
func (p *Process) Press() window.Press {
	p.T.Helper()
	select {
	case press, ok := <-p.Presses:
		if !ok {
			p.T.Fatal("the process has ended")
		}
		return press
	case <-time.After(10 * time.Second):
		p.T.Fatal("no press within ten seconds")
		return window.Press{}
	}
}

// Quiet fails when there is a press within the time.
func (p *Process) Quiet(within time.Duration) {
	p.T.Helper()
	select {
	case press := <-p.Presses:
		p.T.Errorf("press %+v, want none", press)
	case <-time.After(within):
	}
}

// Ended waits until the toolkit has given up, and returns why.
func (p *Process) Ended() string {
	p.T.Helper()
	select {
	case why := <-p.ended:
		return why
	case <-time.After(10 * time.Second):
		p.T.Fatal("the toolkit has not ended within ten seconds")
		return ""
	}
}
