package window_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lendhand/lendhand/client/internal/ui/window"
	"github.com/lendhand/lendhand/signaling"
)

// Names of any length and with any characters leave the question what it is.
func TestLongAndTurnedNames(t *testing.T) {
	in(t, nil, func(w *world) {
		r := request()
		r.Technician = signaling.Person{
			ID: "u_9", Name: strings.Repeat("Ann ", 125), Organisation: "\u202eknaB\u2066 o\u200bf\nExample\u0007",
		}
		r.Ticket = strings.Repeat("7", 500)
		r.Readers = []string{strings.Repeat("R", 500), "\u200fNoor"}
		w.ask(w.t.Context(), r)
		for _, e := range w.kit.Page().Elements {
			if n := len([]rune(e.Text)); n > 400 {
				t.Errorf("%q has %d characters", e.ID, n)
			}
			if strings.ContainsAny(e.Text, "\u202e\u2066\u200f\u200b\n\u0007") {
				t.Errorf("%q turns or breaks the line: %q", e.ID, e.Text)
			}
		}
		if !strings.Contains(w.text("heading"), "…") || !strings.Contains(w.text("who"), "knaB ofExample") {
			t.Errorf("%q, %q", w.text("heading"), w.text("who"))
		}
		w.press("yes-control")
		if bar := w.kit.Bar(); len([]rune(bar.Elements[0].Text)) > 60 {
			t.Errorf("the bar says %q", bar.Elements[0].Text)
		}
	})
}

// A language that is written from the right turns pages and bar, and keeps names and
// numbers from turning.
func TestRightToLeft(t *testing.T) {
	l, err := window.ParseLanguage("ar", []byte(`{"language.direction": "rtl", "session.heading": "{name} هنا"}`), english(t))
	if err != nil {
		t.Fatal(err)
	}
	in(t, func(c *window.Config) { c.Language = l }, func(w *world) {
		w.enter(active())
		if !w.kit.Page().RightToLeft || !w.kit.Bar().RightToLeft {
			t.Error("the page or the bar is from left to right")
		}
		if d := cmp.Diff("\u2068Ines Okafor\u2069 هنا", w.text("heading")); d != "" {
			t.Error(d)
		}
	})
}
