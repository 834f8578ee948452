package web

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"filippo.io/age"
	"github.com/google/go-cmp/cmp"

	"github.com/lendhand/lendhand/relay/internal/audit"
	"github.com/lendhand/lendhand/relay/internal/catalogue"
	"github.com/lendhand/lendhand/relay/internal/catalogue/cataloguetest"
	"github.com/lendhand/lendhand/relay/internal/store"
	"github.com/lendhand/lendhand/relay/recording"
	"github.com/lendhand/lendhand/relay/recording/event"
)

const (
	// theRecording is the one that every test has; theToken is in the person's link.
	theRecording = "s_ABCDEFGHIJKLMNOPQRSTUVWX23"
	theToken     = "OPENSESAME"
)

// openRecordings gives a world one recording that the relay can open.
func (w *world) openRecordings(t *testing.T, db *store.Store) {
	t.Helper()
	key, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	journal := &events{}
	w.tapes = cataloguetest.NewShelf()
	own := func() (*age.X25519Identity, error) { return key, nil }
	readers := catalogue.NewReaders(db, own, journal.note)
	c, err := catalogue.New(catalogue.Config{
		Store: db, Recordings: w.tapes, Readers: readers, Trail: db, Key: own, Journal: journal.note, Log: slog.New(slog.DiscardHandler),
	})
	if err = errors.Join(err, readers.Settle(t.Context(), false)); err != nil {
		t.Fatal(err)
	}
	w.recordings = &Recordings{Catalogue: c, Readers: readers, Figures: func(context.Context) (catalogue.Figures, error) {
		return catalogue.Figures{Recordings: 1, State: "ok"}, nil
	}}
	w.events = journal
	tape := w.tapes.Begin(t, recording.Manifest{
		Recording: theRecording, Host: recording.Host{Name: "anna-pc", OS: "Windows 11"}, Ticket: "INC-4711",
		Technician: recording.Technician{ID: "u_ines", Name: "Ines Sommer"}, Readers: []recording.Reader{{Name: catalogue.HeldName, Key: key.Recipient().String()}},
	}, time.Now())
	tape.Add(t, &event.Window{Title: "Invoices"})
	tape.End(t)
	running, stop := context.WithCancel(context.Background())
	var done sync.WaitGroup
	done.Go(func() { _ = c.Run(running) }) // it never fails
	t.Cleanup(func() { stop(); done.Wait() })
	if err := c.Promise(t.Context(), theRecording, catalogue.CopySummary, theToken); err != nil {
		t.Fatal(err)
	}
	for range 500 {
		if r, err := db.Record(t.Context(), theRecording); err == nil && r.Finished {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatal("the recording does not come into the catalogue")
}

// events is an audit trail.
type events struct {
	mu  sync.Mutex
	all []audit.Event // guarded by mu
}

func (e *events) note(event audit.Event) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.all = append(e.all, event)
}

// kinds returns those of the events since the last call.
func (e *events) kinds() (kinds []audit.Kind) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, each := range e.all {
		kinds = append(kinds, each.Kind)
	}
	e.all = nil
	return kinds
}

// at asks for something of the recording.
func (w *world) at(t *testing.T, method, rest, body, cookie string) reply {
	t.Helper()
	return w.do(t, request{method: method, path: "/api/recordings/" + theRecording + rest, body: body, cookie: cookie, header: http.Header{"Origin": {public}}})
}

// says checks the status and, of a refusal, the code.
func (r reply) says(t *testing.T, status int, code string) {
	t.Helper()
	if r.status != status || code != "" && string(r.problem(t).Code) != code {
		t.Errorf("status %d, want %d %s: %s", r.status, status, code, r.body)
	}
}

func TestAnAuditorWatches(t *testing.T) {
	w := newWorld(t)
	cookie := w.token(t, "audit")
	w.at(t, "GET", "/parts", "", cookie).says(t, 403, "reason_needed")
	w.at(t, "GET", "/file", "", cookie).says(t, 403, "reason_needed")
	for _, body := range []string{`{}`, `{"reason":"  "}`, `{"reason":"` + strings.Repeat("x", 501) + `"}`} {
		w.at(t, "POST", "/open", body, cookie).says(t, 400, "bad_message")
	}
	if kinds := w.events.kinds(); len(kinds) != 0 {
		t.Errorf("written down: %v", kinds)
	}
	got := w.at(t, "POST", "/open", `{"reason":"case 12"}`, cookie)
	got.says(t, 200, "")
	var opened catalogue.Opened
	if err := json.Unmarshal([]byte(got.body), &opened); err != nil || !strings.HasPrefix(opened.Identity, "AGE-SECRET-KEY-1") {
		t.Fatalf("opened: %s", got.body)
	}
	parts := w.at(t, "GET", "/parts?from=0&to=99", "", cookie)
	parts.says(t, 200, "")
	if h := parts.header; h.Get("Lendhand-Next") != "2" || h.Get("Lendhand-Parts") != "2" || h.Get("Lendhand-State") != "complete" || h.Get("Content-Type") != "application/octet-stream" {
		t.Errorf("headers: %v", h)
	}
	w.at(t, "GET", "/file", "", cookie).says(t, 403, "reason_needed") // to watch is not to take away
	w.at(t, "POST", "/export", `{"reason":"for the court"}`, cookie).says(t, 200, "")
	file := w.at(t, "GET", "/file", "", cookie)
	file.says(t, 200, "")
	if !strings.HasSuffix(file.body, parts.body) || !strings.Contains(file.header.Get("Content-Disposition"), theRecording) {
		t.Errorf("the file: %v", file.header)
	}
	opens(t, file.body, opened.Identity)
	if d := cmp.Diff([]audit.Kind{audit.RecordingViewed, audit.RecordingExported}, w.events.kinds()); d != "" {
		t.Error(d)
	}
	// Another sign-in of the same person has to say why again.
	w.at(t, "GET", "/parts", "", w.token(t, "audit")).says(t, 403, "reason_needed")
}

