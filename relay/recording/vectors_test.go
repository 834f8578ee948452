package recording_test

import (
	"bytes"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lendhand/lendhand/relay/recording"
	"github.com/lendhand/lendhand/relay/recording/recordingtest"
)

// The vectors are read by the viewer's tests too. "go test -run Vectors -update" makes
// them anew, with new keys.
var update = flag.Bool("update", false, "make testdata/vectors anew")

const vectorDir = "testdata/vectors"

// verdicts is verdicts.json.
type verdicts struct {
	// Relay is the key that signs receipts, SessionKey the host's.
	Relay      recording.PublicKey `json:"relay"`
	SessionKey recording.PublicKey `json:"sessionKey"`
	// Links are those of the whole recording: the manifest's, then the parts'.
	Links []recording.Link `json:"links"`
	Files []verdict        `json:"files"`
}

type verdict struct {
	File string `json:"file"`
	// Fault is nil when nothing is wrong.
	Fault *fault `json:"fault"`
	// Parts is how many parts are as they were made, End when the last of them ends.
	Parts    int64          `json:"parts"`
	End      recording.Time `json:"end"`
	Complete bool           `json:"complete"`
}

type fault struct {
	Part int64          `json:"part"`
	Kind recording.Kind `json:"kind"`
	At   recording.Time `json:"at"`
	Text string         `json:"text"`
}

// damage is what somebody did to a recording.
type damage struct {
	name string
	part int64
	kind recording.Kind
	file func(t *testing.T, r, other *recordingtest.Recording) []byte
}

type parts = []recording.Part

// rearranged makes a file of other parts.
func rearranged(do func(p, other parts) parts) func(*testing.T, *recordingtest.Recording, *recordingtest.Recording) []byte {
	return func(t *testing.T, r, other *recordingtest.Recording) []byte {
		return recordingtest.Join(t, r.Head, do(slices.Clone(r.Parts), other.Parts))
	}
}

// changed makes a file in which part 2 is another.
func changed(do func(p *recording.Part)) func(*testing.T, *recordingtest.Recording, *recordingtest.Recording) []byte {
	return rearranged(func(p, _ parts) parts {
		receipt := *p[2].Receipt
		p[2].Sealed, p[2].Receipt = bytes.Clone(p[2].Sealed), &receipt
		do(&p[2])
		return p
	})
}

// replaced makes a file in which the text of the whole one is another.
func replaced(do func(file []byte) []byte) func(*testing.T, *recordingtest.Recording, *recordingtest.Recording) []byte {
	return func(t *testing.T, r, _ *recordingtest.Recording) []byte { return do(r.Bytes(t)) }
}

func damages() []damage {
	return []damage{
		{name: "whole", file: replaced(func(b []byte) []byte { return b })},
		{"flipped-sealed", 2, recording.Altered, changed(func(p *recording.Part) { p.Sealed[len(p.Sealed)/2] ^= 1 })},
		{"flipped-hash", 2, recording.Altered, changed(func(p *recording.Part) { p.Hash[0] ^= 1 })},
		{"flipped-signature", 2, recording.Altered, changed(func(p *recording.Part) { p.Signature[0] ^= 1 })},
		{"flipped-receipt", 2, recording.Altered, changed(func(p *recording.Part) { p.Receipt.Signature[0] ^= 1 })},
		{"receipt-of-another-time", 2, recording.Altered, changed(func(p *recording.Part) { p.Receipt.Time -= 60_000 })},
		{"longer", 2, recording.Foreign, changed(func(p *recording.Part) { p.Length++ })},
		{"renumbered", 2, recording.Altered, changed(func(p *recording.Part) { p.Part, p.Receipt.Part = 4, 4 })},
		{"dropped", 2, recording.Missing, rearranged(func(p, _ parts) parts { return slices.Delete(p, 2, 3) })},
		{"repeated", 2, recording.Repeated, rearranged(func(p, _ parts) parts { return slices.Insert(p, 4, p[2]) })},
		{"repeated-ahead", 4, recording.Repeated, rearranged(func(p, _ parts) parts { return slices.Insert(p, 2, p[4]) })},
		{"swapped", 2, recording.Reordered, rearranged(func(p, _ parts) parts { p[2], p[3] = p[3], p[2]; return p })},
		{"moved-ahead", 0, recording.Reordered, rearranged(func(p, _ parts) parts {
			four := p[4]
			return slices.Insert(slices.Delete(p, 4, 5), 0, four)
		})},
		{"foreign", 2, recording.Foreign, rearranged(func(p, other parts) parts { p[2] = other[2]; return p })},
		{"foreign-inserted", 4, recording.Foreign, rearranged(func(p, other parts) parts { return slices.Insert(p, 2, other[4]) })},
		{"foreign-inserted-behind", 1, recording.Foreign, rearranged(func(p, other parts) parts { return slices.Insert(p, 3, other[1]) })},
		{"foreign-after-the-end", 7, recording.Foreign, rearranged(func(p, other parts) parts {
			p = append(p, other[0])
			p[7].Part, p[7].Receipt = 7, &recording.Receipt{Part: 7, Key: p[0].Receipt.Key}
			return p
		})},
		{"repeated-after-the-end", 6, recording.Repeated, rearranged(func(p, _ parts) parts { return append(p, p[6]) })},
		{"cut-within-a-part", 4, recording.CutOff, rearranged(func(p, _ parts) parts { return p[:5] })},
		{"cut-between-parts", 4, recording.CutOff, rearranged(func(p, _ parts) parts { return p[:4] })},
		{"without-parts", 0, recording.CutOff, rearranged(func(p, _ parts) parts { return nil })},
		{"manifest-changed", -1, recording.Altered, replaced(func(b []byte) []byte { return bytes.Replace(b, []byte("T-1"), []byte("T-2"), 1) })},
		{"manifest-cut", -1, recording.CutOff, replaced(func(b []byte) []byte { return b[:100] })},
		{"line-spaced", 0, recording.Altered, replaced(func(b []byte) []byte {
			return bytes.Replace(b, []byte(`{"part":0,"start"`), []byte(`{"part": 0,"start"`), 1)
		})},
	}
}

