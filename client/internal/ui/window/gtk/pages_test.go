//go:build linux

package gtk_test

import (
	"fmt"
	"image"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jezek/xgb/xproto"

	"github.com/lendhand/lendhand/client/internal/ui"
	"github.com/lendhand/lendhand/client/internal/ui/window"
	"github.com/lendhand/lendhand/client/internal/xvfbtest"
)

// waiting is a page that changes by itself.
func waiting(second int) window.Page {
	return window.Page{
		ID: "code", Title: "Lendhand", Focus: "code", Escape: "close",
		Elements: []window.Element{
			{ID: "code", Kind: window.Code, Text: "482 913 077"},
			{ID: "left", Kind: window.Text, Text: fmt.Sprintf("%d seconds left", second)},
			{ID: "bar", Kind: window.Countdown, Name: fmt.Sprintf("%d seconds", second), Part: float64(second) / 60},
			{ID: "state", Kind: window.Status, Text: fmt.Sprintf("Ready, says %d", second)},
			{ID: "number", Kind: window.Field, Name: "I was sent a number"},
		},
	}
}

func TestUpdatesTakeNothingAway(t *testing.T) {
	d := newDesk(t, image.Pt(800, 600))
	d.Show(waiting(60))
	d.reader.focus("482 913 077")
	code := d.reader.find("482 913 077").place
	d.reader.call(code, text+".AddSelection", int32(0), int32(7))
	d.point("I was sent a number")
	d.Person.Button(true)
	d.Person.Button(false)
	d.reader.focus("I was sent a number")
	d.Person.Type("123 45")
	field := d.reader.find("I was sent a number").place
	d.reader.text(field, "123 45")
	for second := 59; second > 50; second-- {
		d.Show(waiting(second))
		d.reader.find(fmt.Sprintf("%d seconds left", second))
		d.reader.find(fmt.Sprintf("Ready, says %d", second))
	}
	d.reader.focus("I was sent a number")
	d.reader.text(field, "123 45")
	if got := d.reader.selection(code); got != [2]int32{0, 7} {
		t.Errorf("%v is selected", got)
	}
	d.Person.Type("6")
	d.Person.Tap(xvfbtest.KeyReturn)
	d.expect(window.Press{ID: "number", Text: "123 456", Hand: ui.OwnHand})
}

// A name of 500 letters, which is as long as one may be, in the smallest window.
func TestLongNamesLeaveTheAnswersInReach(t *testing.T) {
	size := image.Pt(800, 480)
	for _, name := range []string{
		strings.Repeat("Wolfeschlegelstein ", 27)[:500], strings.Repeat("W", 500),
	} {
		d := newDesk(t, size)
		page := question()
		page.Elements[0].Text = name
		page.Elements[1].Text = name
		d.Show(page)
		d.reader.focus(name)
		for _, next := range []string{"They may paste text here", "Let them look", "No"} {
			d.Person.Tap(xvfbtest.KeyTab)
			d.reader.focus(next)
			n := d.reader.find(next)
			eventually(t, func() error {
				if at := d.reader.at(n.place); !at.In(image.Rectangle{Max: size}) {
					return fmt.Errorf("%q is at %v", next, at)
				}
				return nil
			})
		}
		d.point("No")
		d.Person.Button(true)
		d.Person.Button(false)
		d.expect(window.Press{ID: "no", Hand: ui.OwnHand})
	}
}

// The answers stay in sight and in their place on a small screen, also when the person is
// told something.
func TestAnswersStayWhereTheyAre(t *testing.T) {
	size := image.Pt(800, 480)
	d := newDesk(t, size)
	page := question()
	page.Elements = page.Elements[:len(page.Elements)-1]
	page.Elements[1].Text = strings.Repeat("This goes on for a while. ", 60)
	d.Show(page)
	d.reader.focus(page.Elements[0].Text)
	before := d.reader.at(d.reader.find("No").place)
	page.Elements = append(page.Elements, window.Element{ID: "told", Kind: window.Status, Text: "That was too quick."})
	d.Show(page)
	eventually(t, func() error {
		no, told := d.reader.at(d.reader.find("No").place), d.reader.at(d.reader.find("That was too quick.").place)
		if no != before || !no.In(image.Rectangle{Max: size}) || !told.In(image.Rectangle{Max: size}) || told.Empty() {
			return fmt.Errorf("the answer is at %v, and was at %v; what is told is at %v", no, before, told)
		}
		return nil
	})
}

// A page in a language that is written to the left is mirrored, also while it is shown.
func TestRightToLeftMirrors(t *testing.T) {
	d := newDesk(t, image.Pt(800, 600))
	for _, toLeft := range []bool{false, true, false} {
		page := question()
		page.RightToLeft = toLeft
		d.Show(page)
		eventually(t, func() error {
			view, err := d.reader.named("Let them look")
			if err != nil {
				return err
			}
			no, err := d.reader.named("No")
			if err != nil {
				return err
			}
			first, second := d.reader.at(view.place), d.reader.at(no.place)
			if first.Min.X < second.Min.X == toLeft || first.Min.Y != second.Min.Y {
				return fmt.Errorf("to the left %v: the first is at %v, the second at %v", toLeft, first, second)
			}
			return nil
		})
	}
}

// The desktop's settings are a property of whoever owns a selection (XSETTINGS).
func TestFollowsTheTheme(t *testing.T) {
	desktop := xvfbtest.StartNested(t, image.Pt(800, 600))
	theme := newTheme(t)
	theme.set("Adwaita")
	d := newDeskOn(t, desktop)
	d.Show(question())
	d.reader.find("No")
	for _, test := range []struct {
		theme string
		dark  bool
	}{{"Adwaita", false}, {"HighContrastInverse", true}, {"Adwaita", false}} {
		theme.set(test.theme)
		eventually(t, func() error {
			at := d.reader.at(d.mainWindow().place)
			light := d.pixel(at.Min.Add(image.Pt(5, at.Dy()/2)))
			if light < 128 != test.dark {
				return fmt.Errorf("with %s the window is of lightness %d", test.theme, light)
			}
			return nil
		})
	}
}

// pixel is the green of a pixel of the desktop.
func (d *desk) pixel(at image.Point) byte {
	d.t.Helper()
	reply, err := xproto.GetImage(d.c, xproto.ImageFormatZPixmap, xproto.Drawable(d.root),
		int16(at.X), int16(at.Y), 1, 1, ^uint32(0)).Reply()
	if err != nil {
		d.t.Fatal(err)
	}
	return reply.Data[1]
}

const text = "org.a11y.atspi.Text"

// text waits until a part has a text.
func (r *reader) text(p place, want string) {
	r.t.Helper()
	eventually(r.t, func() error {
		var got string
		if err := r.call(p, text+".GetText", int32(0), int32(-1)).Store(&got); err != nil {
			return err
		}
		if diff := cmp.Diff(want, got); diff != "" {
			return fmt.Errorf("text (-want +got):\n%s", diff)
		}
		return nil
	})
}

// selection is from where to where a text is selected.
func (r *reader) selection(p place) (at [2]int32) {
	r.t.Helper()
	if err := r.call(p, text+".GetSelection", int32(0)).Store(&at[0], &at[1]); err != nil {
		r.t.Fatal(err)
	}
	return at
}
