package recording_test

import (
	"bytes"
	"crypto/ed25519"
	"errors"
	"testing"

	"github.com/lendhand/lendhand/relay/recording"
	"github.com/lendhand/lendhand/relay/recording/recordingtest"
)

func sample(f *testing.F) *recordingtest.Recording {
	reader, _ := recordingtest.NewReader(f, "Auditors")
	return recordingtest.Make(f, recordingtest.Manifest("s_1", reader), recordingtest.Contents(f, "vp8-small"))
}

// FuzzManifest looks for a manifest that is read, and cannot be written again.
func FuzzManifest(f *testing.F) {
	f.Add(sample(f).Head.Line)
	f.Fuzz(func(t *testing.T, line []byte) {
		m, err := recording.ParseManifest(line)
		if err != nil {
			return
		}
		again, err := m.Encode()
		if errors.Is(err, recording.ErrLongLine) {
			return // what is not written in the shortest way can grow
		}
		if err != nil {
			t.Fatal(err)
		}
		if _, err := recording.ParseManifest(again); err != nil {
			t.Fatal(err)
		}
	})
}

// FuzzLines looks for an envelope, a receipt or a signature that can be written in two
// ways.
func FuzzLines(f *testing.F) {
	for _, p := range sample(f).Parts {
		envelope, _ := p.Encode() // as it was sealed
		receipt, _ := p.Receipt.Encode()
		signature, _ := recording.EncodeSignature(p.Signature)
		f.Add(envelope)
		f.Add(receipt)
		f.Add(signature)
	}
	f.Fuzz(func(t *testing.T, line []byte) {
		check := func(again []byte, err error) {
			if err != nil || !bytes.Equal(again, line) {
				t.Fatalf("%q was read, and is written %q, %v", line, again, err)
			}
		}
		if e, err := recording.ParseEnvelope(line); err == nil {
			check(e.Encode())
		}
		if r, err := recording.ParseReceipt(line); err == nil {
			check(r.Encode())
		}
		if s, err := recording.ParseSignature(line); err == nil {
			check(recording.EncodeSignature(s))
		}
	})
}

// FuzzContent reads what a host could have sealed.
func FuzzContent(f *testing.F) {
	for i, c := range recordingtest.Contents(f, "vp8-small") {
		c.Recording, c.Part = "s_1", int64(i)
		b, err := c.Encode()
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		c, err := recording.ParseContent(b)
		if err != nil {
			return
		}
		if _, err := c.Encode(); err != nil && !errors.Is(err, recording.ErrPartFull) {
			t.Fatalf("it was read, and cannot be written: %v", err)
		}
	})
}

// FuzzFile looks for a file that is held to be whole, and is not what was written.
func FuzzFile(f *testing.F) {
	whole := load(f, "whole.recording") // the same one in each process that looks
	relay := recordingtest.Key("relay").Public().(ed25519.PublicKey)
	rules := recording.Rules{Receipts: []ed25519.PublicKey{relay}}
	for _, d := range damages() {
		f.Add(load(f, d.name+".recording"))
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		report, err := recording.Verify(bytes.NewReader(file), rules)
		var fault *recording.Fault
		switch {
		case err == nil && !bytes.Equal(file, whole):
			t.Fatal("a file was verified that nobody has written")
		case err != nil && !errors.As(err, &fault) && !errors.Is(err, recording.ErrNoRecording):
			t.Fatal(err)
		case report.Bytes > int64(len(file)):
			t.Fatalf("%d of %d bytes", report.Bytes, len(file))
		}
	})
}
