package win32

import (
	"image"
	"os"
	"os/exec"
	"testing"
	"time"
	"unsafe"

	"github.com/google/go-cmp/cmp"

	"github.com/lendhand/lendhand/client/internal/ui"
	"github.com/lendhand/lendhand/client/internal/ui/window"
	"github.com/lendhand/lendhand/client/internal/winetest"
)

var (
	procSendInput        = user32.NewProc("SendInput")
	procGetSystemMetrics = user32.NewProc("GetSystemMetrics")
)

type mouseInput struct {
	Kind        uint32
	_           uint32
	X, Y        int32
	Data        uint32
	Flags, Time uint32
	_           uint32
	Extra       uintptr
}

type keyInput struct {
	Kind, _     uint32
	Code, Scan  uint16
	Flags, Time uint32
	_           uint32
	Extra, _    uintptr
}

// injectClick clicks as a program does.
func injectClick(p image.Point) {
	const move, down, up, absolute = 1, 2, 4, 0x8000
	const whole = 65536 // the width and the height of the screen
	size := image.Pt(int(call(procGetSystemMetrics, 0)), int(call(procGetSystemMetrics, 1)))
	for _, flags := range []uint32{move, down, up} {
		i := mouseInput{
			X: int32((p.X*whole + size.X/2) / size.X), Y: int32((p.Y*whole + size.Y/2) / size.Y), Flags: flags | move | absolute,
		}
		call(procSendInput, 1, uintptr(unsafe.Pointer(&i)), unsafe.Sizeof(i))
	}
}

// injectKey presses a key as a program does.
func injectKey(code uint16) {
	const up = 2
	for _, flags := range []uint32{0, up} {
		i := keyInput{Kind: 1, Code: code, Flags: flags}
		call(procSendInput, 1, uintptr(unsafe.Pointer(&i)), unsafe.Sizeof(i))
	}
}

// stranger runs this program again in the role of another one, see TestMain.
func stranger(t *testing.T, role string) *exec.Cmd {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), roleVariable+"="+role)
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	return cmd
}

// rest lets what was pressed before become old.
func rest() { time.Sleep(freshPress + 100*time.Millisecond) }

// Each hand presses each kind of control, in each way.
func TestWhoseHandPressed(t *testing.T) {
	tk, person := start(t), winetest.Dial(t)
	w := open(t, tk, requestPage(t))
	no, files := find(t, w, "No"), find(t, w, "They may also send me files")
	focus := func(p part) {
		call(user32.NewProc("SetForegroundWindow"), w)
		eventually(t, "the keyboard at "+p.text, func() bool {
			if focusOf(w) == p.window {
				return true
			}
			person.Do("key", "Tab")
			time.Sleep(20 * time.Millisecond)
			return false
		})
		rest()
	}
	tests := []struct {
		name string
		do   func()
		want window.Press
	}{
		{"the person clicks", func() { p := middle(no.at); person.Click(p.X, p.Y) }, window.Press{ID: "no", Hand: ui.OwnHand}},
		{"the person clicks a switch", func() { p := middle(files.at); person.Click(p.X, p.Y) }, window.Press{ID: "files", Hand: ui.OwnHand}},
		{"the person presses space", func() { focus(no); person.Key("space") }, window.Press{ID: "no", Hand: ui.OwnHand}},
		{"the person presses return", func() { focus(no); person.Key("Return") }, window.Press{ID: "no", Hand: ui.OwnHand}},
		{"the person presses escape", func() { person.Key("Escape") }, window.Press{ID: "no", Hand: ui.OwnHand}},
		{"a program injects a click", func() { injectClick(middle(no.at)) }, window.Press{ID: "no", Hand: ui.ProgramHand}},
		{"a program injects space", func() { focus(no); injectKey(0x20) }, window.Press{ID: "no", Hand: ui.ProgramHand}},
		{"a program injects return", func() { focus(no); injectKey(0x0d) }, window.Press{ID: "no", Hand: ui.ProgramHand}},
		{"a program injects escape", func() { injectKey(0x1b) }, window.Press{ID: "no", Hand: ui.ProgramHand}},
		{"a program posts a click", func() { call(procPostMessage, no.window, bmClick, 0, 0) }, window.Press{ID: "no", Hand: ui.UnknownHand}},
		{"a program sends a click", func() { call(procSendMessage, no.window, bmClick, 0, 0) }, window.Press{ID: "no", Hand: ui.UnknownHand}},
		{"a program posts a command", func() { call(procPostMessage, w, wmCommand, 0, no.window) }, window.Press{ID: "no", Hand: ui.UnknownHand}},
		{"a program posts the mouse", func() {
			call(procPostMessage, no.window, wmLButtonDown, 1, 5|5<<16)
			call(procPostMessage, no.window, wmLButtonUp, 0, 5|5<<16)
		}, window.Press{ID: "no", Hand: ui.UnknownHand}},
		{"a program posts return", func() { call(procPostMessage, no.window, wmKeyDown, vkReturn, 1) }, window.Press{ID: "no", Hand: ui.UnknownHand}},
		{"a program posts the close button", func() { call(procPostMessage, w, wmClose, 0, 0) }, window.Press{ID: "no", Hand: ui.UnknownHand}},
		{"another program posts a click", func() { stranger(t, "click") }, window.Press{ID: "no", Hand: ui.UnknownHand}},
		{"another program injects a click", func() { stranger(t, "inject") }, window.Press{ID: "no", Hand: ui.ProgramHand}},
		{"a program posts just after the person's click elsewhere", func() {
			p := middle(find(t, w, "Maria Example wants to see your screen").at)
			person.Click(p.X, p.Y)
			call(procPostMessage, no.window, bmClick, 0, 0)
		}, window.Press{ID: "no", Hand: ui.UnknownHand}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			rest()
			test.do()
			if diff := cmp.Diff(test.want, next(t, tk)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// What cannot be used now cannot be pressed by anybody, in whatever way.
func TestWhatIsOffIsNotPressed(t *testing.T) {
	tk, person := start(t), winetest.Dial(t)
	w := open(t, tk, requestPage(t))
	off := find(t, w, "Let them control too")
	p := middle(off.at)
	person.Click(p.X, p.Y)
	call(procPostMessage, off.window, bmClick, 0, 0)
	call(procPostMessage, w, wmCommand, 0, off.window)
	person.Key("Escape")
	if got := next(t, tk); got.ID != "no" {
		t.Errorf("%+v", got)
	}
}

// focusOf is what has the keyboard in a window of another thread.
func focusOf(w uintptr) uintptr {
	var info struct {
		Size, Flags                                    uint32
		Active, Focus, Capture, MenuOwner, Move, Caret uintptr
		Rect                                           rect
	}
	info.Size = uint32(unsafe.Sizeof(info))
	thread := call(user32.NewProc("GetWindowThreadProcessId"), w, 0)
	call(user32.NewProc("GetGUIThreadInfo"), thread, uintptr(unsafe.Pointer(&info)))
	return info.Focus
}
