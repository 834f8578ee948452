package catalogue_test

import (
	"encoding/base64"
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lendhand/lendhand/relay/internal/account"
	"github.com/lendhand/lendhand/relay/internal/audit"
	"github.com/lendhand/lendhand/relay/internal/catalogue"
	"github.com/lendhand/lendhand/relay/recording"
	"github.com/lendhand/lendhand/signaling/problem"
)

func TestAReasonIsGoodForTwelveHours(t *testing.T) {
	w := newWorld(t, false)
	tape := w.whole(t, "s_A", w.own())
	w.whole(t, "s_B", w.own())
	w.Sweep(t.Context())
	ada := me("ada")
	look := func(who account.Me, id string) error {
		s, err := w.Parts(t.Context(), who, id, 0, 10)
		if err == nil {
			err = s.Close()
		}
		return err
	}
	if err := look(ada, "s_A"); !errors.Is(err, catalogue.ErrReason) {
		t.Errorf("without a reason: %v", err)
	}
	opened, err := w.Open(t.Context(), ada, "s_A", "  case\u202e 12\n")
	if err != nil || opened.Identity != tape.Identity() || !opened.Until.Equal(noon.Add(12*time.Hour)) {
		t.Fatalf("open: %+v, %v", opened, err)
	}
	again := ada
	again.SignIn.ID = "i_other"
	for name, c := range map[string]struct {
		who account.Me
		id  string
	}{"another recording": {ada, "s_B"}, "another sign-in": {again, "s_A"}, "another person": {me("bea"), "s_A"}} {
		if err := look(c.who, c.id); !errors.Is(err, catalogue.ErrReason) {
			t.Errorf("%s: %v", name, err)
		}
	}
	w.pass(12*time.Hour - time.Second)
	if err := look(ada, "s_A"); err != nil {
		t.Errorf("just before: %v", err)
	}
	if _, _, err := w.File(t.Context(), ada, "s_A"); !errors.Is(err, catalogue.ErrReason) {
		t.Errorf("to watch is to take away: %v", err)
	}
	w.pass(time.Second)
	if err := look(ada, "s_A"); !errors.Is(err, catalogue.ErrReason) {
		t.Errorf("after twelve hours: %v", err)
	}
	if err := look(ada, "s_none"); !errors.Is(err, catalogue.ErrNone) {
		t.Errorf("no recording: %v", err)
	}
	d, err := w.Details(t.Context(), ada, "s_A")
	want := []catalogue.View{{By: catalogue.Person{ID: "u_ada", Name: "ADA"}, Time: noon, Reason: "case  12", Kind: catalogue.ViewOpen}}
	if diff := cmp.Diff(want, d.Views); diff != "" || err != nil {
		t.Errorf("%v %s", err, diff)
	}
	e := w.events[len(w.events)-1]
	if e.Kind != audit.RecordingViewed || e.Session != "s_A" || e.Actor != "u_ada" || e.Address != "192.0.2.7" || e.Detail["reason"] != "case  12" {
		t.Errorf("written down: %+v", e)
	}
}

func TestWhoeverAsksTooMuchWaits(t *testing.T) {
	w := newWorld(t, false)
	var tooMany *account.TooManyError
	for i := range 301 {
		_, err := w.Search(t.Context(), me("ada"), query(t, ""))
		if errors.As(err, &tooMany) != (i == 300) {
			t.Fatalf("search %d: %v", i, err)
		}
	}
	if _, err := w.Search(t.Context(), me("bea"), query(t, "")); err != nil {
		t.Errorf("somebody else: %v", err)
	}
}

