package win32

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"testing"

	"github.com/lendhand/lendhand/client/internal/ui/window"
)

// face is a photo of one colour on the left and another on the right.
func face(t *testing.T) []byte {
	t.Helper()
	m := image.NewRGBA(image.Rect(0, 0, 96, 96))
	for y := range 96 {
		for x := range 96 {
			c := color.RGBA{0x20, 0x80, 0x60, 255}
			if x >= 48 {
				c = color.RGBA{0xe0, 0xb0, 0x40, 255}
			}
			m.SetRGBA(x, y, c)
		}
	}
	var data bytes.Buffer
	if err := png.Encode(&data, m); err != nil {
		t.Fatal(err)
	}
	return data.Bytes()
}

func waitingPage() window.Page {
	return window.Page{
		ID: "waiting", Title: "Lendhand: your code", Focus: "code",
		Elements: []window.Element{
			{ID: "heading", Kind: window.Heading, Text: "Read this number to the person who helps you"},
			{ID: "code", Kind: window.Code, Text: "482 913 077", Name: "4 8 2, 9 1 3, 0 7 7"},
			{ID: "left", Kind: window.Countdown, Name: "Time left for this number", Part: 0.6},
			{ID: "until", Kind: window.Quiet, Text: "A new number comes in six minutes."},
			{Kind: window.Row, Children: []window.Element{
				{ID: "copy", Kind: window.Button, Text: "Copy the number", Main: true},
				{ID: "speak", Kind: window.Button, Text: "Say it aloud"},
			}},
			{ID: "relay", Kind: window.Status, Text: "Connected with help.example.com"},
			{ID: "invitation", Kind: window.Field, Name: "I was sent a number", Children: []window.Element{
				{ID: "open", Kind: window.Button, Text: "Open"},
			}},
		},
	}
}

func requestPage(t *testing.T) window.Page {
	return window.Page{
		ID: "request", Title: "Lendhand: somebody asks", Focus: "heading", Urgent: true, Escape: "no",
		Elements: []window.Element{
			{ID: "heading", Kind: window.Heading, Text: "Maria Example wants to see your screen"},
			{Kind: window.Row, Children: []window.Element{
				{ID: "photo", Kind: window.Photo, Name: "Photo of Maria Example", Image: face(t)},
				{ID: "who", Kind: window.Text, Text: "Maria Example of the Sample & Sons help desk, about ticket T-4711. The session is recorded, and can be opened by Audit."},
			}},
			{ID: "warning", Kind: window.Warning, Text: "Did you call them? Banks, the police and Microsoft never phone to look at your computer."},
			{ID: "clipboard", Kind: window.Switch, Text: "They may also take what I copy"},
			{ID: "files", Kind: window.Switch, Text: "They may also send me files", On: true},
			{ID: "look", Kind: window.Button, Text: "Let them look"},
			{ID: "control", Kind: window.Button, Text: "Let them control too", Off: true},
			{ID: "no", Kind: window.Button, Text: "No", Main: true},
			{ID: "report", Kind: window.Button, Text: "I did not call anyone", Danger: true},
			{ID: "left", Kind: window.Countdown, Name: "Time left", Part: 0.9},
		},
	}
}

func sessionPage() window.Page {
	line := func(text string) window.Element { return window.Element{Kind: window.Text, Text: text} }
	return window.Page{
		ID: "session", Title: "Lendhand: Maria Example is here", Focus: "heading",
		Elements: []window.Element{
			{ID: "heading", Kind: window.Heading, Text: "Maria Example sees your screen"},
			{ID: "log", Kind: window.Log, Name: "What you wrote to each other", Children: []window.Element{
				line("Maria: Good morning!"), line("You: Hello. It is the printer again."), line("Maria: Let us see."),
			}},
			{ID: "chat", Kind: window.Field, Name: "Write to Maria", Children: []window.Element{{ID: "send", Kind: window.Button, Text: "Send"}}},
			{Kind: window.Row, Children: []window.Element{
				{ID: "pause", Kind: window.Button, Text: "Pause"},
				{ID: "back", Kind: window.Button, Text: "Take control back"},
				{ID: "stop", Kind: window.Button, Text: "Stop", Danger: true},
			}},
		},
	}
}

