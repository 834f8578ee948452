package catalogue_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lendhand/lendhand/relay/internal/audit"
	"github.com/lendhand/lendhand/relay/internal/catalogue"
	"github.com/lendhand/lendhand/relay/recording"
	"github.com/lendhand/lendhand/relay/recording/event"
)

func TestWhatHappenedIsFound(t *testing.T) {
	w := newWorld(t, false)
	w.whole(t, "s_A", w.own())
	if err := w.Refresh(t.Context(), "s_A"); err != nil {
		t.Fatal(err)
	}
	for _, q := range []string{
		"", "q=invoices", "q=EXC", "q=kanarien", "q=setup-log.txt", "q=anna-pc", "q=ines+sommer", "q=4711", "q=after+the+index", "q=s_A",
		"technician=u_ines", "technician=ines+s", "host=ANNA", "ticket=inc-", "group=first-line", "from=2026-11-18", "to=2026-11-18", "from=2026-11-18&to=2026-11-18",
		"min=1", "max=60", "state=complete", "happened=control,files_out,clipboard,chat,paused,elevation",
	} {
		if got := w.find(t, q); !slices.Equal(got, []string{"s_A"}) {
			t.Errorf("%q finds %v", q, got)
		}
	}
	for _, q := range []string{
		"q=nothing", "q=oices", "q=*", "q=-", "technician=u_other", "technician=Sommer", "host=pc", "ticket=4711", "group=other", "from=2026-11-19", "to=2026-11-17",
		"min=60", "max=1", "state=live", "state=incomplete", "held=true", "happened=files_in", "happened=control,off_hours", "happened=gap",
	} {
		if got := w.find(t, q); len(got) != 0 {
			t.Errorf("%q finds %v", q, got)
		}
	}
	d, err := w.Details(t.Context(), me("ada"), "s_A")
	if err != nil {
		t.Fatal(err)
	}
	want := &catalogue.Facts{
		Files: []catalogue.FileFact{{To: "technician", Name: "setup-log.txt", Size: 123}}, Chat: 1, Clipboard: 1, Keys: 7,
		Windows: []string{"Invoices 2026 – Excel", "After the index"},
	}
	if diff := cmp.Diff(want, d.Facts); diff != "" || d.Opens != catalogue.OpensRelay || d.Parts != 4 {
		t.Errorf("%+v\n%s", d, diff)
	}
	if diff := cmp.Diff([]recording.PublicKey{{1}}, d.ReceiptKeys); diff != "" {
		t.Error(diff)
	}
}

// A session is found by what has been said in it so far, while it still runs.
func TestALiveSessionIsFound(t *testing.T) {
	w := newWorld(t, false)
	tape := w.begin(t, "s_A", w.own())
	running, stop := context.WithCancel(t.Context())
	done := make(chan error)
	go func() { done <- w.Run(running) }()
	defer func() {
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
	}()
	until := func(q string, want ...string) {
		t.Helper()
		for range 500 {
			w.Changed("s_A")
			if slices.Equal(w.find(t, q), want) {
				return
			}
			time.Sleep(10 * time.Millisecond)
			w.pass(time.Second) // or it would search too often
		}
		t.Fatalf("%q finds %v, want %v", q, w.find(t, q), want)
	}
	until("state=live", "s_A")
	tape.Add(t, &event.Window{Title: "First"})
	tape.Index(t, 0, &event.Window{Title: "First"})
	until("q=first&state=live", "s_A")
	tape.Add(t, &event.Chat{From: "person", Text: "second"})
	tape.Index(t, 2, &event.Chat{From: "person", Text: "second"})
	until("q=first+second&happened=chat", "s_A")
	tape.End(t)
	until("q=second&state=complete", "s_A")
	w.shelf.Delete("s_A")
	until("")
}

func TestWhatIsDeletedIsGone(t *testing.T) {
	w := newWorld(t, false)
	w.whole(t, "s_A", w.own())
	w.whole(t, "s_B", w.own())
	if err := w.Promise(t.Context(), "s_A", catalogue.CopySummary, "token"); err != nil {
		t.Fatal(err)
	}
	w.Sweep(t.Context())
	if _, err := w.AddNote(t.Context(), me("ada"), "s_A", 10, "Notizzettel"); err != nil {
		t.Fatal(err)
	}
	if len(w.leaks(t, "Notizzettel")) == 0 || len(w.leaks(t, "kanarienvogel")) == 0 {
		t.Fatal("nothing is found even while it is there")
	}
	for _, id := range []string{"s_A", "s_B"} {
		w.shelf.Delete(id)
	}
	w.Sweep(t.Context())
	if got := w.find(t, ""); len(got) != 0 {
		t.Errorf("found: %v", got)
	}
	if _, err := w.Details(t.Context(), me("ada"), "s_A"); !errors.Is(err, catalogue.ErrNone) {
		t.Errorf("details: %v", err)
	}
	if err := w.db.Close(); err != nil { // with which the log beside the database goes
		t.Fatal(err)
	}
	for _, text := range []string{"Notizzettel", "kanarienvogel", "invoices", "setup-log", "anna-pc"} {
		if files := w.leaks(t, text); len(files) != 0 {
			t.Errorf("%q is still in %v", text, files)
		}
	}
}

