package main

import (
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/lendhand/lendhand/relay/internal/audit"
	"github.com/lendhand/lendhand/relay/internal/datadir"
	"github.com/lendhand/lendhand/relay/internal/store"
	"github.com/lendhand/lendhand/relay/recording"
	"github.com/lendhand/lendhand/relay/recording/recordingtest"
)

// recorded makes a folder with recordings, the key that opens them, and an audit trail.
func recorded(t *testing.T) (dir string, r *recordingtest.Recording) {
	t.Helper()
	dir = t.TempDir()
	reader, identity := recordingtest.NewReader(t, "Auditors \x1b[31m")
	r = recordingtest.Make(t, recordingtest.Manifest("s_1", reader), recordingtest.Contents(t, "vp8-small"))
	for name, b := range map[string][]byte{
		"whole":    r.Bytes(t),
		"cut":      recordingtest.Join(t, r.Head, r.Parts[:4]),
		"dropped":  recordingtest.Join(t, r.Head, append(r.Parts[:2:2], r.Parts[3:]...)),
		"identity": []byte(identity.String()),
		"other":    []byte("something else"),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir, r
}

// trail writes an exported audit trail of the recording's events.
func trail(t *testing.T, path string, events ...audit.Event) {
	t.Helper()
	data := filepath.Join(t.TempDir(), "data")
	if code, _, errs := call(t, "", "user", "--data", data, "add", "kim", "--role", "auditor", "--generate"); code != 0 {
		t.Fatal(errs)
	}
	db, err := store.Open(t.Context(), data)
	if err != nil {
		t.Fatal(err)
	}
	key, err := datadir.OpenAuditKey(data)
	if err != nil {
		t.Fatal(err)
	}
	log, err := audit.New(audit.Config{Store: db, Key: key, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range events {
		e.Time, e.Actor, e.Session = time.Now(), audit.ActorRelay, "s_1"
		if err := log.Append(t.Context(), e); err != nil {
			t.Fatal(err)
		}
	}
	log.Close()
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if code, _, errs := call(t, "", "audit", "--data", data, "export", path); code != 0 {
		t.Fatal(errs)
	}
}

func begun(r *recordingtest.Recording) audit.Event {
	return audit.Event{Kind: audit.RecordingBegun, Detail: map[string]string{
		"link": recording.ManifestLink(r.Head.Line).String(), "session_key": r.Manifest.Host.SessionKey.String(),
	}}
}

func TestRecordingsVerify(t *testing.T) {
	dir, r := recorded(t)
	at := func(name string) string { return filepath.Join(dir, name) }
	key := recording.PublicKeyOf(r.Relay).String()
	trail(t, at("trail"), begun(r), audit.Event{Kind: audit.RecordingEnded, Detail: map[string]string{
		"parts": "7", "complete": "true", "link": r.Links[6].String(),
	}})
	trail(t, at("crashed"), begun(r), audit.Event{Kind: audit.RecordingHead, Detail: map[string]string{"part": "2", "link": r.Links[2].String()}},
		audit.Event{Kind: audit.RecordingEnded, Detail: map[string]string{"parts": "4", "complete": "false", "link": r.Links[3].String()}})
	trail(t, at("foreign"), audit.Event{Kind: audit.RecordingDeleted})
	for name, c := range map[string]struct {
		args      []string
		code      int
		out, errs string
	}{
		"whole":                       {[]string{at("whole"), "--key", key, "--identity", at("identity")}, 0, "is as the host recorded it", ""},
		"whole, by its own word":      {[]string{at("whole")}, 0, "receipts were not checked", ""},
		"whole, by the trail":         {[]string{at("whole"), "--trail", at("trail")}, 0, "good       7 parts, 0:00:06.300", ""},
		"dropped":                     {[]string{at("dropped")}, 1, "part 2 (at 0:00:00.600) is missing: part 3 stands in its place", "error: part 2 (at 0:00:00.600) is missing"},
		"cut":                         {[]string{at("cut")}, 1, "is not there", "hint: Everything up to there, 0:00:01.200, is as the host recorded it."},
		"cut, and said to be":         {[]string{at("cut"), "--incomplete"}, 0, "its end is not there", ""},
		"cut, but the trail knows it": {[]string{at("cut"), "--trail", at("trail"), "--incomplete"}, 1, "is not there: the recording is known to have had part 6", "error: part 4"},
		"cut, and the trail says so":  {[]string{at("cut"), "--trail", at("crashed")}, 0, "is as the host recorded it", ""},
		"not of the trail":            {[]string{at("whole"), "--trail", at("foreign")}, 1, "", "error: the audit trail knows no recording s_1"},
		"two, one of them bad":        {[]string{at("whole"), at("dropped")}, 1, "is as the host recorded it", "error: part 2"},
		"two bad ones":                {[]string{at("cut"), at("dropped")}, 1, "is missing", "error: 2 of 2 recordings are not as they were made"},
		"another relay's key":         {[]string{at("whole"), "--key", strings.Repeat("A", 43)}, 1, "", "error: the manifest has a receipt that the relay has not signed for it"},
		"no key":                      {[]string{at("whole"), "--key", "x"}, 2, "", "error: key \"x\""},
		"no identity":                 {[]string{at("whole"), "--identity", at("other")}, 1, "", "hint: Give --identity"},
		"no recording":                {[]string{at("other")}, 1, "", "error: not a recording"},
		"no trail":                    {[]string{at("whole"), "--trail", at("other")}, 1, "", "hint: Give --trail"},
		"no such file":                {[]string{at("none")}, 1, "", "error: open"},
	} {
		t.Run(name, func(t *testing.T) {
			code, out, errs := call(t, "", append([]string{"recordings", "verify"}, c.args...)...)
			if code != c.code || !strings.Contains(out, c.out) || !strings.Contains(errs, c.errs) {
				t.Errorf("exit %d, want %d with %q and %q\n%s%s", code, c.code, c.out, c.errs, out, errs)
			}
			if strings.Contains(out+errs, "\x1b") {
				t.Error("what a recording says acts on the terminal")
			}
		})
	}
}

func TestRecordingsExport(t *testing.T) {
	dir, r := recorded(t)
	at := func(name string) string { return filepath.Join(dir, name) }
	code, out, errs := call(t, string(r.Bytes(t)), "recordings", "export", "-", "--identity", at("identity"), "--into", at("new"))
	if code != 0 || !strings.Contains(out, "  s_1.webm\n") || !strings.Contains(out, "  s_1.lendhand\n") {
		t.Fatalf("exit %d\n%s%s", code, out, errs)
	}
	if _, err := os.Stat(at("new/s_1.export.json")); err != nil {
		t.Error(err)
	}
	for name, c := range map[string]struct {
		args []string
		errs string
	}{
		"again":         {[]string{at("whole"), "--identity", at("identity"), "--into", at("new")}, "hint: Choose with --into"},
		"without a key": {[]string{at("whole"), "--into", at("other-folder")}, "hint: Give --identity"},
		"a damaged one": {[]string{at("dropped"), "--identity", at("identity"), "--into", at("damaged")}, "error: part 2"},
	} {
		if code, _, errs := call(t, "", append([]string{"recordings", "export"}, c.args...)...); code != 1 || !strings.Contains(errs, c.errs) {
			t.Errorf("%s: exit %d\n%s", name, code, errs)
		}
	}
}