func makeVectors(t *testing.T) {
	reader, identity := recordingtest.NewReader(t, "Auditors")
	second, _ := recordingtest.NewReader(t, "Auditors' spare key")
	r := recordingtest.Make(t, recordingtest.Manifest("s_1", reader, second), recordingtest.Contents(t, "vp8-small"))
	other := recordingtest.Make(t, recordingtest.Manifest("s_2", reader), recordingtest.Contents(t, "vp8-small"))
	v := verdicts{Relay: recording.PublicKeyOf(r.Relay), SessionKey: r.Manifest.Host.SessionKey}
	v.Links = append([]recording.Link{recording.ManifestLink(r.Head.Line)}, r.Links...)
	for _, d := range damages() {
		file := d.file(t, r, other)
		if d.name == "cut-within-a-part" {
			file = file[:len(file)-500]
		}
		save(t, d.name+".recording", file)
		v.Files = append(v.Files, judge(t, v.Relay, d.name))
	}
	save(t, "auditor.key", []byte(identity.String()+"\n"))
	save(t, "recording.key", []byte(r.Identity+"\n"))
	saveJSON(t, "verdicts.json", v)
	saveJSON(t, "contents.json", opened(t, "auditor.key"))
}

func judge(t *testing.T, relay recording.PublicKey, name string) verdict {
	t.Helper()
	report, err := recording.Verify(bytes.NewReader(load(t, name+".recording")), recording.Rules{Receipts: []ed25519.PublicKey{relay.Key()}})
	got := verdict{File: name, Parts: report.Parts, End: report.End, Complete: report.Complete}
	var f *recording.Fault
	if errors.As(err, &f) {
		got.Fault = &fault{f.Part, f.Kind, f.At, f.Error()}
	} else if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return got
}

func TestVectorsAreJudgedAsTheirNamesSay(t *testing.T) {
	if *update {
		makeVectors(t)
	}
	var want verdicts
	loadJSON(t, "verdicts.json", &want)
	for i, d := range damages() {
		got := judge(t, want.Relay, d.name)
		if diff := cmp.Diff(want.Files[i], got); diff != "" {
			t.Errorf("(-verdicts.json +got):\n%s", diff)
		}
		switch {
		case d.kind == "" && got.Fault == nil:
		case d.kind == "" || got.Fault == nil || got.Fault.Part != d.part || got.Fault.Kind != d.kind:
			t.Errorf("%s: got %+v, want part %d %s", d.name, got.Fault, d.part, d.kind)
		}
	}
}

// openedPart is an element of contents.json.
type openedPart struct {
	Header json.RawMessage   `json:"header"`
	Events []json.RawMessage `json:"events"`
	Video  []byte            `json:"video,omitempty"`
}

// opened opens the whole vector, and takes it apart by hand.
func opened(t *testing.T, key string) (all []openedPart) {
	t.Helper()
	report, parts := readParts(t, load(t, "whole.recording"))
	identities, err := recording.ParseIdentities(bytes.NewReader(load(t, key)))
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range parts {
		c, err := report.Open(p, identities...)
		if err != nil {
			t.Fatal(err)
		}
		plain, err := c.Encode()
		if err != nil {
			t.Fatal(err)
		}
		lines := bytes.SplitN(plain, []byte("\n"), len(c.Events)+2)
		o := openedPart{Header: lines[0], Video: lines[len(lines)-1]}
		for _, l := range lines[1 : len(lines)-1] {
			o.Events = append(o.Events, l)
		}
		all = append(all, o)
	}
	return all
}

func TestVectorsHoldWhatTheyHeld(t *testing.T) {
	want := string(load(t, "contents.json"))
	for _, key := range []string{"auditor.key", "recording.key"} {
		got, err := json.MarshalIndent(opened(t, key), "", "  ")
		if diff := cmp.Diff(strings.TrimSpace(want), string(got)); diff != "" || err != nil {
			t.Errorf("%s: %v (-contents.json +got):\n%s", key, err, diff)
		}
	}
}

func load(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(vectorDir, name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func loadJSON(t *testing.T, name string, v any) {
	t.Helper()
	if err := json.Unmarshal(load(t, name), v); err != nil {
		t.Fatal(err)
	}
}

func save(t *testing.T, name string, b []byte) {
	t.Helper()
	err := os.MkdirAll(vectorDir, 0o755)
	if err == nil {
		err = os.WriteFile(filepath.Join(vectorDir, name), b, 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func saveJSON(t *testing.T, name string, v any) {
	t.Helper()
	b, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	save(t, name, append(b, '\n'))
}