func arabicPage(t *testing.T) window.Page {
	p := requestPage(t)
	p.ID, p.RightToLeft, p.Title = "request-rtl", true, "Lendhand: من اليمين"
	p.Elements[0].Text = "ماريا تريد أن ترى شاشتك"
	p.Elements[2].Text = "هل اتصلت بهم؟"
	p.Elements[3].Text = "يمكنهم أيضا أخذ ما أنسخه"
	return p
}

// Everything that is on a page is drawn by a control of its own, within the window and
// beside the others.
func TestPagesAreDrawn(t *testing.T) {
	for _, p := range []window.Page{waitingPage(), requestPage(t), sessionPage(), arabicPage(t)} {
		t.Run(p.ID, func(t *testing.T) {
			tk := start(t)
			w := open(t, tk, p)
			all := wide(w).image()
			shot(t, all, p.ID)
			list := partsOf(w)
			if want := len(flatten(p.Elements)); len(list) != want {
				t.Errorf("%d controls, want %d", len(list), want)
			}
			for i, a := range list {
				if !a.at.In(all) {
					t.Errorf("%q is at %v, outside of %v", a.text, a.at, all)
				}
				for _, b := range list[:i] {
					if a.at.Overlaps(b.at) {
						t.Errorf("%q lies on %q", a.text, b.text)
					}
				}
			}
		})
	}
}

func TestColoursOfWhatMatters(t *testing.T) {
	tk := start(t)
	w := open(t, tk, requestPage(t))
	tests := []struct {
		text string
		want color.RGBA // near the left edge
	}{
		{"Did you call them? Banks, the police and Microsoft never phone to look at your computer.", color.RGBA{0x9d, 0x5d, 0x00, 255}},
		{"No", color.RGBA{0x0b, 0x5c, 0xad, 255}},
		{"I did not call anyone", color.RGBA{0xb3, 0x26, 0x1e, 255}},
		{"Photo of Maria Example", color.RGBA{0x20, 0x80, 0x60, 255}},
	}
	for _, test := range tests {
		at := find(t, w, test.text).at
		seesColour(t, at.Min.Add(image.Pt(3, at.Dy()/2)), test.want)
	}
}

// seesColour waits until the desktop shows a colour at a point: what a window has painted comes there
// when Wine gets round to it.
func seesColour(t *testing.T, at image.Point, want color.RGBA) {
	t.Helper()
	eventually(t, fmt.Sprintf("the colour %v at %v", want, at), func() bool {
		return shot(t, image.Rectangle{Min: at, Max: at.Add(image.Pt(1, 1))}, "").RGBAAt(0, 0) == want
	})
}

// In a mirrored window what is first stands on the right, and faces stay as they are.
func TestRightToLeft(t *testing.T) {
	tk := start(t)
	open(t, tk, requestPage(t))
	w := open(t, tk, arabicPage(t)) // from the one to the other
	photo, who := find(t, w, "Photo of Maria Example"), partsOf(w)[2]
	if photo.at.Min.X < who.at.Max.X {
		t.Errorf("the photo at %v is not right of %v", photo.at, who.at)
	}
	seesColour(t, photo.at.Min.Add(image.Pt(5, 40)), color.RGBA{0x20, 0x80, 0x60, 255})
}

// On a screen with too little room a page scrolls, and shows what has the keyboard.
func TestALongPageScrolls(t *testing.T) {
	tk := start(t)
	p := requestPage(t)
	p.ID, p.Title, p.Focus = "long", "Lendhand: long", "last"
	for n := range 20 {
		p.Elements = append(p.Elements, window.Element{ID: string(rune('a' + n)), Kind: window.Button, Text: "Another " + string(rune('a'+n))})
	}
	p.Elements = append(p.Elements, window.Element{ID: "last", Kind: window.Button, Text: "The last"})
	w := open(t, tk, p)
	eventually(t, "the button with the keyboard in sight", func() bool {
		return find(t, w, "The last").at.In(wide(w).image())
	})
	shot(t, wide(w).image(), "long")
	if first := find(t, w, "Maria Example wants to see your screen"); first.at.In(wide(w).image()) {
		t.Errorf("the heading is still in sight, at %v", first.at)
	}
}
