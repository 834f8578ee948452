package main

import (
	"bytes"
	"database/sql"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/lendhand/lendhand/relay/internal/app"
	"github.com/lendhand/lendhand/relay/internal/audit"
	"github.com/lendhand/lendhand/relay/internal/datadir"
	"github.com/lendhand/lendhand/relay/internal/recordstore"
	"github.com/lendhand/lendhand/relay/internal/recordstore/folder"
	"github.com/lendhand/lendhand/relay/internal/store"
	"github.com/lendhand/lendhand/relay/recording"
	"github.com/lendhand/lendhand/relay/recording/recordingtest"
)

// keeping makes a data folder with a whole recording s_1, two that grow, s_2 and s_5, and one
// that the audit trail alone knows, s_3.
func keeping(t *testing.T) (dir string) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "data")
	if code, _, errs := call(t, "", "user", "--data", dir, "add", "kim", "--role", "auditor", "--generate"); code != 0 {
		t.Fatal(errs)
	}
	db, err := store.Open(t.Context(), dir)
	must(t, err)
	journal, err := app.OpenJournal(dir, db, slog.New(slog.DiscardHandler))
	must(t, err)
	key, err := datadir.OpenReceiptKey(dir)
	must(t, err)
	blobs, err := folder.Open(filepath.Join(dir, "recordings"))
	must(t, err)
	kept, err := recordstore.Open(t.Context(), recordstore.Config{
		Database: db, Blobs: blobs, Folder: filepath.Join(dir, "recordings-open"), Key: key,
		Disks:   func() ([]recordstore.Disk, error) { return []recordstore.Disk{{Free: 1 << 40, Total: 1 << 40}}, nil },
		Journal: journal.Write, Changed: func(string) {}, Log: slog.New(slog.DiscardHandler),
	})
	must(t, err)
	keep(t, dir, kept, "s_1", recordingtest.Contents(t, "vp8-small"))
	keep(t, dir, kept, "s_2", rests(14))
	keep(t, dir, kept, "s_5", rests(1))
	journal.Write(audit.Event{Kind: audit.RecordingBegun, Actor: audit.ActorRelay, Session: "s_3", Detail: map[string]string{
		"link": recording.Link{}.String(), "session_key": recording.PublicKey{}.String(),
	}})
	must(t, kept.Close())
	journal.Close()
	must(t, db.Close())
	return dir
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// rests are parts of five seconds, in which nothing happens.
func rests(n int) (all []*recording.Content) {
	for i := range n {
		all = append(all, &recording.Content{Start: recording.Time(i) * recording.MaxLength, Length: recording.MaxLength})
	}
	return all
}

// keep uploads a recording.
func keep(t *testing.T, dir string, kept *recordstore.Store, id string, contents []*recording.Content) {
	t.Helper()
	own, err := datadir.OpenAuditorsKey(dir)
	must(t, err)
	m := recordingtest.Manifest(id, recording.Reader{Name: "Auditors", Key: own.Recipient().String()})
	r := recordingtest.Make(t, m, contents)
	_, err = kept.Begin(t.Context(), recordstore.Session{
		ID: id, HostName: m.Host.Name, HostKey: r.Manifest.Host.SessionKey, TechnicianID: m.Technician.ID, TechnicianName: m.Technician.Name,
		Ticket: m.Ticket, Consent: m.Consent, Retention: 180,
	})
	must(t, err)
	_, err = kept.TakeManifest(t.Context(), id, r.Head.Line, r.Head.Signature)
	must(t, err)
	for i := range r.Parts {
		r.Parts[i].Receipt = nil
	}
	_, err = kept.Take(t.Context(), id, r.Parts)
	must(t, err)
}

