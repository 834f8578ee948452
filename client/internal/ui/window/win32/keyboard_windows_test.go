package win32

import (
	"testing"
	"time"
	"unsafe"

	"github.com/google/go-cmp/cmp"

	"github.com/lendhand/lendhand/client/internal/ui"
	"github.com/lendhand/lendhand/client/internal/ui/window"
	"github.com/lendhand/lendhand/client/internal/winetest"
)

// The tab key goes through what can be used, from top to bottom, and around.
func TestOrderOfTheTabKey(t *testing.T) {
	tk, person := start(t), winetest.Dial(t)
	w := open(t, tk, requestPage(t))
	eventually(t, "the keyboard at the heading", func() bool {
		return windowText(focusOf(w)) == "Maria Example wants to see your screen"
	})
	var got []string
	for range 6 {
		before := focusOf(w)
		person.Key("Tab")
		eventually(t, "the keyboard elsewhere", func() bool { return focusOf(w) != before })
		got = append(got, windowText(focusOf(w)))
	}
	want := []string{
		"They may also take what I copy", "They may also send me files", "Let them look", "No", "I did not call anyone",
		"They may also take what I copy",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	before := focusOf(w)
	person.Key("shift+Tab")
	eventually(t, "the keyboard back", func() bool { return focusOf(w) != before && windowText(focusOf(w)) == "I did not call anyone" })
}

// A question that comes takes no key as an answer that the person is just typing.
func TestKeysAtTheHeadingPressNothing(t *testing.T) {
	tk, person := start(t), winetest.Dial(t)
	open(t, tk, requestPage(t))
	for _, key := range []string{"space", "Return", "y", "Left", "alt+n"} {
		person.Key(key)
	}
	person.Key("Escape")
	if got := next(t, tk); got.ID != "no" {
		t.Errorf("%+v", got)
	}
	if len(tk.Presses()) > 0 {
		t.Errorf("%+v too", next(t, tk))
	}
}

// What is typed and where the keyboard is stays, while other things change.
func TestTypingGoesOnWhileThePageChanges(t *testing.T) {
	tk, person := start(t), winetest.Dial(t)
	p := sessionPage()
	p.Focus = "chat"
	w := open(t, tk, p)
	var field part
	for _, one := range partsOf(w) {
		if one.class == "Edit" && one.text == "" {
			field = one
		}
	}
	eventually(t, "the keyboard in the field", func() bool { return focusOf(w) == field.window })
	person.Do("type", "good mor")
	p.Elements[0].Text = "Maria Example sees and controls your screen"
	p.Elements[1].Children = append(p.Elements[1].Children, window.Element{Kind: window.Text, Text: "Maria: Found it."})
	p.Elements = append(p.Elements, window.Element{ID: "status", Kind: window.Status, Text: "12:35"})
	tk.Show(p)
	eventually(t, "the change", func() bool {
		list := partsOf(w)
		return len(list) > 0 && list[0].text == p.Elements[0].Text
	})
	if got := find(t, w, "Maria: Good morning!\r\nYou: Hello. It is the printer again.\r\nMaria: Let us see.\r\nMaria: Found it."); got.class != "Edit" {
		t.Errorf("the log is %+v", got)
	}
	rest()
	person.Do("type", "ning")
	person.Key("Return")
	if diff := cmp.Diff(window.Press{ID: "chat", Text: "good morning", Hand: ui.OwnHand}, next(t, tk)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	eventually(t, "an empty field", func() bool { return windowText(field.window) == "" })
	person.Do("type", "bye")
	send := middle(find(t, w, "Send").at)
	person.Click(send.X, send.Y)
	if diff := cmp.Diff(window.Press{ID: "chat", Text: "bye", Hand: ui.OwnHand}, next(t, tk)); diff != "" {
		t.Errorf("by its button (-want +got):\n%s", diff)
	}
}

// A switch is what the newest page says: pressing it alone turns nothing.
func TestASwitchIsWhatThePageSays(t *testing.T) {
	tk, person := start(t), winetest.Dial(t)
	p := requestPage(t)
	w := open(t, tk, p)
	files := find(t, w, "They may also take what I copy")
	at := middle(files.at)
	person.Click(at.X, at.Y)
	if got := next(t, tk); got.ID != "clipboard" || !got.On {
		t.Errorf("%+v", got)
	}
	if call(procSendMessage, files.window, bmGetCheck, 0, 0) != 0 {
		t.Error("it is on before the page says so")
	}
	p.Elements[3].On = true
	tk.Show(p)
	eventually(t, "the switch to be on", func() bool { return call(procSendMessage, files.window, bmGetCheck, 0, 0) == 1 })
}

func TestOtherProgramsWriteNothingOnAQuestion(t *testing.T) {
	tk := start(t)
	w := open(t, tk, requestPage(t))
	before := partsOf(w)
	if err := stranger(t, "write").Wait(); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(before, partsOf(w), cmp.AllowUnexported(part{})); diff != "" {
		t.Errorf("(-before +after):\n%s", diff)
	}
}

func TestTheCodeIsCopied(t *testing.T) {
	tk := start(t)
	open(t, tk, waitingPage())
	tk.Copy("482 913 077 – Grüße")
	eventually(t, "the text in the clipboard", func() bool { return clipboard() == "482 913 077 – Grüße" })
}

func clipboard() string {
	if call(procOpenClipboard, 0) == 0 {
		return ""
	}
	defer call(procCloseClipboard)
	memory := call(user32.NewProc("GetClipboardData"), cfUnicodeText)
	if memory == 0 {
		return ""
	}
	defer call(procGlobalUnlock, memory)
	return windowsString(call(procGlobalLock, memory))
}

// An urgent page comes before the windows of other programs, and another page lets them.
func TestAttend(t *testing.T) {
	tk := start(t)
	w := open(t, tk, waitingPage())
	other := call(procCreateWindowEx, 0, uintptr(unsafe.Pointer(utf16("STATIC"))), uintptr(unsafe.Pointer(utf16("other"))), wsPopup|wsVisible,
		0, 0, 1280, 1024, 0, 0, instance(), 0)
	defer call(procDestroyWindow, other)
	call(procSetForegroundWindow, other)
	tk.Show(requestPage(t))
	tk.Attend()
	eventually(t, "the question before the other window", func() bool {
		return call(procGetForegroundWindow) == w && call(procGetWindowLongPtr, w, gwlExStyle)&exTopmost != 0
	})
	tk.Show(waitingPage())
	eventually(t, "a window like others", func() bool { return call(procGetWindowLongPtr, w, gwlExStyle)&exTopmost == 0 })
	hidden := waitingPage()
	hidden.Hidden = true
	tk.Show(hidden)
	eventually(t, "no window", func() bool { return call(procIsWindowVisible, w) == 0 })
	tk.Show(waitingPage())
	eventually(t, "the window again", func() bool { return call(procIsWindowVisible, w) != 0 })
}

// The close button presses what the escape key does; on a page without that, it closes, and
// the key does nothing.
func TestClose(t *testing.T) {
	tk, person := start(t), winetest.Dial(t)
	w := open(t, tk, waitingPage())
	person.Key("Escape")
	select {
	case p := <-tk.Presses():
		t.Errorf("escape: %+v", p)
	case <-time.After(500 * time.Millisecond):
	}
	person.Key("alt+F4")
	if diff := cmp.Diff(window.Press{ID: window.Close, Hand: ui.OwnHand}, next(t, tk)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if call(procIsWindow, w) == 0 {
		t.Error("the window is gone before anybody decided that")
	}
}