// opens reads a whole file with an identity.
func opens(t *testing.T, file, identity string) {
	t.Helper()
	key, err := age.ParseX25519Identity(identity)
	if err != nil {
		t.Fatal(err)
	}
	r := bufio.NewReader(strings.NewReader(file))
	head, err := recording.ReadHead(r)
	if err != nil {
		t.Fatal(err)
	}
	m, err := recording.ParseManifest(head.Line)
	if err != nil {
		t.Fatal(err)
	}
	parts := recording.NewParts(r, true)
	for n := 0; ; n++ {
		p, err := parts.Next()
		if errors.Is(err, io.EOF) {
			if n != 2 {
				t.Errorf("%d parts", n)
			}
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		if _, err := m.Open(p, key); err != nil {
			t.Error(err)
		}
	}
}

func TestAnAuditorLooksAfter(t *testing.T) {
	w := newWorld(t)
	cookie, other := w.token(t, "audit"), w.token(t, "both")
	got := w.at(t, "POST", "/notes", `{"at":500,"text":"look here"}`, cookie)
	got.says(t, 200, "")
	var note struct{ ID string }
	if err := json.Unmarshal([]byte(got.body), &note); err != nil {
		t.Fatal(err)
	}
	remove := `{"id":"` + note.ID + `"}`
	w.at(t, "POST", "/notes/remove", remove, other).says(t, 404, "not_found")
	w.at(t, "POST", "/notes", `{"at":-1,"text":"x"}`, cookie).says(t, 400, "bad_message")
	w.at(t, "POST", "/notes", `{"at":1,"text":"`+strings.Repeat("ü", 2001)+`"}`, cookie).says(t, 400, "bad_message")
	w.at(t, "POST", "/notes", `{"at":1,"text":"`+strings.Repeat("ü", 2000)+`"}`, cookie).says(t, 200, "")
	w.at(t, "POST", "/hold", `{"on":true}`, cookie).says(t, 400, "bad_message")
	w.at(t, "POST", "/hold", `{"on":true,"reason":"case 12"}`, cookie).says(t, 204, "")
	if !w.tapes.Held(theRecording) {
		t.Error("retention does not know that it is held")
	}
	var d struct {
		Held   bool
		Hold   *catalogue.Hold
		Notes  []catalogue.Note
		Reason *catalogue.Reason
	}
	if err := json.Unmarshal([]byte(w.at(t, "GET", "", "", other).body), &d); err != nil {
		t.Fatal(err)
	}
	if !d.Held || d.Hold == nil || d.Hold.Reason != "case 12" || len(d.Notes) != 2 || d.Notes[0].Own || d.Reason != nil {
		t.Errorf("details: %+v", d)
	}
	w.at(t, "POST", "/notes/remove", remove, cookie).says(t, 204, "")
	w.at(t, "POST", "/hold", `{"on":false,"reason":"closed"}`, cookie).says(t, 204, "")
	if w.tapes.Held(theRecording) {
		t.Error("it is still held")
	}
	want := []audit.Kind{audit.RecordingNoted, audit.RecordingNoted, audit.RecordingHeld, audit.RecordingUnnoted, audit.RecordingReleased}
	if diff := cmp.Diff(want, w.events.kinds()); diff != "" {
		t.Error(diff)
	}
}

func TestSearchesOverHTTP(t *testing.T) {
	w := newWorld(t)
	cookie := w.token(t, "audit")
	ask := func(path string) reply {
		t.Helper()
		return w.do(t, request{method: "GET", path: "/api/recordings" + path, cookie: cookie})
	}
	for _, path := range []string{"", "?q=invoices", "?q=INC&happened=", "/sample", "/sample?count=1&host=anna"} {
		if got := ask(path); got.status != 200 || !strings.Contains(got.body, theRecording) {
			t.Errorf("%s: %d %s", path, got.status, got.body)
		}
	}
	for _, path := range []string{"?q=%00%22%27*", "?q=%22%20OR%20a:"} {
		if got := ask(path); got.status != 200 || !strings.Contains(got.body, `"recordings":[]`) {
			t.Errorf("%s: %d %s", path, got.status, got.body)
		}
	}
	for _, path := range []string{"?x=1", "?limit=1000", "?cursor=1", "/sample?count=0", "/sample?x=1"} {
		ask(path).says(t, 400, "bad_message")
	}
	post := func(path, body string) reply {
		t.Helper()
		return w.do(t, request{method: "POST", path: "/api/recordings/filters" + path, body: body, cookie: cookie})
	}
	post("", `{"name":"At night","query":"happened=off_hours"}`).says(t, 200, "")
	post("", `{"name":"At night","query":"cursor=c5"}`).says(t, 400, "bad_message")
	post("/remove", `{"id":"f_other"}`).says(t, 404, "not_found")
	if got := ask("/filters"); !strings.Contains(got.body, "At night") {
		t.Errorf("filters: %s", got.body)
	}
	if got := w.do(t, request{method: "GET", path: "/api/recordings/filters", cookie: w.token(t, "both")}); strings.Contains(got.body, "At night") {
		t.Error("somebody else has the filter")
	}
}

func TestAdministratorsKeepTheReaders(t *testing.T) {
	w := newWorld(t)
	cookie := w.token(t, "admin")
	post := func(path, body string) reply {
		t.Helper()
		return w.do(t, request{method: "POST", path: "/api/admin/recordings/readers" + path, body: body, cookie: cookie})
	}
	legal, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	own := `{"name":"` + catalogue.HeldName + `"}`
	post("/remove", own).says(t, 409, "last_reader")
	post("", `{"name":"Legal","key":"`+legal.String()+`"}`).says(t, 400, "bad_message") // a private key
	post("", `{"name":"Legal","key":"`+legal.Recipient().String()+`"}`).says(t, 204, "")
	post("", `{"name":"Legal","key":"`+legal.Recipient().String()+`"}`).says(t, 409, "taken")
	post("/remove", `{"name":"Nobody"}`).says(t, 404, "not_found")
	auditor := w.token(t, "audit")
	w.at(t, "POST", "/share", `{"reader":"Legal","reason":"the court asks"}`, auditor).says(t, 204, "")
	w.at(t, "POST", "/share", `{"reader":"Legal","reason":"again"}`, auditor).says(t, 409, "taken")
	post("/remove", own).says(t, 204, "")
	got := w.do(t, request{method: "GET", path: "/api/admin/recordings", cookie: cookie})
	if got.status != 200 || !strings.Contains(got.body, `"sealed":true`) || !strings.Contains(got.body, "The relay cannot open it") || strings.Contains(got.body, theRecording) {
		t.Errorf("sealed: %s", got.body)
	}
	post("", `{"held":true}`).says(t, 204, "")
	want := []audit.Kind{audit.ReaderAdded, audit.RecordingShared, audit.ReaderRemoved, audit.ReaderAdded}
	if d := cmp.Diff(want, w.events.kinds()); d != "" {
		t.Error(d)
	}
}

func TestThePersonsOwnCopy(t *testing.T) {
	w := newWorld(t)
	ask := func(method, rest, body, token string) reply {
		t.Helper()
		header := http.Header{"Origin": {public}}
		if token != "" {
			header.Set("Authorization", "Bearer "+token)
		}
		return w.do(t, request{method: method, path: "/api/mine/" + theRecording + rest, body: body, header: header})
	}
	got := ask("GET", "", "", theToken)
	for _, want := range []string{`"technician":"Ines Sommer"`, `"host":"anna-pc"`, `"recorded":true`, `"copy":"summary"`, `"chat":0`, `"files":[]`, catalogue.HeldName} {
		if got.status != 200 || !strings.Contains(got.body, want) {
			t.Errorf("%s is not in %s", want, got.body)
		}
	}
	if strings.Contains(got.body, "SECRET") || strings.Contains(got.body, "Invoices") {
		t.Errorf("too much: %s", got.body)
	}
	ask("GET", "/parts", "", theToken).says(t, 403, "not_allowed")
	ask("POST", "/object", `{"text":""}`, theToken).says(t, 400, "bad_message")
	ask("POST", "/object", `{"text":"I did not want this"}`, theToken).says(t, 204, "")
	list := w.do(t, request{method: "GET", path: "/api/recordings?happened=objected", cookie: w.token(t, "audit")})
	if !strings.Contains(list.body, `"objected":true`) {
		t.Errorf("auditors do not see it: %s", list.body)
	}
	if d := cmp.Diff([]audit.Kind{audit.RecordingObjected}, w.events.kinds()); d != "" {
		t.Error(d)
	}
	if err := w.recordings.Catalogue.Promise(t.Context(), theRecording, catalogue.CopyRecording, theToken); err != nil {
		t.Fatal(err)
	}
	ask("GET", "/parts", "", theToken).says(t, 200, "")
	for _, token := range []string{"", "wrong", theToken + "A", strings.ToLower(theToken)} {
		ask("GET", "", "", token).says(t, 404, "not_found")
	}
	for range 10 {
		got = ask("GET", "", "", "wrong")
	}
	got.says(t, 429, "too_many_tries")
	ask("GET", "", "", theToken).says(t, 429, "too_many_tries")
}