func TestRecordingsOfTheRelay(t *testing.T) {
	dir := keeping(t)
	into := t.TempDir()
	for _, c := range []struct {
		name      string
		args      []string
		code      int
		out, errs string
	}{
		{"whole", []string{"verify", "s_1"}, 0, "the relay had it from", ""},
		{"growing", []string{"verify", "s_2"}, 0, "its end is not there", ""},
		{"growing, to the last receipt", []string{"verify", "s_5"}, 0, "good       1 parts", ""},
		{"missing", []string{"verify", "s_3"}, 1, "", "error: recording s_3 is missing: the audit trail knows that it was begun"},
		{"unknown", []string{"verify", "s_4"}, 1, "", "error: s_4: there is no such recording"},
		{"all", []string{"list"}, 1, "s_1        20", "error: recordings that are missing: 1."},
		{"without a reason", []string{"export", "s_1", "--into", into}, 2, "", "error: no reason is given"},
		{"with one", []string{"export", "s_1", "--into", into, "--reason", "case 12"}, 0, "  s_1.webm\n", ""},
		{"to a full folder", []string{"export", "s_1", "--into", into, "--reason", "case 12"}, 1, "", "hint: Choose with --into"},
	} {
		t.Run(c.name, func(t *testing.T) {
			code, out, errs := call(t, "", append([]string{"recordings", "--data", dir}, c.args...)...)
			if code != c.code || !strings.Contains(out, c.out) || !strings.Contains(errs, c.errs) {
				t.Errorf("exit %d, want %d with %q and %q\n%s%s", code, c.code, c.out, c.errs, out, errs)
			}
		})
	}
	if _, out, _ := call(t, "", "audit", "--data", dir, "list", "--kind", "recording_exported"); !strings.Contains(out, `reason="case 12"`) {
		t.Errorf("the audit trail says\n%s", out)
	}
	_, key, _ := call(t, "", "recordings", "--data", dir, "key")
	code, out, errs := call(t, "", "recordings", "verify", filepath.Join(into, "s_1.lendhand"), "--key", strings.TrimSpace(key))
	if code != 0 || !strings.Contains(out, "by its receipts") {
		t.Errorf("what was exported cannot be verified elsewhere: %s%s", out, errs)
	}
}

// A new key signs what begins later; what was receipted before is verified by the old one.
func TestTheReceiptKeyIsReplaced(t *testing.T) {
	dir := keeping(t)
	_, before, _ := call(t, "", "recordings", "--data", dir, "key")
	code, after, errs := call(t, "", "recordings", "--data", dir, "key", "--new")
	if code != 0 || strings.Count(after, "\n") != 2 || !strings.HasSuffix(after, before) {
		t.Fatalf("exit %d: %q, then %q%s", code, before, after, errs)
	}
	for _, id := range []string{"s_1", "s_2"} {
		if code, out, errs := call(t, "", "recordings", "--data", dir, "verify", id); code != 0 || !strings.Contains(out, "by its receipts") {
			t.Errorf("%s: exit %d\n%s%s", id, code, out, errs)
		}
	}
	newest, _, _ := strings.Cut(after, "\n")
	if code, _, errs := call(t, "", "recordings", "--data", dir, "verify", "s_1", "--key", newest); code != 1 || !strings.Contains(errs, "receipt") {
		t.Errorf("by the new key alone: exit %d, %s", code, errs)
	}
}

// Scenario: somebody at the relay shortens, alters or fills up the volume that grows.
func TestWhatWasDoneToAGrowingVolumeIsNamed(t *testing.T) {
	for name, c := range map[string]struct {
		do   func(b []byte) []byte
		errs string
	}{
		"a byte of a part": {func(b []byte) []byte { b[len(b)-300] ^= 1; return b }, "error: part 0"},
		"no line at all":   {func(b []byte) []byte { return append(b, "rubbish\n"...) }, "error: part 1"},
		"half of a part":   {func(b []byte) []byte { return b[:len(b)-10] }, ""}, // as a crash leaves it
	} {
		t.Run(name, func(t *testing.T) {
			dir := keeping(t)
			path := filepath.Join(dir, "recordings-open", "s_5", "000000.volume")
			b, err := os.ReadFile(path)
			must(t, err)
			must(t, os.WriteFile(path, c.do(b), 0o600))
			code, out, errs := call(t, "", "recordings", "--data", dir, "verify", "s_5")
			if (code != 0) != (c.errs != "") || !strings.Contains(errs, c.errs) {
				t.Errorf("exit %d\n%s%s", code, out, errs)
			}
		})
	}
}

