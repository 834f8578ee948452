package recording_test

import (
	"bufio"
	"bytes"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"filippo.io/age"
	"github.com/google/go-cmp/cmp"

	"github.com/lendhand/lendhand/relay/recording"
	"github.com/lendhand/lendhand/relay/recording/event"
)

// keyOf returns a signing key that is the same each time.
func keyOf(seed string) ed25519.PrivateKey {
	return ed25519.NewKeyFromSeed([]byte((seed + strings.Repeat(".", ed25519.SeedSize))[:ed25519.SeedSize]))
}

func newIdentity(t testing.TB) *age.X25519Identity {
	t.Helper()
	id, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	return id
}

var begins = time.Date(2026, 11, 22, 23, 20, 0, 123e6, time.UTC)

func manifestFor(readers ...*age.X25519Identity) recording.Manifest {
	m := recording.Manifest{
		Recording: "s_1", Relay: "https://relay.example", Begins: recording.StampOf(begins),
		Host:       recording.Host{Name: "Ann's <PC> & more", OS: "Debian 12"},
		Technician: recording.Technician{ID: "u_1", Name: "Bo", Organisation: "Example"},
		Ticket:     "T-1", Consent: "a.b.c", Program: "lendhand test",
	}
	for _, r := range readers {
		m.Readers = append(m.Readers, recording.Reader{Name: "Auditors", Key: r.Recipient().String()})
	}
	return m
}

func newWriter(t testing.TB, readers ...*age.X25519Identity) *recording.Writer {
	t.Helper()
	w, err := recording.NewWriter(manifestFor(readers...), keyOf("session"))
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func contents() []*recording.Content {
	return []*recording.Content{
		{Start: 0, Length: 1000, Events: []event.Line{
			{At: 0, Event: &event.Consent{Statement: "a.b.c"}},
			{At: 10, Event: &event.Screen{Width: 640, Height: 480, Monitor: -1}},
			{At: 1000, Event: &event.Chat{From: event.Technician, Text: "a < b & \u2028 ü"}},
		}, Video: &recording.Video{Codec: "vp8", Width: 640, Height: 480, First: true, KeyFrame: true, Data: []byte("video\n1")}},
		{Start: 1000, Length: 998, Video: &recording.Video{Codec: "vp8", Width: 640, Height: 480, Data: []byte("video 2")}},
		{Start: 1998, Length: 5000},
		{Start: 6998, Events: []event.Line{{At: 0, Event: &event.Consent{Statement: "a.b.c"}}}, Index: &recording.Index{From: 0, To: 2}},
		{Start: 6998, Length: 2, Events: []event.Line{{At: 7000, Event: &event.End{Reason: "stopped"}}}, Last: true},
	}
}

func seal(t testing.TB, w *recording.Writer, c *recording.Content) recording.Part {
	t.Helper()
	p, err := w.Seal(c)
	if err != nil {
		t.Fatalf("seal part %d: %v", c.Part, err)
	}
	return p
}

func TestEveryReaderAndTheRecordingsOwnKeyOpenEveryPart(t *testing.T) {
	first, second, stranger := newIdentity(t), newIdentity(t), newIdentity(t)
	w := newWriter(t, first, second)
	line, _ := w.Manifest()
	m, err := recording.ParseManifest(line)
	if err != nil {
		t.Fatal(err)
	}
	own, err := recording.OpenIdentity(m.SealedKey, second)
	if err != nil || own != w.Identity() {
		t.Fatalf("sealed key opened as %q, %v", own, err)
	}
	ownKey, err := recording.ParseIdentities(strings.NewReader(own))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range contents() {
		p := seal(t, w, c)
		for _, id := range []age.Identity{first, second, ownKey[0]} {
			got, err := m.Open(p, id)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c, got); diff != "" {
				t.Errorf("part %d (-sealed +opened):\n%s", c.Part, diff)
			}
		}
		if _, err := m.Open(p, stranger); !errors.Is(err, recording.ErrNoKey) {
			t.Errorf("a stranger's key: %v", err)
		}
	}
}

func TestAFileIsReadAsItWasWritten(t *testing.T) {
	w, relay := newWriter(t, newIdentity(t)), keyOf("relay")
	public := relay.Public().(ed25519.PublicKey)
	line, signature := w.Manifest()
	head := recording.Head{Line: line, Signature: signature, Receipt: recording.SignReceipt(relay, recording.ManifestPart, w.Link(), begins)}
	var file bytes.Buffer
	if _, err := head.WriteTo(&file); err != nil {
		t.Fatal(err)
	}
	var want []recording.Part
	for _, c := range contents() {
		p := seal(t, w, c)
		r := recording.SignReceipt(relay, p.Part, w.Link(), begins.Add(p.End().Duration()))
		p.Receipt = &r
		want = append(want, p)
		if _, err := p.WriteTo(&file); err != nil {
			t.Fatal(err)
		}
	}
	in := bufio.NewReader(&file)
	got, err := recording.ReadHead(in)
	if diff := cmp.Diff(head, got); diff != "" || err != nil {
		t.Fatalf("%v (-written +read):\n%s", err, diff)
	}
	chain, _, err := recording.NewChain(got.Line, got.Signature)
	if err != nil || !got.Receipt.Verify(public, chain.Link) {
		t.Fatalf("the head is not as it was signed: %v", err)
	}
	parts := recording.NewParts(in, true)
	for i := range want {
		p, err := parts.Next()
		if diff := cmp.Diff(want[i], p); diff != "" || err != nil {
			t.Fatalf("%v (-written +read):\n%s", err, diff)
		}
		if err := chain.Add(p.Envelope, p.Sealed); err != nil || !p.Receipt.Verify(public, chain.Link) {
			t.Fatalf("part %d is not as it was signed: %v", i, err)
		}
		chain = restored(t, chain)
	}
	if _, err := parts.Next(); !errors.Is(err, io.EOF) || !chain.Ended {
		t.Errorf("after the last part: %v, ended %v", err, chain.Ended)
	}
}

// restored is what a relay has after a restart.
func restored(t *testing.T, c recording.Chain) (again recording.Chain) {
	t.Helper()
	text, err := json.Marshal(c)
	if err == nil {
		err = json.Unmarshal(text, &again)
	}
	if err != nil {
		t.Fatal(err)
	}
	return again
}
