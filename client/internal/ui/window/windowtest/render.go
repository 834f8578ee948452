package windowtest

import (
	"fmt"
	"math"
	"strings"

	"github.com/lendhand/lendhand/client/internal/ui/window"
)

// Render writes a page and a bar as lines of text: what is there, in its order, and what
// a screen reader says where that is something else.
func Render(p window.Page, bar *window.Bar) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s · %s · keyboard on %s · escape %s%s\n", p.ID, p.Title, p.Focus, orNone(p.Escape), marks(p))
	for _, e := range p.Elements {
		b.WriteString(line(e, "  "))
	}
	if bar == nil {
		return b.String()
	}
	calm := ""
	if bar.Calm {
		calm = " · calm"
	}
	fmt.Fprintf(&b, "bar · %s%s\n", bar.Name, calm)
	for _, e := range bar.Elements {
		b.WriteString(line(e, "  "))
	}
	return b.String()
}

func marks(p window.Page) string {
	s := ""
	if p.Urgent {
		s += " · urgent"
	}
	if p.Hidden {
		s += " · hidden"
	}
	if p.Chooser != nil {
		s += " · choosing: " + p.Chooser.Title
	}
	if p.RightToLeft {
		s += " · right to left"
	}
	return s
}

func orNone(s string) string {
	if s == "" {
		return "none"
	}
	return s
}

// line is an element as a line, with one for each of its children.
func line(e window.Element, indent string) string {
	s := indent + strings.TrimSpace(fmt.Sprintf("%s %s", kind(e), e.Text))
	if e.Name != "" {
		s += " [" + e.Name + "]"
	}
	if e.ID != "" {
		s += " #" + e.ID
	}
	s += "\n"
	for _, c := range e.Children {
		s += line(c, indent+"  ")
	}
	return s
}

// kind is a mark for what an element is.
func kind(e window.Element) string {
	switch e.Kind {
	case window.Heading:
		return "="
	case window.Code:
		return "#"
	case window.Quiet:
		return "."
	case window.Warning:
		return "!"
	case window.Status:
		return "~"
	case window.Countdown:
		return fmt.Sprintf("[%d/100]", int(math.Round(e.Part*100)))
	case window.Photo:
		return fmt.Sprintf("(photo of %d bytes)", len(e.Image))
	case window.Button:
		return "button" + weight(e)
	case window.Switch:
		if e.On {
			return "switch on"
		}
		return "switch off"
	case window.Field:
		return "field"
	case window.Row:
		return "row"
	case window.Log:
		return "log"
	}
	return "-"
}

func weight(e window.Element) string {
	switch {
	case e.Off:
		return " (off)"
	case e.Main:
		return " (main)"
	case e.Danger:
		return " (danger)"
	}
	return ""
}