// A relay without a key learns nothing of what is in a recording: not for a search, not in
// its files, not in its log.
func TestASealedRecordingTellsNothing(t *testing.T) {
	w := newWorld(t, true)
	auditor := newKey(t)
	tape := w.begin(t, "s_A", recording.Reader{Name: "Auditors", Key: auditor.Recipient().String()})
	secret := "Geheimniskrämerei77"
	events := []event.Event{&event.Window{Title: secret}, &event.Chat{From: "person", Text: secret}, &event.File{To: "host", Name: secret}}
	tape.Add(t, events...)
	tape.Index(t, 0, events...)
	tape.End(t)
	w.trail = []audit.Event{
		{Kind: audit.Grant, Session: "s_A", Detail: map[string]string{"scopes": "view control"}}, {Kind: audit.Reported, Session: "s_A"}, {Kind: audit.Grant, Session: "s_B"},
	}
	w.Sweep(t.Context())
	out, err := w.Search(t.Context(), me("ada"), query(t, "q=anna&happened=control,reported"))
	if err != nil || out.Words || len(out.Recordings) != 1 || out.Recordings[0].Opens != catalogue.OpensAuditor {
		t.Errorf("by what is known: %+v, %v", out, err)
	}
	if got := w.find(t, "q="+secret); len(got) != 0 {
		t.Errorf("the secret finds %v", got)
	}
	opened, err := w.Open(t.Context(), me("ada"), "s_A", "case 12")
	if err != nil || opened.Identity != "" || len(opened.SealedKeys) != 1 {
		t.Fatalf("opened: %+v, %v", opened, err)
	}
	if identity, err := recording.OpenIdentity(opened.SealedKeys[0], auditor); err != nil || identity != tape.Identity() {
		t.Errorf("the auditor's own key opens nothing: %v", err)
	}
	d, err := w.Details(t.Context(), me("ada"), "s_A")
	if err != nil || d.Facts != nil || !strings.Contains(d.Who, "The relay cannot open it") {
		t.Errorf("details: %+v, %v", d, err)
	}
	for _, text := range []string{"geheimniskr", tape.Identity(), auditor.String()} {
		if files := w.leaks(t, text); len(files) != 0 {
			t.Errorf("%.12q… is in %v", text, files)
		}
		if strings.Contains(strings.ToLower(w.log.String()+fmt.Sprint(w.events)), strings.ToLower(text)) {
			t.Errorf("%.12q… is in the log", text)
		}
	}
}

// What a host has spoiled hides nothing else.
func TestSpoiledRecordingsAreStillFound(t *testing.T) {
	w := newWorld(t, false)
	good := w.begin(t, "s_A", w.own())
	good.Add(t)
	good.Index(t, 0, &event.Window{Title: "Before"})
	good.Spoil()
	good.Add(t)
	good.Index(t, 2, &event.Window{Title: "Behind"})
	good.Stop(catalogue.Incomplete)
	if err := w.Refresh(t.Context(), "s_A"); err == nil {
		t.Error("nobody is told")
	}
	if got := w.find(t, "q=behind&state=incomplete"); !slices.Equal(got, []string{"s_A"}) {
		t.Errorf("found: %v", got)
	}
	if got := w.find(t, "q=before"); len(got) != 0 {
		t.Errorf("found in what is spoiled: %v", got)
	}
}

func TestPages(t *testing.T) {
	w := newWorld(t, false)
	var want []string
	for i := range 11 {
		id := fmt.Sprintf("s_%02d", i)
		w.begin(t, id, w.own())
		want = append([]string{id}, want...)
		if i%3 != 0 { // some begin in the same millisecond
			w.pass(time.Hour)
		}
		if err := w.Refresh(t.Context(), id); err != nil {
			t.Fatal(err)
		}
	}
	for _, q := range []string{"limit=5", "limit=4&q=anna", "limit=11", "limit=2"} {
		var got []string
		for next := ""; ; {
			out, err := w.Search(t.Context(), me("ada"), query(t, q+next))
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range out.Recordings {
				got = append(got, e.ID)
			}
			if next = "&cursor=" + out.Next; out.Next == "" {
				break
			}
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%s: %s", q, d)
		}
	}
}

func TestOffHours(t *testing.T) {
	w := newWorld(t, false)
	for id, begun := range map[string]time.Time{
		"s_noon": noon, "s_early": noon.Add(-6 * time.Hour), "s_late": noon.Add(7 * time.Hour), "s_saturday": noon.AddDate(0, 0, 3), "s_sunday": noon.AddDate(0, 0, 4), "s_monday": noon.AddDate(0, 0, 5),
	} {
		w.now = begun
		w.begin(t, id, w.own())
	}
	w.Sweep(t.Context())
	got := w.find(t, "happened=off_hours")
	slices.Sort(got)
	if d := cmp.Diff([]string{"s_early", "s_late", "s_saturday", "s_sunday"}, got); d != "" {
		t.Error(d)
	}
}

