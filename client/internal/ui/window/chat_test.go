package window_test

import (
	"strings"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"

	"github.com/lendhand/lendhand/client/internal/ui"
	"github.com/lendhand/lendhand/signaling"
)

// What is said while another page is shown is there afterwards, and counted until it was
// seen. Nothing of it is left after the end.
func TestChatIsKept(t *testing.T) {
	in(t, nil, func(w *world) {
		w.enter(active())
		w.press("hide")
		w.ShowChat(ui.Said{Text: "one"})
		answers := w.ask(w.t.Context(), again())
		w.ShowChat(ui.Said{Text: "two"})
		w.press("go-on")
		<-answers
		synctest.Wait()
		var said []string
		log, _ := w.kit.Element("chat-log")
		for _, line := range log.Children {
			said = append(said, line.Text)
		}
		if d := cmp.Diff([]string{"Ines Okafor: one", "Ines Okafor: two"}, said); d != "" {
			t.Error(d)
		}
		w.Show(over(signaling.EndHostStopped))
		w.press("new-code")
		w.enter(active())
		if log, _ := w.kit.Element("chat-log"); len(log.Children) > 0 {
			t.Errorf("%v is left of the session before", log.Children)
		}
	})
}

func TestChatIsBounded(t *testing.T) {
	in(t, nil, func(w *world) {
		w.enter(active())
		for range 300 {
			w.ShowChat(ui.Said{Text: strings.Repeat("x", 5000)})
		}
		log, _ := w.kit.Element("chat-log")
		if len(log.Children) != 200 || len(log.Children[0].Text) > 1100 {
			t.Errorf("%d lines, of %d bytes", len(log.Children), len(log.Children[0].Text))
		}
	})
}
