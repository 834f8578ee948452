package win32

import (
	"image"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lendhand/lendhand/client/internal/ui/window"
)

var testUnits = units{margin: 10, gap: 5, section: 20, beside: 8, text: 60, fill: true}

// tenPerLetter measures a letter as 10 × 10, wrapped anywhere; a Photo as 50 × 50.
func tenPerLetter(e *window.Element, width int) image.Point {
	if e.Kind == window.Photo {
		return image.Pt(50, 50)
	}
	letters, perLine := len(e.Text), max(1, width/10)
	lines := max(1, (letters+perLine-1)/perLine)
	return image.Pt(min(letters, perLine)*10, lines*10)
}

func TestArrange(t *testing.T) {
	text := func(id, s string) window.Element { return window.Element{ID: id, Kind: window.Text, Text: s} }
	button := func(id, s string) window.Element { return window.Element{ID: id, Kind: window.Button, Text: s} }
	row := func(c ...window.Element) window.Element { return window.Element{Kind: window.Row, Children: c} }
	tests := []struct {
		name     string
		elements []window.Element
		width    int
		height   int
		want     map[string]image.Rectangle
		size     image.Point
	}{
		{
			"a column is as wide as the window", []window.Element{text("a", "abc"), button("b", "press")}, 120, 0,
			map[string]image.Rectangle{"a": image.Rect(10, 10, 110, 20), "b": image.Rect(10, 40, 110, 50)},
			image.Pt(120, 60),
		},
		{
			"a text wraps, and moves what is below it", []window.Element{text("a", "abcdefghijkl"), text("b", "c")}, 80, 0,
			map[string]image.Rectangle{"a": image.Rect(10, 10, 70, 30), "b": image.Rect(10, 35, 70, 45)},
			image.Pt(80, 55),
		},
		{
			"buttons stand beside each other while there is room",
			[]window.Element{row(button("a", "yes"), button("b", "no"), button("c", "perhaps"))}, 120, 0,
			map[string]image.Rectangle{
				"a": image.Rect(10, 10, 40, 20), "b": image.Rect(48, 10, 68, 20), "c": image.Rect(10, 25, 80, 35),
			},
			image.Pt(90, 45),
		},
		{
			"beside a photo a text wraps", []window.Element{row(window.Element{ID: "p", Kind: window.Photo}, text("a", "abcdefghij"))}, 140, 0,
			map[string]image.Rectangle{"p": image.Rect(10, 10, 60, 60), "a": image.Rect(68, 25, 128, 45)},
			image.Pt(138, 70),
		},
		{
			"a field has its button beside it",
			[]window.Element{{ID: "f", Kind: window.Field, Text: "x", Children: []window.Element{button("s", "send")}}}, 148, 0,
			map[string]image.Rectangle{"f": image.Rect(10, 10, 90, 20), "s": image.Rect(98, 10, 138, 20)},
			image.Pt(148, 30),
		},
		{
			"a log takes what is left over",
			[]window.Element{{ID: "l", Kind: window.Log, Text: "x"}, button("b", "x")}, 100, 200,
			map[string]image.Rectangle{"l": image.Rect(10, 10, 90, 160), "b": image.Rect(10, 180, 90, 190)},
			image.Pt(100, 200),
		},
		{"nothing", nil, 100, 0, map[string]image.Rectangle{}, image.Pt(10, 20)},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := arrange(test.elements, test.width, test.height, testUnits, tenPerLetter)
			if diff := cmp.Diff(test.want, got.places); diff != "" {
				t.Errorf("places (-want +got):\n%s", diff)
			}
			if got.size != test.size {
				t.Errorf("size %v, want %v", got.size, test.size)
			}
		})
	}
}

// Whatever the width, nothing lies on anything else or beyond the edge.
func TestNothingOverlapsAtAnyWidth(t *testing.T) {
	page := []window.Element{
		{ID: "h", Kind: window.Heading, Text: "Somebody wants to look"},
		{Kind: window.Row, Children: []window.Element{
			{ID: "p", Kind: window.Photo}, {ID: "n", Kind: window.Text, Text: "Maria Musterfrau of Example"},
		}},
		{ID: "w", Kind: window.Warning, Text: "Did you call them?"},
		{ID: "l", Kind: window.Log},
		{ID: "f", Kind: window.Field, Children: []window.Element{{ID: "s", Kind: window.Button, Text: "Send"}}},
		{Kind: window.Row, Children: []window.Element{
			{ID: "y", Kind: window.Button, Text: "Let them look"}, {ID: "c", Kind: window.Button, Text: "Control"},
			{ID: "o", Kind: window.Button, Text: "No"},
		}},
	}
	for width := 120; width < 700; width += 7 {
		got := arrange(page, width, 900, testUnits, tenPerLetter)
		for a, p := range got.places {
			if p.Empty() && a != "l" || p.Max.X > width-testUnits.margin {
				t.Errorf("width %d: %s is at %v", width, a, p)
			}
			for b, q := range got.places {
				if a != b && p.Overlaps(q) {
					t.Errorf("width %d: %s at %v lies on %s at %v", width, a, p, b, q)
				}
			}
		}
	}
}