func TestNotesAndFiltersHaveLimits(t *testing.T) {
	w := newWorld(t, false)
	w.whole(t, "s_A", w.own())
	w.Sweep(t.Context())
	if _, err := w.AddNote(t.Context(), me("ada"), "s_none", 0, "look"); !errors.Is(err, catalogue.ErrNone) {
		t.Errorf("a note on nothing: %v", err)
	}
	for i := range 4 {
		err := w.db.AddNote(t.Context(), "s_A", catalogue.Note{ID: fmt.Sprintf("n_%d", i), Text: "look", Time: noon}, 3)
		if errors.Is(err, catalogue.ErrTooMany) != (i == 3) || err != nil && i < 3 {
			t.Errorf("note %d: %v", i, err)
		}
	}
	out, err := w.Search(t.Context(), me("ada"), query(t, ""))
	if err != nil || out.Recordings[0].Notes != 3 {
		t.Errorf("counted: %+v, %v", out, err)
	}
}

// A reader who comes later opens nothing of the past, unless it is shared.
func TestSharing(t *testing.T) {
	w := newWorld(t, false)
	tape := w.whole(t, "s_A", w.own())
	w.Sweep(t.Context())
	legal, ada := newKey(t), me("ada")
	if err := w.AddReader(t.Context(), ada, "Legal", legal.Recipient().String()); err != nil {
		t.Fatal(err)
	}
	opened, err := w.Open(t.Context(), ada, "s_A", "look")
	if err != nil || len(opened.SealedKeys) != 1 {
		t.Fatalf("%+v, %v", opened, err)
	}
	if _, err := recording.OpenIdentity(opened.SealedKeys[0], legal); err == nil {
		t.Error("a new reader opens what is past")
	}
	if err := w.Share(t.Context(), ada, "s_A", "Nobody", "why not", ""); !errors.Is(err, catalogue.ErrNoReader) {
		t.Errorf("with nobody: %v", err)
	}
	if err := w.Share(t.Context(), ada, "s_A", "Legal", "the court asks", ""); err != nil {
		t.Fatal(err)
	}
	if opened, err = w.Open(t.Context(), ada, "s_A", "look"); err != nil || len(opened.SealedKeys) != 2 {
		t.Fatalf("%+v, %v", opened, err)
	}
	if identity, err := recording.OpenIdentity(opened.SealedKeys[1], legal); err != nil || identity != tape.Identity() {
		t.Errorf("shared: %v", err)
	}
	d, err := w.Details(t.Context(), ada, "s_A")
	if err != nil || len(d.Readers) != 2 || !d.Readers[1].Shared || d.Readers[1].Held || !d.Readers[0].Held || !strings.Contains(d.Who, "Legal") {
		t.Errorf("readers: %+v, %q, %v", d.Readers, d.Who, err)
	}
}

// What the relay cannot open the browser of an auditor shares: also with the relay.
func TestSharingWhatIsSealed(t *testing.T) {
	w := newWorld(t, true)
	auditor, ada := newKey(t), me("ada")
	tape := w.whole(t, "s_A", recording.Reader{Name: "Auditors", Key: auditor.Recipient().String()})
	w.Sweep(t.Context())
	if err := w.AddOwnReader(t.Context(), ada); err != nil {
		t.Fatal(err)
	}
	share := func(sealedKey string) error {
		return w.Share(t.Context(), ada, "s_A", catalogue.HeldName, "to search it", sealedKey)
	}
	if err := share(""); !errors.Is(err, catalogue.ErrSealed) {
		t.Errorf("by the relay: %v", err)
	}
	for _, wrong := range []string{"x", "YWdl", base64.StdEncoding.EncodeToString([]byte("age-encryption.org/v1\n-> scrypt ")), strings.Repeat("A", 20_000)} {
		if err := share(wrong); problem.Hint(err) == "" {
			t.Errorf("%.20s: %v", wrong, err)
		}
	}
	sealed, err := recording.SealIdentity(tape.Identity(), []recording.Reader{w.own()})
	if err != nil {
		t.Fatal(err)
	}
	if err := share(sealed); err != nil {
		t.Fatal(err)
	}
	if opened, err := w.Open(t.Context(), ada, "s_A", "look"); err != nil || opened.Identity != tape.Identity() {
		t.Errorf("opened: %v", err)
	}
}