func TestWhatWasChangedOnTheDiskIsNamed(t *testing.T) {
	dir := keeping(t)
	path := filepath.Join(dir, "recordings-open", "s_1", "000000.volume")
	b, err := os.ReadFile(path)
	must(t, err)
	b[len(b)-800] ^= 1
	must(t, os.WriteFile(path, b, 0o600))
	code, _, errs := call(t, "", "recordings", "--data", dir, "verify", "s_1")
	if code != 1 || !strings.Contains(errs, "error: part 6 (at 0:00:06.200)") {
		t.Errorf("exit %d\n%s", code, errs)
	}
}

// Scenario: who runs the relay edits, drops or swaps what it keeps, files and rows.
func TestWhatAnOperatorDoesIsNamed(t *testing.T) {
	open := func(dir, id string) string { return filepath.Join(dir, "recordings-open", id, "000000.volume") }
	for name, c := range map[string]struct {
		do   func(t *testing.T, dir string, sql func(string, ...any))
		id   string
		errs string
	}{
		"a volume is another recording's": {func(t *testing.T, dir string, _ func(string, ...any)) {
			b, err := os.ReadFile(open(dir, "s_2"))
			must(t, err)
			must(t, os.WriteFile(open(dir, "s_1"), b, 0o600))
		}, "s_1", "error: "},
		"all of it is another recording's": {func(t *testing.T, dir string, sql func(string, ...any)) {
			b, err := os.ReadFile(open(dir, "s_2"))
			must(t, err)
			must(t, os.WriteFile(open(dir, "s_1"), b, 0o600))
			sql("DELETE FROM recording_volumes WHERE recording = 's_1'")
			sql("UPDATE recording_volumes SET recording = 's_1' WHERE recording = 's_2'")
		}, "s_1", "is signed with another key than the host's"},
		"the row of a volume is gone": {func(_ *testing.T, _ string, sql func(string, ...any)) {
			sql("DELETE FROM recording_volumes WHERE recording = 's_2'")
			sql("UPDATE recordings SET state = 'ended', ended = begun WHERE id = 's_2'")
		}, "s_2", "is not there, nor the end of the recording"},
		"the end is cut off": {func(t *testing.T, dir string, sql func(string, ...any)) {
			b, err := os.ReadFile(open(dir, "s_1"))
			must(t, err)
			cut := bytes.LastIndex(b, []byte(`{"part":5,"start"`))
			must(t, os.WriteFile(open(dir, "s_1"), b[:cut], 0o600))
			sql("UPDATE recording_volumes SET next = 5, bytes = ?, parts = substr(parts, 1, 13*5) WHERE recording = 's_1'", cut)
		}, "s_1", "the recording is known to have had part"},
		"a receipt is of another time": {func(t *testing.T, dir string, _ func(string, ...any)) {
			b, err := os.ReadFile(open(dir, "s_1"))
			must(t, err)
			at := bytes.LastIndex(b, []byte(`"time":"2`)) + len(`"time":"`)
			b[at+3]++ // the year
			must(t, os.WriteFile(open(dir, "s_1"), b, 0o600))
		}, "s_1", "has a receipt that the relay has not signed for it"},
		"its row says that it was deleted": {func(_ *testing.T, _ string, sql func(string, ...any)) {
			sql("UPDATE recordings SET state = 'deleted', head = NULL WHERE id = 's_1'")
		}, "s_1", "the audit trail knows that it was begun, and of no deletion"},
		"its row is gone": {func(_ *testing.T, _ string, sql func(string, ...any)) {
			sql("DELETE FROM recording_volumes WHERE recording = 's_1'")
			sql("DELETE FROM recordings WHERE id = 's_1'")
		}, "s_1", "the audit trail knows that it was begun, and of no deletion"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := keeping(t)
			db, err := sql.Open("sqlite", filepath.Join(dir, store.FileName))
			must(t, err)
			c.do(t, dir, func(query string, values ...any) {
				t.Helper()
				_, err := db.Exec(query, values...)
				must(t, err)
			})
			must(t, db.Close())
			code, out, errs := call(t, "", "recordings", "--data", dir, "verify", c.id)
			if (code != 0) != (c.errs != "") || !strings.Contains(errs, c.errs) {
				t.Errorf("exit %d, want %q\n%s%s", code, c.errs, out, errs)
			}
		})
	}
}
