package recording_test

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"runtime"
	"strings"
	"testing"

	"github.com/lendhand/lendhand/relay/recording"
	"github.com/lendhand/lendhand/relay/recording/event"
	"github.com/lendhand/lendhand/relay/recording/recordingtest"
)

func video(change func(v *recording.Video)) *recording.Video {
	v := &recording.Video{Codec: "vp8", Width: 640, Height: 480, KeyFrame: true, Data: []byte("x")}
	change(v)
	return v
}

func keys(at recording.Time) event.Line { return event.Line{At: at, Event: &event.Keys{Count: 1}} }

func TestAWriterRefusesWhatReadersWould(t *testing.T) {
	end := event.Line{At: 7, Event: &event.End{}}
	many := make([]event.Line, recording.MaxEvents+1)
	for i := range many {
		many[i] = keys(0)
	}
	for name, c := range map[string]*recording.Content{
		"a rest of more than five seconds":    {Length: 5001},
		"pictures of more than a second":      {Length: 1001, Video: video(func(*recording.Video) {})},
		"events of more than a second":        {Length: 1001, Events: []event.Line{keys(0)}},
		"a negative length":                   {Length: -1},
		"a negative start":                    {Start: -1},
		"a start beyond the last time":        {Start: recording.MaxTime + 1},
		"too many events":                     {Length: 100, Events: many},
		"an event before the part":            {Start: 10, Length: 100, Events: []event.Line{keys(9)}},
		"an event after the part":             {Length: 100, Events: []event.Line{keys(101)}},
		"events out of order":                 {Length: 100, Events: []event.Line{keys(5), keys(4)}},
		"no event where one stands":           {Length: 100, Events: []event.Line{{At: 5}}},
		"the last part without an end":        {Length: 100, Last: true},
		"an end that is not the last event":   {Length: 100, Last: true, Events: []event.Line{end, keys(8)}},
		"an index of what comes":              {Index: &recording.Index{From: 0, To: 5}},
		"an index with a length":              {Length: 1, Index: &recording.Index{}},
		"pictures without a codec":            {Length: 100, Video: video(func(v *recording.Video) { v.Codec = "" })},
		"pictures with a long codec":          {Length: 100, Video: video(func(v *recording.Video) { v.Codec = strings.Repeat("a", 65) })},
		"pictures without data":               {Length: 100, Video: video(func(v *recording.Video) { v.Data = nil })},
		"pictures without a size":             {Length: 100, Video: video(func(v *recording.Video) { v.Width = 0 })},
		"pictures of a segment to come":       {Length: 100, Video: video(func(v *recording.Video) { v.Start = 101 })},
		"a segment without a number":          {Length: 100, Video: video(func(v *recording.Video) { v.Segment = -1 })},
		"a segment begun without a key frame": {Length: 100, Video: video(func(v *recording.Video) { v.First, v.KeyFrame = true, false })},
		"pictures beyond a part's size":       {Length: 100, Video: video(func(v *recording.Video) { v.Data = make([]byte, recording.MaxContent) })},
	} {
		w := newWriter(t, newIdentity(t))
		if _, err := w.Seal(c); err == nil {
			t.Errorf("%s: sealed", name)
		}
		if p, err := w.Seal(&recording.Content{Length: 100}); err != nil || p.Part != 0 || w.Next() != 1 || w.End() != 100 {
			t.Errorf("%s: the next part is %d, %v", name, p.Part, err)
		}
		if _, err := w.Seal(&recording.Content{Start: 99, Length: 100}); err == nil {
			t.Error("a part was sealed that begins before the one before it ends")
		}
	}
}

func TestALargePartIsToBeDivided(t *testing.T) {
	w := newWriter(t, newIdentity(t))
	c := &recording.Content{Length: 100, Video: video(func(v *recording.Video) { v.Data = make([]byte, recording.MaxContent) })}
	if _, err := w.Seal(c); !errors.Is(err, recording.ErrPartFull) {
		t.Errorf("%v", err)
	}
	c.Video.Data = c.Video.Data[:recording.MaxContent-300]
	if p, err := w.Seal(c); err != nil || p.Size > recording.MaxSealed {
		t.Errorf("%d bytes, %v", p.Size, err)
	}
}