func TestReaders(t *testing.T) {
	w := newWorld(t, false)
	by := audit.Event{Actor: "u_admin"}
	add := func(name, key string) error { return w.readers.Add(t.Context(), by, name, key) }
	fresh := func() string { return newKey(t).Recipient().String() }
	book := func() catalogue.Book {
		t.Helper()
		b, err := w.readers.Current(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	if b := book(); b.Sealed || len(b.Readers) != 1 || !b.Readers[0].Held || b.Readers[0].Key != w.key.Recipient().String() {
		t.Errorf("at first: %+v", b)
	}
	for name, c := range map[string]struct{ name, key string }{
		"no name": {"", fresh()}, "the relay's name": {catalogue.HeldName, fresh()}, "a long name": {strings.Repeat("x", 65), fresh()}, "an invisible name": {"a\u202eb", fresh()},
		"no key": {"Legal", ""}, "a private key": {"Legal", newKey(t).String()}, "garbage": {"Legal", "age1xyz"}, "a line more": {"Legal", fresh() + "\n"},
	} {
		if err := add(c.name, c.key); problem.Hint(err) == "" || strings.Contains(fmt.Sprint(err), "SECRET-KEY-1Q") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := w.readers.Remove(t.Context(), by, catalogue.HeldName); !errors.Is(err, catalogue.ErrLastReader) || len(book().Readers) != 1 {
		t.Errorf("the last one: %v", err)
	}
	key := fresh()
	if err := add("Legal", key); err != nil {
		t.Fatal(err)
	}
	for _, taken := range []struct{ name, key string }{{"Another", key}, {"Legal", fresh()}} {
		if err := add(taken.name, taken.key); !errors.Is(err, catalogue.ErrReaderTaken) || problem.Hint(err) == "" {
			t.Errorf("%s: %v", taken.name, err)
		}
	}
	if err := w.db.AddReader(t.Context(), catalogue.Reader{Name: "Too many", Key: fresh()}, 2); !errors.Is(err, catalogue.ErrReadersFull) {
		t.Errorf("the third of two: %v", err)
	}
	if err := w.readers.Settle(t.Context(), true); err != nil || !book().Sealed || len(book().Readers) != 1 {
		t.Errorf("sealed at a start: %v, %+v", err, book())
	}
	if err := errors.Join(w.readers.Settle(t.Context(), false), w.readers.Settle(t.Context(), true)); err != nil || !book().Sealed {
		t.Errorf("the next starts: %v", err)
	}
	if err := w.readers.AddOwn(t.Context(), by); err != nil || book().Sealed {
		t.Errorf("the relay again: %v", err)
	}
	w.key = newKey(t) // the file was lost
	if err := w.readers.Settle(t.Context(), false); err != nil || book().Readers[1].Key != w.key.Recipient().String() {
		t.Errorf("with a new key: %v", err)
	}
}

func TestASealedRelayMakesNoKey(t *testing.T) {
	w := newWorld(t, true)
	if w.key != nil {
		t.Error("it made one")
	}
	b, err := w.readers.Current(t.Context())
	if err != nil || !b.Sealed || len(b.Readers) != 0 || !strings.Contains(b.Who(), "Nobody") {
		t.Errorf("%+v, %v", b, err)
	}
	again := newWorld(t, false)
	if err := again.readers.Settle(t.Context(), true); !errors.Is(err, catalogue.ErrLastReader) || problem.Hint(err) == "" {
		t.Errorf("sealed without anybody: %v", err)
	}
}

func TestTheLinkOfAPerson(t *testing.T) {
	w := newWorld(t, false)
	w.whole(t, "s_A", w.own())
	w.whole(t, "s_B", w.own())
	w.trail = []audit.Event{
		{Kind: audit.Grant, Session: "s_A", Detail: map[string]string{"scopes": "view"}}, {Kind: audit.Grant, Session: "s_A", Detail: map[string]string{"scopes": "view control"}},
	}
	w.Sweep(t.Context())
	for id, kind := range map[string]catalogue.CopyKind{"s_A": catalogue.CopyRecording, "s_B": catalogue.CopyNone} {
		if err := w.Promise(t.Context(), id, kind, "token"); err != nil {
			t.Fatal(err)
		}
	}
	home, away := netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("198.51.100.1")
	s, err := w.Mine(t.Context(), home, "s_A", "token")
	if err != nil || s.Technician != "Ines Sommer" || *s.Chat != 1 || len(s.Files) != 1 || s.Copy != catalogue.CopyRecording || !strings.Contains(s.Who, "relay holds the key") {
		t.Errorf("%+v, %v", s, err)
	}
	if d := cmp.Diff([]string{"view", "control"}, s.Allowed); d != "" {
		t.Error(d)
	}
	d, err := w.Details(t.Context(), me("ada"), "s_A")
	if diff := cmp.Diff(d.KeyFrames, s.KeyFrames) + cmp.Diff(d.IndexParts, s.IndexParts); diff != "" || err != nil || len(s.IndexParts) == 0 {
		t.Errorf("%+v, %v %s", s, err, diff)
	}
	if s.Parts != 4 || s.Bytes != d.Bytes || s.Bytes == 0 {
		t.Errorf("%d parts, %d bytes of %d", s.Parts, s.Bytes, d.Bytes)
	}
	part, err := w.MyParts(t.Context(), home, "s_A", "token", 0, 1)
	if err != nil || part.Next != 2 || part.Count != 4 {
		t.Errorf("parts: %+v, %v", part, err)
	}
	for i, c := range []struct{ id, token string }{{"s_A", ""}, {"s_A", "Token"}, {"s_B", "token"}, {"s_none", "token"}, {"s_none", ""}} {
		if _, err := w.Mine(t.Context(), home, c.id, c.token); !errors.Is(err, catalogue.ErrNone) {
			t.Errorf("%d: %v", i, err)
		}
	}
	var tooMany *account.TooManyError
	for range 5 {
		if _, err := w.Mine(t.Context(), home, "s_A", "wrong"); !errors.Is(err, catalogue.ErrNone) {
			t.Errorf("a wrong one: %v", err)
		}
	}
	if _, err = w.Mine(t.Context(), home, "s_A", "token"); !errors.As(err, &tooMany) {
		t.Errorf("after ten wrong ones: %v", err)
	}
	if _, err := w.Mine(t.Context(), away, "s_A", "token"); err != nil {
		t.Errorf("from elsewhere: %v", err)
	}
	for i := range 11 {
		if err := w.Object(t.Context(), away, "s_A", "token", "no"); errors.Is(err, catalogue.ErrTooMany) != (i == 10) {
			t.Errorf("objection %d: %v", i, err)
		}
	}
	if d, err := w.Details(t.Context(), me("ada"), "s_A"); err != nil || !d.Objected || len(d.Objections) != 10 {
		t.Errorf("auditors: %+v, %v", d.Objections, err)
	}
}

// A promise whose session was never recorded is forgotten, one that waits is not.
func TestPromisesAreForgotten(t *testing.T) {
	w := newWorld(t, false)
	for _, id := range []string{"s_A", "s_B"} {
		if err := w.Promise(t.Context(), id, catalogue.CopySummary, "token"); err != nil {
			t.Fatal(err)
		}
	}
	w.whole(t, "s_A", w.own())
	for _, days := range []int{0, 7, 2} {
		w.pass(time.Duration(days) * 24 * time.Hour)
		w.Sweep(t.Context())
		_, errA := w.db.CopyOf(t.Context(), "s_A")
		_, errB := w.db.CopyOf(t.Context(), "s_B")
		if errA != nil || errors.Is(errB, catalogue.ErrNone) != (days == 2) {
			t.Errorf("%v, %v", errA, errB)
		}
	}
}
