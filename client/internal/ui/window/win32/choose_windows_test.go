package win32

import (
	"os"
	"testing"
	"time"
	"unsafe"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sys/windows"

	"github.com/lendhand/lendhand/client/internal/ui"
	"github.com/lendhand/lendhand/client/internal/ui/window"
	"github.com/lendhand/lendhand/client/internal/winetest"
)

const chooserTitle = "Which file is it"

// choosing is a page over which a file is chosen.
func choosing(t *testing.T) window.Page {
	t.Helper()
	p := requestPage(t)
	p.Chooser = &window.Chooser{Number: 1, Title: chooserTitle}
	return p
}

// dialogOpen is the window of the system's dialog, or 0.
func dialogOpen() uintptr {
	return call(procFindWindow, uintptr(unsafe.Pointer(utf16("#32770"))), uintptr(unsafe.Pointer(utf16(chooserTitle))))
}

// opens shows the page, and waits for the dialog to have the keyboard.
func opens(t *testing.T, tk *Toolkit, p window.Page) {
	t.Helper()
	tk.Show(p)
	eventually(t, "the dialog", func() bool {
		w := dialogOpen()
		return w != 0 && call(procGetForegroundWindow) == w
	})
	time.Sleep(300 * time.Millisecond) // Wine's fills its list
}

func closes(t *testing.T) {
	t.Helper()
	eventually(t, "no dialog", func() bool { return dialogOpen() == 0 })
}

// isNamed reports whether the part of the dialog that has the keyboard holds that name, within
// a while.
func isNamed(name string) bool {
	const getText = 0x000D // WM_GETTEXT
	thread, _ := windows.GetWindowThreadProcessId(windows.HWND(dialogOpen()), nil)
	text := make([]uint16, 1024)
	for range 20 {
		info := windows.GUIThreadInfo{Size: uint32(unsafe.Sizeof(windows.GUIThreadInfo{}))}
		if windows.GetGUIThreadInfo(thread, &info) == nil {
			call(procSendMessage, uintptr(info.Focus), getText, uintptr(len(text)), uintptr(unsafe.Pointer(&text[0])))
		}
		if windows.UTF16ToString(text) == name {
			return true
		}
		time.Sleep(100 * time.Millisecond)
	}
	return false
}

// The person types the name of a file, and that is no yes.
func TestChoose(t *testing.T) {
	tk, person := start(t), winetest.Dial(t)
	open(t, tk, requestPage(t))
	path, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	opens(t, tk, choosing(t))
	shot(t, wide(dialogOpen()).image(), "choose")
	for try := 1; ; try++ {
		person.Do("type", "--delay", "20", path)
		if isNamed(path) {
			break
		}
		if try == 3 {
			t.Fatal("the dialog never has the name that is typed")
		}
		person.Key("ctrl+a") // it was not listening yet
	}
	person.Key("Return")
	if diff := cmp.Diff(window.Press{ID: window.Chosen, Text: path, Hand: ui.UnknownHand}, next(t, tk)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	closes(t)
}

// What was given up is told, and the same page does not open the dialog again.
func TestChooserOpensOnce(t *testing.T) {
	tk, person := start(t), winetest.Dial(t)
	w := open(t, tk, requestPage(t))
	p := choosing(t)
	opens(t, tk, p)
	person.Key("Escape")
	if diff := cmp.Diff(window.Press{ID: window.Chosen}, next(t, tk)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	closes(t)
	p.Elements[0].Text = "Maria Example waits"
	tk.Show(p)
	eventually(t, "the change", func() bool { return partsOf(w)[0].text == p.Elements[0].Text })
	time.Sleep(300 * time.Millisecond)
	if dialogOpen() != 0 {
		t.Error("it has opened again")
	}
	p.Chooser.Number++
	opens(t, tk, p)
	tk.Show(requestPage(t))
	closes(t)
	if len(tk.Presses()) > 0 {
		t.Errorf("%+v, though nobody has chosen", next(t, tk))
	}
}

// While it is open the bar is to be pressed, and nobody but its own thread says that it is
// over.
func TestChooserHoldsNothingBack(t *testing.T) {
	tk, person := start(t), winetest.Dial(t)
	open(t, tk, requestPage(t))
	opens(t, tk, choosing(t))
	tk.mu.Lock()
	inbox := tk.inbox
	tk.mu.Unlock()
	call(procPostMessage, inbox, wmChosen, 0, 0)
	tk.ShowBar(&window.Bar{Name: "Maria is here", Elements: []window.Element{{ID: "stop", Kind: window.Button, Text: "Stop"}}})
	eventually(t, "the bar", func() bool { return len(barWindows()) == 1 })
	settle(barWindows()[0])
	at := middle(find(t, barWindows()[0], "Stop").at)
	person.Click(at.X, at.Y)
	if diff := cmp.Diff(window.Press{ID: "stop", Hand: ui.OwnHand}, next(t, tk)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	// The end of the test ends Run, with the dialog open.
}
