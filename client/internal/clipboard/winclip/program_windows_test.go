package winclip

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"testing"
	"time"
	"unsafe"

	"golang.org/x/sys/windows"
)

// programVariable makes this test program another one: what it is to do comes on standard
// input, an order a line, and what comes of it goes out.
const programVariable = "LENDHAND_TEST_CLIPBOARD_PROGRAM"

// order is one thing that the other program does.
type order struct {
	// Do is copy, promise (and never keep it), other (what is no text), paste, or hold and
	// release: to have the clipboard open.
	Do    string
	Text  string
	Marks map[string][]uint16 // formats beside the text
	Stuck bool                // it answers nobody after that
}

type outcome struct{ Text, Failed string }

// program is another program of the desktop.
type program struct {
	t   *testing.T
	in  io.Writer
	out *bufio.Reader
}

func startProgram(t *testing.T) *program {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), programVariable+"=1")
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
		_ = cmd.Process.Kill() // it may be stuck
		_ = cmd.Wait()
	})
	return &program{t, in, bufio.NewReader(out)}
}

// do has it do something, and returns the text that it pastes.
func (p *program) do(o order) string {
	p.t.Helper()
	if err := json.NewEncoder(p.in).Encode(o); err != nil {
		p.t.Fatal(err)
	}
	line, err := p.out.ReadBytes('\n')
	if err != nil {
		p.t.Fatal(err)
	}
	var done outcome
	if err := json.Unmarshal(line, &done); err != nil || done.Failed != "" {
		p.t.Fatalf("the other program: %v %s", err, done.Failed)
	}
	return done.Text
}

// runProgram is that program.
func runProgram() {
	runtime.LockOSThread()
	class, _ := windows.UTF16PtrFromString("STATIC")
	w := call(procCreateWindowEx, 0, uintptr(unsafe.Pointer(class)), 0, 0, 0, 0, 0, 0, messageOnly, 0, 0, 0)
	orders := make(chan order)
	go func() {
		defer close(orders)
		lines := json.NewDecoder(os.Stdin)
		for {
			var o order
			if lines.Decode(&o) != nil {
				return
			}
			orders <- o
		}
	}()
	for {
		pump()
		select {
		case o, more := <-orders:
			if !more {
				return
			}
			text, err := o.carryOut(w)
			done := outcome{Text: text}
			if err != nil {
				done.Failed = err.Error()
			}
			_ = json.NewEncoder(os.Stdout).Encode(done)
			if o.Stuck {
				time.Sleep(time.Hour)
			}
		case <-time.After(time.Millisecond):
		}
	}
}

// pump answers whoever sends messages.
func pump() {
	var m message
	const remove = 1
	for call(user32.NewProc("PeekMessageW"), uintptr(unsafe.Pointer(&m)), 0, 0, 0, remove) != 0 {
		call(procDispatchMessage, uintptr(unsafe.Pointer(&m)))
	}
}

func (o *order) carryOut(w uintptr) (string, error) {
	if o.Do == "release" {
		call(procCloseClipboard)
		return "", nil
	}
	if err := openClipboard(w, 5*time.Second); err != nil || o.Do == "hold" {
		return "", err
	}
	defer call(procCloseClipboard)
	if o.Do == "paste" {
		memory := call(procGetClipboardData, unicodeText)
		start := call(procGlobalLock, memory)
		if start == 0 {
			return "", fmt.Errorf("there is no text")
		}
		defer call(procGlobalUnlock, memory)
		return decode(units(start, call(procGlobalSize, memory)/2))
	}
	call(procEmptyClipboard)
	for name, value := range o.Marks {
		format, err := registerFormat(name)
		if err != nil {
			return "", err
		}
		if err := set(format, value); err != nil {
			return "", err
		}
	}
	return "", o.put()
}

func (o *order) put() error {
	switch o.Do {
	case "promise":
		call(procSetClipboardData, unicodeText, 0)
		return nil
	case "other":
		format, err := registerFormat("image/gif")
		if err != nil {
			return err
		}
		return set(format, []uint16{1, 2, 3})
	}
	text, err := encode(o.Text)
	if err != nil {
		return err
	}
	return set(unicodeText, text)
}