func TestSample(t *testing.T) {
	w := newWorld(t, false)
	w.whole(t, "s_risky", w.own())
	for i := range 5 {
		w.begin(t, fmt.Sprintf("s_%d", i), w.own()).Stop(catalogue.Complete)
	}
	w.Sweep(t.Context())
	out, err := w.Sample(t.Context(), me("ada"), query(t, "state=complete"), 20)
	if err != nil || out.Of != 6 || len(out.Recordings) != 6 {
		t.Fatalf("sample: %+v, %v", out, err)
	}
	for _, r := range out.Recordings {
		risky := r.ID == "s_risky"
		if risky && (!has(r.Why, "control", "files_out", "elevation") || r.Risk != 8) || !risky && (len(r.Why) != 0 || r.Risk != 1) {
			t.Errorf("%s: %v, %d", r.ID, r.Why, r.Risk)
		}
	}
	if _, err := w.Open(t.Context(), me("ada"), "s_risky", "sample"); err != nil {
		t.Fatal(err)
	}
	if out, err := w.Sample(t.Context(), me("ada"), query(t, ""), 2); err != nil || out.Of != 5 || len(out.Recordings) != 2 {
		t.Errorf("what was viewed is drawn again: %+v, %v", out, err)
	}
}

// With eight points of 38, of which three are drawn, it is about one time in two; without
// them it would be three of 31.
func TestRiskIsDrawnMoreReadily(t *testing.T) {
	all := []catalogue.Entry{{ID: "risky", Happened: catalogue.Control | catalogue.FilesOut | catalogue.Elevation}}
	for range 30 {
		all = append(all, catalogue.Entry{})
	}
	drawn := 0
	for range 1000 {
		for _, e := range catalogue.Draw(all, 3) {
			if e.ID == "risky" {
				drawn++
			}
		}
	}
	if drawn < 400 || drawn > 650 {
		t.Errorf("drawn %d times of 1000", drawn)
	}
}

// slow has recordings of which the second part takes longer than there is time for.
type slow struct {
	catalogue.Recordings
	asked int
}

func (s *slow) Parts(ctx context.Context, id string, from, to, most int64) (catalogue.Stretch, error) {
	if s.asked++; s.asked == 2 {
		<-ctx.Done()
	}
	return s.Recordings.Parts(ctx, id, from, to, most)
}

// A host that makes more to look at than there is time for hides nothing: what was seen by
// then is kept, and the rest is looked at after the others had their turn.
func TestTooMuchToLookAtHidesNothing(t *testing.T) {
	w := newWorld(t, false)
	w.Recordings = &slow{Recordings: w.shelf}
	tape := w.begin(t, "s_A", w.own())
	for _, word := range []string{"alder", "birch", "cedar", "dogwood"} {
		tape.Add(t)
		tape.Index(t, 0, &event.Chat{From: event.Person, Text: word})
	}
	tape.End(t)
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	if err := w.Refresh(ctx, "s_A"); !errors.Is(err, context.DeadlineExceeded) {
		t.Fatalf("no time was over: %v", err)
	}
	if all, first, last := w.find(t, ""), w.find(t, "q=alder"), w.find(t, "q=dogwood"); len(all) != 1 || len(first) != 1 || len(last) != 0 {
		t.Fatalf("found: %v, by the first word %v, by the last %v", all, first, last)
	}
	w.Sweep(t.Context())
	if got := w.find(t, "q=dogwood"); len(got) != 1 {
		t.Error("the rest was never looked at")
	}
}

// What a host spoils is a line of the log, not one for each part.
func TestSpoiledPartsDoNotFillTheLog(t *testing.T) {
	w := newWorld(t, false)
	tape := w.begin(t, "s_A", w.own())
	for range 50 {
		tape.Add(t)
		tape.Index(t, 0)
		tape.Spoil()
	}
	err := w.Refresh(t.Context(), "s_A")
	if err == nil || strings.Count(err.Error(), "\n") > 1 {
		t.Errorf("%v", err)
	}
}

// A pause of the recording, in which the session goes on, is something that is not recorded:
// also one that never ends, after which nothing else says so.
func TestAPauseThatNeverEndsIsAGap(t *testing.T) {
	for what, want := range map[string][]string{
		event.PausedRecording: {"paused", "gap"}, event.PausedSession: {"paused"},
	} {
		got := catalogue.Learned(&recording.Content{Events: []event.Line{{Event: &event.Pause{What: what, Reason: "person"}}}})
		if !cmp.Equal(got, want) {
			t.Errorf("a pause of the %s is %v, want %v", what, got, want)
		}
	}
}
