package event_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lendhand/lendhand/relay/recording/event"
)

func TestAnEventIsALine(t *testing.T) {
	for want, line := range map[string]event.Line{
		`{"t":5,"type":"chat","from":"person","text":"a < b & \"c\"\n"}`:                {At: 5, Event: &event.Chat{From: event.Person, Text: "a < b & \"c\"\n"}},
		`{"t":0,"type":"permissions","now":["view"]}`:                                   {Event: &event.Permissions{Now: []string{"view"}}},
		`{"t":9,"type":"later","more":[1,{}]}`:                                          {At: 9, Event: &event.Unknown{Type: "later", Raw: []byte(`{"t":9,"type":"later","more":[1,{}]}`)}},
		`{"t":1,"type":"gap","from":0,"to":3,"reason":"upload"}`:                        {At: 1, Event: &event.Gap{To: 3, Reason: "upload"}},
		`{"t":1,"type":"unpause","what":"recording","length":600}`:                      {At: 1, Event: &event.Unpause{What: event.PausedRecording, Length: 600}},
		`{"t":1,"type":"window","title":"` + strings.Repeat("ü", 30_000) + `"}`:         {At: 1, Event: &event.Window{Title: strings.Repeat("ü", 30_000)}},
		`{"t":2147483648,"type":"click","button":0,"x":-1,"y":65535,"by":"technician"}`: {At: 1 << 31, Event: &event.Click{X: -1, Y: 65535, By: event.Technician}},
	} {
		b, err := line.Append([]byte("before\n"))
		if got := string(b); err != nil || got != "before\n"+want+"\n" {
			t.Errorf("written %.200q, %v, want %.200q", got, err, want)
		}
		got, err := event.Parse([]byte(want))
		if diff := cmp.Diff(line, got); diff != "" || err != nil {
			t.Errorf("%v (-written +read):\n%s", err, diff)
		}
	}
}

func TestWhatIsNoEventIsRefused(t *testing.T) {
	for name, line := range map[string]string{
		"nothing":       "",
		"no type":       `{"t":1}`,
		"no object":     `[1]`,
		"a wrong field": `{"t":1,"type":"click","x":"left"}`,
		"a wrong time":  `{"t":1.5,"type":"keys","count":1}`,
		"two objects":   `{"t":1,"type":"keys"}{}`,
		"a long line":   `{"t":1,"type":"chat","text":"` + strings.Repeat("a", event.MaxLine) + `"}`,
	} {
		if got, err := event.Parse([]byte(line)); err == nil {
			t.Errorf("%s: read %+v", name, got)
		}
	}
	if _, err := (event.Line{}).Append(nil); err == nil {
		t.Error("a line without an event was written")
	}
	long := event.Line{Event: &event.Chat{Text: strings.Repeat("a", event.MaxLine)}}
	if _, err := long.Append(nil); !errors.Is(err, event.ErrLong) {
		t.Errorf("a long line: %v", err)
	}
}

func TestTimesAreShownAsAPlayerDoes(t *testing.T) {
	for want, d := range map[string]time.Duration{
		"0:00:00.000": 999 * time.Microsecond, "1:04:09.250": time.Hour + 4*time.Minute + 9250*time.Millisecond, "-0:00:01.000": -time.Second,
	} {
		at := event.At(d)
		if got := at.String(); got != want || at.Duration() != d.Truncate(time.Millisecond) {
			t.Errorf("%s is shown as %s", d, got)
		}
	}
}