func TestManifestsHaveLimits(t *testing.T) {
	reader, _ := recordingtest.NewReader(t, "Auditors")
	for name, change := range map[string]func(m *recording.Manifest){
		"no ID":                  func(m *recording.Manifest) { m.Recording = "" },
		"an ID that is a path":   func(m *recording.Manifest) { m.Recording = "../s_1" },
		"a long ID":              func(m *recording.Manifest) { m.Recording = strings.Repeat("a", 65) },
		"an ID of other letters": func(m *recording.Manifest) { m.Recording = "s_ü" },
		"no reader":              func(m *recording.Manifest) { m.Readers = nil },
		"too many readers":       func(m *recording.Manifest) { m.Readers = make([]recording.Reader, recording.MaxReaders+1) },
		"a reader without a key": func(m *recording.Manifest) { m.Readers[0].Key = "" },
		"a reader with a long key": func(m *recording.Manifest) {
			m.Readers[0].Key += strings.Repeat("q", 100)
		},
		"a long name":          func(m *recording.Manifest) { m.Host.Name = strings.Repeat("ü", 301) },
		"a long consent":       func(m *recording.Manifest) { m.Consent = strings.Repeat("a", 8<<10+1) },
		"a relay of two lines": func(m *recording.Manifest) { m.Relay = "https://\n" },
		"a time before 1970":   func(m *recording.Manifest) { m.Begins = -1 },
		"a time after 9999":    func(m *recording.Manifest) { m.Begins = 253402300800000 },
	} {
		m := recordingtest.Manifest("s_1", reader)
		change(&m)
		if _, err := recording.NewWriter(m, keyOf("session")); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if _, err := recording.NewWriter(recordingtest.Manifest("s_1", reader), nil); err == nil {
		t.Error("a recording was begun without a session key")
	}
}

func TestAManifestMaySayMoreButNothingTwice(t *testing.T) {
	r, _ := small(t)
	line := r.Head.Line
	with := func(more string) []byte { return append(bytes.Clone(line[:len(line)-1]), more+"}"...) }
	if _, err := recording.ParseManifest(with(`,"later":{"version":2,"list":[{"version":3}]}`)); err != nil {
		t.Errorf("one that says more: %v", err)
	}
	for name, more := range map[string]string{
		"a name twice":         `,"recording":"s_2"`,
		"a name in other case": `,"Recording":"s_2"`,
		"a name twice inside":  `,"later":{"a":1,"A":2}`,
		"deep":                 `,"later":` + strings.Repeat("[", 100) + strings.Repeat("]", 100),
		"not UTF-8":            ",\"later\":\"\xff\"",
		"another version":      `,"version":2`,
		"more than a line":     `,"later":"` + strings.Repeat("a", recording.MaxLine) + `"`,
	} {
		if _, err := recording.ParseManifest(with(more)); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestEnvelopesAndReceiptsHaveLimits(t *testing.T) {
	r, _ := small(t)
	for name, change := range map[string]func(e *recording.Envelope){
		"a negative part":      func(e *recording.Envelope) { e.Part = -1 },
		"a part too many":      func(e *recording.Envelope) { e.Part = recording.MaxParts },
		"a negative start":     func(e *recording.Envelope) { e.Start = -1 },
		"a long part":          func(e *recording.Envelope) { e.Length = recording.MaxLength + 1 },
		"nothing sealed":       func(e *recording.Envelope) { e.Size = 0 },
		"too much sealed":      func(e *recording.Envelope) { e.Size = recording.MaxSealed + 1 },
		"an index with length": func(e *recording.Envelope) { e.Index = true },
	} {
		e := r.Parts[1].Envelope
		change(&e)
		if _, err := e.Encode(); err == nil {
			t.Errorf("%s: written", name)
		}
	}
	receipt := *r.Parts[1].Receipt
	receipt.Part = -2
	if _, err := receipt.Encode(); err == nil {
		t.Error("a receipt of part -2 was written")
	}
	receipt.Part, receipt.Key = 0, "short"
	if _, err := receipt.Encode(); err == nil {
		t.Error("a receipt without a key was written")
	}
}

func TestAPartThatIsNotThereIsNotAllocated(t *testing.T) {
	line := `{"part":0,"start":0,"length":0,"size":8388608,"hash":"` + strings.Repeat("A", 43) + `","signature":"` + strings.Repeat("A", 86) + `"}` + "\n"
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	in := bufio.NewReader(strings.NewReader(line + "short"))
	if _, err := recording.NewParts(in, true).Next(); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Fatal(err)
	}
	runtime.ReadMemStats(&after)
	if got := after.TotalAlloc - before.TotalAlloc; got > 1<<20 {
		t.Errorf("%d bytes were allocated for a part of five", got)
	}
}
