//go:build linux

package gtk_test

import (
	"errors"
	"fmt"
	"image"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jezek/xgb/xproto"

	"github.com/lendhand/lendhand/client/internal/ui"
	"github.com/lendhand/lendhand/client/internal/ui/window"
	"github.com/lendhand/lendhand/client/internal/xvfbtest"
)

// question is a page with one of each thing that can be pressed.
func question() window.Page {
	return window.Page{
		ID: "question", Title: "Lendhand", Urgent: true, Focus: "who", Escape: "no",
		Elements: []window.Element{
			{ID: "who", Kind: window.Heading, Text: "Mira Novak wants to see your screen"},
			{ID: "org", Kind: window.Text, Text: "of Novak IT, about ticket 4711"},
			{ID: "scam", Kind: window.Warning, Text: "Did you call them?"},
			{ID: "paste", Kind: window.Switch, Text: "They may paste text here"},
			{ID: "answers", Kind: window.Row, Children: []window.Element{
				{ID: "view", Kind: window.Button, Text: "Let them look", Main: true},
				{ID: "no", Kind: window.Button, Text: "No", Danger: true},
			}},
			{ID: "words", Kind: window.Field, Text: "", Name: "Write to them", Children: []window.Element{
				{ID: "send", Kind: window.Button, Text: "Send"},
			}},
		},
	}
}

// asked is a desk on which the question is shown and has the keyboard.
func asked(t *testing.T) *desk {
	t.Helper()
	d := newDesk(t, image.Pt(800, 600))
	d.Show(question())
	d.reader.focus("Mira Novak wants to see your screen")
	return d
}

// expect compares the next press.
func (d *desk) expect(want window.Press) {
	d.t.Helper()
	if diff := cmp.Diff(want, d.Press()); diff != "" {
		d.t.Fatalf("press (-want +got):\n%s", diff)
	}
}

// Everything can be done with the keyboard alone, in the order of the page.
func TestKeyboardAlone(t *testing.T) {
	for name, test := range map[string]struct {
		hand func(*desk) *xvfbtest.Hand
		want ui.Hand
	}{
		"of the person": {func(d *desk) *xvfbtest.Hand { return d.Person }, ui.OwnHand},
		"of a program":  {func(d *desk) *xvfbtest.Hand { return d.Program }, ui.ProgramHand},
	} {
		t.Run(name, func(t *testing.T) {
			d := asked(t)
			hand := test.hand(d)
			hand.Tap(xvfbtest.KeyTab)
			d.reader.focus("They may paste text here")
			hand.Tap(xvfbtest.KeySpace)
			d.expect(window.Press{ID: "paste", On: true, Hand: test.want})
			hand.Tap(xvfbtest.KeyTab)
			d.reader.focus("Let them look")
			hand.Tap(xvfbtest.KeySpace)
			d.expect(window.Press{ID: "view", Hand: test.want})
			hand.Tap(xvfbtest.KeyReturn)
			d.expect(window.Press{ID: "view", Hand: test.want})
			hand.Tap(xvfbtest.KeyTab)
			d.reader.focus("No")
			hand.Tap(xvfbtest.KeyReturn)
			d.expect(window.Press{ID: "no", Hand: test.want})
			hand.Tap(xvfbtest.KeyTab)
			d.reader.focus("Write to them")
			hand.Type("where is it")
			hand.Tap(xvfbtest.KeyReturn)
			d.expect(window.Press{ID: "words", Text: "where is it", Hand: test.want})
			hand.Type("here")
			hand.Tap(xvfbtest.KeyTab)
			d.reader.focus("Send")
			hand.Tap(xvfbtest.KeySpace)
			d.expect(window.Press{ID: "words", Text: "here", Hand: test.want})
			hand.Tap(xvfbtest.KeyEscape)
			d.expect(window.Press{ID: "no", Hand: test.want})
		})
	}
}

// So it is on the bar.
func TestPersonPressesTheBar(t *testing.T) {
	d := newDesk(t, image.Pt(800, 600))
	d.ShowBar(someBar())
	d.point("Stop")
	d.Person.Button(true)
	d.Person.Button(false)
	d.expect(window.Press{ID: "stop", Hand: ui.OwnHand})
	d.Program.Button(true)
	d.Program.Button(false)
	d.expect(window.Press{ID: "stop", Hand: ui.ProgramHand})
	d.ShowBar(nil)
	eventually(t, func() error {
		if _, err := d.reader.named("Stop"); err == nil {
			return errors.New("the bar is still there")
		}
		return nil
	})
}

// A click counts as the person's when both of its halves are.
func TestClicks(t *testing.T) {
	for name, test := range map[string]struct {
		click func(d *desk)
		want  ui.Hand
	}{
		"the person": {func(d *desk) {
			d.Person.Button(true)
			d.Person.Button(false)
		}, ui.OwnHand},
		"a program": {func(d *desk) {
			d.Program.Button(true)
			d.Program.Button(false)
		}, ui.ProgramHand},
		"down by the person, up by a program": {func(d *desk) {
			d.Person.Button(true)
			d.held(true)
			d.Program.Button(true)
			d.Person.Button(false)
			d.settleOuter()
			d.Program.Button(false)
		}, ui.ProgramHand},
	} {
		t.Run(name, func(t *testing.T) {
			d := asked(t)
			d.point("Let them look")
			test.click(d)
			d.expect(window.Press{ID: "view", Hand: test.want})
		})
	}
}

