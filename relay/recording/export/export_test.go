package export_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"filippo.io/age"
	"github.com/google/go-cmp/cmp"

	"github.com/lendhand/lendhand/relay/recording"
	"github.com/lendhand/lendhand/relay/recording/export"
	"github.com/lendhand/lendhand/relay/recording/recordingtest"
)

// changing makes a recording whose pictures change codec after two seconds.
func changing(t *testing.T) (*recordingtest.Recording, recording.Rules) {
	t.Helper()
	reader, identity := recordingtest.NewReader(t, "Auditors")
	contents := recordingtest.Contents(t, "vp8")[:4]
	contents = append(contents, recordingtest.Pictures(t, 1, 2000, "av1")...)
	contents = recordingtest.Finish(contents, "technician")
	return recordingtest.Make(t, recordingtest.Manifest("s_1", reader), contents), recording.Rules{Identities: []age.Identity{identity}}
}

func read(t *testing.T, dir, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestAnExportIsTheRecordingAndWhatFollowsFromIt(t *testing.T) {
	r, rules := changing(t)
	dir := filepath.Join(t.TempDir(), "new")
	list, report, err := export.Folder(bytes.NewReader(r.Bytes(t)), dir, rules)
	if err != nil || !report.Complete || !report.Opened {
		t.Fatalf("%+v, %v", report, err)
	}
	var names []string
	for _, f := range list.Files {
		names = append(names, f.Name)
	}
	want := []string{"s_1.webm", "s_1-2.webm", "s_1.events.jsonl", "s_1.lendhand"}
	if diff := cmp.Diff(want, names); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got := list.Files[1]; got.Codec != "av01.0.00M.08" || got.Start != 2000 || got.End != 3300 || got.Frames != 10 {
		t.Errorf("the second file of pictures is %+v", got)
	}
	var written export.List
	if err := json.Unmarshal(read(t, dir, "s_1.export.json"), &written); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(list, written); diff != "" {
		t.Errorf("(-returned +written):\n%s", diff)
	}
	if !bytes.Equal(read(t, dir, "s_1.lendhand"), r.Bytes(t)) {
		t.Error("the recording is not as it was")
	}
	events := read(t, dir, "s_1.events.jsonl")
	if n := bytes.Count(events, []byte("\n")); n != 9 || bytes.Count(events, []byte(`"consent"`)) != 1 {
		t.Errorf("%d events, want 9:\n%s", n, events)
	}
	again, _, err := export.Folder(bytes.NewReader(r.Bytes(t)), t.TempDir(), rules)
	if diff := cmp.Diff(list, again); diff != "" || err != nil {
		t.Errorf("exported again, it is another: %v\n%s", err, diff)
	}
}

func TestOfADamagedRecordingWhatIsGoodIsExportedAndAllIsKept(t *testing.T) {
	r, rules := changing(t)
	file := recordingtest.Join(t, r.Head, append(r.Parts[:5:5], r.Parts[6:]...))
	dir := t.TempDir()
	list, report, err := export.Folder(bytes.NewReader(file), dir, rules)
	var fault *recording.Fault
	if !errors.As(err, &fault) || fault.Part != 5 || report.Parts != 5 || list.Parts != 5 {
		t.Fatalf("%+v, %v", report, err)
	}
	if list.Files[1].Frames != 3 || !bytes.Equal(read(t, dir, "s_1.lendhand"), file) {
		t.Errorf("exported %+v", list.Files)
	}
}

func TestNoFileIsOverwritten(t *testing.T) {
	r, rules := changing(t)
	dir := t.TempDir()
	if _, _, err := export.Folder(bytes.NewReader(r.Bytes(t)), dir, rules); err != nil {
		t.Fatal(err)
	}
	if _, _, err := export.Folder(bytes.NewReader(r.Bytes(t)), dir, rules); !errors.Is(err, fs.ErrExist) {
		t.Errorf("a second time: %v", err)
	}
}

func TestAnExportNeedsAKeyAndARecording(t *testing.T) {
	r, rules := changing(t)
	if _, _, err := export.Folder(bytes.NewReader(r.Bytes(t)), t.TempDir(), recording.Rules{}); !errors.Is(err, export.ErrNoIdentity) {
		t.Errorf("without a key: %v", err)
	}
	if _, _, err := export.Folder(bytes.NewReader([]byte("something else")), t.TempDir(), rules); !errors.Is(err, recording.ErrNoRecording) {
		t.Errorf("of something else: %v", err)
	}
}

func TestAKeyThatOpensNothingLeavesNothing(t *testing.T) {
	r, rules := changing(t)
	_, another := recordingtest.NewReader(t, "Somebody else")
	dir := t.TempDir()
	list, _, err := export.Folder(bytes.NewReader(r.Bytes(t)), dir, recording.Rules{Identities: []age.Identity{another}})
	if !errors.Is(err, recording.ErrNoKey) || len(list.Files) > 0 {
		t.Errorf("%+v, %v", list, err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("left %v, %v", left, err)
	}
	if _, _, err := export.Folder(bytes.NewReader(r.Bytes(t)), dir, rules); err != nil {
		t.Errorf("then with the right key: %v", err)
	}
}
