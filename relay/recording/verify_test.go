package recording_test

import (
	"bufio"
	"bytes"
	"crypto/ed25519"
	"errors"
	"io"
	"testing"

	"filippo.io/age"

	"github.com/lendhand/lendhand/relay/recording"
	"github.com/lendhand/lendhand/relay/recording/recordingtest"
)

// readParts reads a file that is whole.
func readParts(t *testing.T, file []byte) (*recording.Manifest, []recording.Part) {
	t.Helper()
	in := bufio.NewReader(bytes.NewReader(file))
	head, err := recording.ReadHead(in)
	if err != nil {
		t.Fatal(err)
	}
	m, err := recording.ParseManifest(head.Line)
	if err != nil {
		t.Fatal(err)
	}
	var parts []recording.Part
	for s := recording.NewParts(in, true); ; {
		p, err := s.Next()
		if errors.Is(err, io.EOF) {
			return m, parts
		}
		if err != nil {
			t.Fatal(err)
		}
		p.Sealed = bytes.Clone(p.Sealed)
		parts = append(parts, p)
	}
}

// tiny is a recording of few bytes, of which many can be tried.
func tiny(t *testing.T) *recordingtest.Recording {
	reader, _ := recordingtest.NewReader(t, "Auditors")
	return recordingtest.Make(t, recordingtest.Manifest("s_1", reader), recordingtest.Finish([]*recording.Content{{Length: 5000}}, "host"))
}

func small(t *testing.T) (*recordingtest.Recording, age.Identity) {
	reader, identity := recordingtest.NewReader(t, "Auditors")
	return recordingtest.Make(t, recordingtest.Manifest("s_1", reader), recordingtest.Contents(t, "vp8-small")), identity
}

func rulesFor(r *recordingtest.Recording) recording.Rules {
	return recording.Rules{Receipts: []ed25519.PublicKey{r.Relay.Public().(ed25519.PublicKey)}}
}

// stride is how far apart the bytes are that are tried: each costs some signatures.
const stride = 17

func faultOf(t *testing.T, file []byte, rules recording.Rules) *recording.Fault {
	t.Helper()
	_, err := recording.Verify(bytes.NewReader(file), rules)
	var f *recording.Fault
	if err != nil && !errors.As(err, &f) && !errors.Is(err, recording.ErrNoRecording) {
		t.Fatal(err)
	}
	return f
}

func TestAChangedByteIsNamedWithItsPart(t *testing.T) {
	r := tiny(t)
	file := r.Bytes(t)
	// ends[i] is where part i-1 ends: the head is part -1.
	ends := []int{len(recordingtest.Join(t, r.Head, nil))}
	for i := range r.Parts {
		ends = append(ends, len(recordingtest.Join(t, r.Head, r.Parts[:i+1])))
	}
	for part, at := int64(recording.ManifestPart), 0; at < len(file); at += stride {
		for at >= ends[part+1] {
			part++
		}
		file[at] ^= 1 << (at % 8)
		f := faultOf(t, file, rulesFor(r))
		if at == 0 && f == nil {
			f = &recording.Fault{Part: recording.ManifestPart} // it is no recording any more
		}
		if f == nil || f.Part != part {
			t.Fatalf("byte %d of part %d was changed: %v", at, part, f)
		}
		file[at] ^= 1 << (at % 8)
	}
}

func TestACutOffEndIsSeen(t *testing.T) {
	r := tiny(t)
	file := r.Bytes(t)
	for n := 1; n < len(file); n += stride {
		if f := faultOf(t, file[:n], rulesFor(r)); f == nil || f.Kind != recording.CutOff {
			t.Fatalf("of %d bytes only %d were left: %v", len(file), n, f)
		}
	}
}

func TestARecordingThatWasMadeUpIsKnownByTheKeys(t *testing.T) {
	r, _ := small(t)
	genuine := r.Manifest.Host.SessionKey
	reader, _ := recordingtest.NewReader(t, "Auditors")
	m := recordingtest.Manifest("s_1", reader)
	fake := recordingtest.Make(t, m, recordingtest.Contents(t, "vp8-small"))
	file := fake.Bytes(t)
	stranger := recordingtest.Key("another relay").Public().(ed25519.PublicKey)
	known := []recording.Known{{Part: recording.ManifestPart, Link: recording.ManifestLink(r.Head.Line)}}
	other := recording.PublicKeyOf(recordingtest.Key("another host"))
	for name, c := range map[string]struct {
		rules recording.Rules
		ok    bool
	}{
		"by its own word":                     {recording.Rules{}, true},
		"by the host's key":                   {recording.Rules{SessionKey: &genuine}, true},
		"by another host's key":               {recording.Rules{SessionKey: &other}, false},
		"by another relay's receipts":         {recording.Rules{Receipts: []ed25519.PublicKey{stranger}}, false},
		"by the manifest that the trail has":  {recording.Rules{Known: known}, false},
		"by its own manifest and newest part": {recording.Rules{Known: []recording.Known{{Part: 6, Link: fake.Links[6]}}}, true},
	} {
		if f := faultOf(t, file, c.rules); (f == nil) != c.ok {
			t.Errorf("%s: %v", name, f)
		}
	}
}

func TestAMissingTailIsKnownByTheTrail(t *testing.T) {
	r, _ := small(t)
	cut := recordingtest.Join(t, r.Head, r.Parts[:4])
	rules := rulesFor(r)
	rules.Incomplete = true
	if f := faultOf(t, cut, rules); f != nil {
		t.Errorf("one that may be incomplete: %v", f)
	}
	rules.Known = []recording.Known{{Part: 3, Link: r.Links[3]}}
	if f := faultOf(t, cut, rules); f != nil {
		t.Errorf("the trail knows of no more: %v", f)
	}
	rules.Known = []recording.Known{{Part: 5, Link: r.Links[5]}}
	if f := faultOf(t, cut, rules); f == nil || f.Part != 4 || f.Kind != recording.CutOff {
		t.Errorf("the trail knows of part 5: %v", f)
	}
}

func TestVerifyOpensThePartsWithAKey(t *testing.T) {
	r, identity := small(t)
	rules := rulesFor(r)
	rules.Identities = []age.Identity{identity}
	report, err := recording.Verify(bytes.NewReader(r.Bytes(t)), rules)
	if err != nil || !report.Opened || !report.Complete || report.Parts != 7 || report.Bytes != int64(len(r.Bytes(t))) {
		t.Errorf("%+v, %v", report, err)
	}
	_, stranger := recordingtest.NewReader(t, "Stranger")
	rules.Identities = []age.Identity{stranger}
	if _, err := recording.Verify(bytes.NewReader(r.Bytes(t)), rules); !errors.Is(err, recording.ErrNoKey) {
		t.Errorf("with a stranger's key: %v", err)
	}
}