// A program that holds the button down makes nothing of the person's letting go.
func TestClickThatAProgramBegan(t *testing.T) {
	d := asked(t)
	d.point("Let them look")
	d.Program.Button(true)
	d.held(true)
	d.Person.Button(true)
	d.settleOuter()
	d.Program.Button(false)
	d.Person.Button(false)
	d.expect(window.Press{ID: "view", Hand: ui.ProgramHand})
}

// The same holds for the two halves of a key.
func TestKeyThatAProgramBegan(t *testing.T) {
	d := asked(t)
	d.Person.Tap(xvfbtest.KeyTab, xvfbtest.KeyTab)
	d.reader.focus("Let them look")
	d.Program.Key(xvfbtest.KeySpace, true)
	d.Person.Tap(xvfbtest.KeyShift)
	d.Program.Key(xvfbtest.KeySpace, false)
	d.expect(window.Press{ID: "view", Hand: ui.ProgramHand})
}

// What assistive technology does, and whoever speaks its language, is nobody's hand.
func TestAssistiveTechnologyPresses(t *testing.T) {
	d := asked(t)
	d.reader.do(d.reader.find("Let them look").place)
	d.expect(window.Press{ID: "view", Hand: ui.UnknownHand})
	d.reader.do(d.reader.find("They may paste text here").place)
	d.expect(window.Press{ID: "paste", On: true, Hand: ui.UnknownHand})
}

// An event that a program sends says so.
func TestSentEventsAreNobodysHand(t *testing.T) {
	d := asked(t)
	d.Person.Tap(xvfbtest.KeyTab, xvfbtest.KeyTab)
	d.reader.focus("Let them look")
	at := d.reader.middle(d.reader.find("Let them look").place)
	d.Person.Move(at)
	for _, w := range d.below(d.root) {
		d.sendKey(w)
		d.sendClick(w, at)
	}
	d.Person.Tap(xvfbtest.KeyTab)
	d.reader.focus("No")
	d.Person.Tap(xvfbtest.KeySpace) // comes after what was sent
	for {
		press := d.Press()
		if press.ID == "no" && press.Hand == ui.OwnHand {
			return
		}
		if press.Hand != ui.ProgramHand {
			t.Fatalf("%+v, which a program sent", press)
		}
	}
}

// point has the person's pointer rest on something.
func (d *desk) point(name string) {
	d.t.Helper()
	eventually(d.t, func() error {
		at := d.reader.middle(d.reader.find(name).place)
		d.Person.Move(at)
		if is := d.Program.Where(); is != at {
			return fmt.Errorf("the pointer is at %v, not %v", is, at)
		}
		hit, err := xproto.QueryPointer(d.c, d.root).Reply()
		if err == nil && hit.Child == 0 {
			return errors.New("no window is under the pointer yet")
		}
		return err
	})
}

// held waits until the pointer's button is down on the desktop, or up.
func (d *desk) held(down bool) {
	d.t.Helper()
	eventually(d.t, func() error {
		reply, err := xproto.QueryPointer(d.c, d.root).Reply()
		if err != nil {
			return err
		}
		if is := reply.Mask&xproto.KeyButMaskButton1 != 0; is != down {
			return fmt.Errorf("the button is down: %v", is)
		}
		return nil
	})
}

// settleOuter waits until what the person did before has come to the desktop.
func (d *desk) settleOuter() {
	d.t.Helper()
	at := d.Program.Where().Add(image.Pt(1, 0))
	d.Person.Move(at)
	eventually(d.t, func() error {
		if is := d.Program.Where(); is != at {
			return fmt.Errorf("the pointer is at %v, not %v", is, at)
		}
		return nil
	})
}

// below lists all windows in a window.
func (d *desk) below(w xproto.Window) []xproto.Window {
	d.t.Helper()
	tree, err := xproto.QueryTree(d.c, w).Reply()
	if err != nil {
		return nil // it has just gone
	}
	var list []xproto.Window
	for _, child := range tree.Children {
		list = append(append(list, child), d.below(child)...)
	}
	return list
}

func (d *desk) sendKey(w xproto.Window) {
	e := xproto.KeyPressEvent{Detail: 65, Root: d.root, Event: w, SameScreen: true} // the space bar
	d.send(w, xproto.EventMaskKeyPress, string(e.Bytes()))
	d.send(w, xproto.EventMaskKeyRelease, string(xproto.KeyReleaseEvent(e).Bytes()))
}

func (d *desk) sendClick(w xproto.Window, at image.Point) {
	to, err := xproto.TranslateCoordinates(d.c, d.root, w, int16(at.X), int16(at.Y)).Reply()
	if err != nil {
		return
	}
	e := xproto.ButtonPressEvent{
		Detail: 1, Root: d.root, Event: w, SameScreen: true,
		RootX: int16(at.X), RootY: int16(at.Y), EventX: to.DstX, EventY: to.DstY,
	}
	d.send(w, xproto.EventMaskButtonPress, string(e.Bytes()))
	d.send(w, xproto.EventMaskButtonRelease, string(xproto.ButtonReleaseEvent(e).Bytes()))
}

// send sends an event to a window, and to whoever listens for it there.
func (d *desk) send(w xproto.Window, mask uint32, event string) {
	_ = xproto.SendEventChecked(d.c, false, w, mask, event).Check()
	_ = xproto.SendEventChecked(d.c, true, w, xproto.EventMaskNoEvent, event).Check()
}
