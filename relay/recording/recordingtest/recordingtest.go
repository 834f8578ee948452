// Package recordingtest makes small recordings for the tests of others: sealed and signed
// as real ones are, with a few real pictures in them.
package recordingtest

import (
	"bytes"
	"crypto/ed25519"
	"strings"
	"testing"
	"time"

	"filippo.io/age"

	"github.com/lendhand/lendhand/relay/recording"
	"github.com/lendhand/lendhand/relay/recording/event"
	"github.com/lendhand/lendhand/relay/recording/webm"
)

// Begins is when recordings begin that say nothing else.
var Begins = time.Date(2026, time.November, 22, 23, 20, 0, 123e6, time.UTC)

// Key returns an Ed25519 key that is the same for a name each time: nobody's secret.
func Key(name string) ed25519.PrivateKey {
	return ed25519.NewKeyFromSeed([]byte((name + strings.Repeat(".", ed25519.SeedSize))[:ed25519.SeedSize]))
}

// Recording is a whole recording, and the keys to it.
type Recording struct {
	Manifest *recording.Manifest
	Head     recording.Head
	// Parts have receipts.
	Parts []recording.Part
	// Links are those of the parts.
	Links []recording.Link
	// Identity is the recording's own key.
	Identity string
	// Relay is the key that has signed the receipts.
	Relay ed25519.PrivateKey
}

// NewReader makes a reader and the key that opens what is sealed to it.
func NewReader(t testing.TB, name string) (recording.Reader, *age.X25519Identity) {
	t.Helper()
	id, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	return recording.Reader{Name: name, Key: id.Recipient().String()}, id
}

// Manifest returns one without keys, for a Writer.
func Manifest(id string, readers ...recording.Reader) recording.Manifest {
	return recording.Manifest{
		Recording: id, Relay: "https://relay.example", Begins: recording.StampOf(Begins),
		Host:       recording.Host{Name: "Ann's <PC> & screen", OS: "Debian 12"},
		Technician: recording.Technician{ID: "u_1", Name: "Bo", Organisation: "Example"},
		Ticket:     "T-1", Consent: "a.b.c", Readers: readers, Program: "lendhand test",
	}
}

// Make records the contents, by a host whose session key is Key("session "+id) for a
// relay whose receipt key is Key("relay").
func Make(t testing.TB, m recording.Manifest, contents []*recording.Content) *Recording {
	t.Helper()
	w, err := recording.NewWriter(m, Key("session "+m.Recording))
	if err != nil {
		t.Fatal(err)
	}
	r := &Recording{Identity: w.Identity(), Relay: Key("relay")}
	r.Head.Line, r.Head.Signature = w.Manifest()
	r.Head.Receipt = recording.SignReceipt(r.Relay, recording.ManifestPart, w.Link(), Begins)
	if r.Manifest, err = recording.ParseManifest(r.Head.Line); err != nil {
		t.Fatal(err)
	}
	for _, c := range contents {
		p, err := w.Seal(c)
		if err != nil {
			t.Fatal(err)
		}
		receipt := recording.SignReceipt(r.Relay, p.Part, w.Link(), Begins.Add(p.End().Duration()+time.Second))
		p.Receipt = &receipt
		r.Parts, r.Links = append(r.Parts, p), append(r.Links, w.Link())
	}
	return r
}

// Bytes returns the recording as a file.
func (r *Recording) Bytes(t testing.TB) []byte {
	t.Helper()
	return Join(t, r.Head, r.Parts)
}

// Join returns a file of a head and parts.
func Join(t testing.TB, head recording.Head, parts []recording.Part) []byte {
	t.Helper()
	var b bytes.Buffer
	_, err := head.WriteTo(&b)
	for i := range parts {
		if err == nil {
			_, err = parts[i].WriteTo(&b)
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// Contents returns what a short session holds: a film in parts of 300 ms, a rest, events,
// an index and the end.
func Contents(t testing.TB, film string) []*recording.Content {
	t.Helper()
	all := Pictures(t, 0, 0, film)
	all[0].Events = []event.Line{
		{At: 0, Event: &event.Consent{Statement: "a.b.c"}},
		{At: 0, Event: &event.Permissions{Now: []string{"view", "control"}}},
		{At: 5, Event: &event.Screen{Number: 1, Width: 96, Height: 64, Monitor: -1}},
	}
	all[1].Events = []event.Line{
		{At: 310, Event: &event.Pointer{X: 10, Y: 20, By: event.Technician}},
		{At: 320, Event: &event.Click{X: 10, Y: 20, By: event.Technician}},
		{At: 600, Event: &event.Keys{Count: 3}},
	}
	all[2].Events = []event.Line{
		{At: 700, Event: &event.Window{Title: "Ann's letter - Writer", Program: "writer"}},
		{At: 800, Event: &event.File{To: event.Host, Name: "driver.zip", Size: 48213, SHA256: strings.Repeat("0a", 32)}},
	}
	return Finish(append(all, &recording.Content{Start: all[3].End(), Length: 5000}), "technician")
}

// Pictures returns parts with a film as a segment that begins at start.
func Pictures(t testing.TB, segment int64, start recording.Time, film string) (all []*recording.Content) {
	t.Helper()
	codec, frames := Film(t, film)
	s, err := webm.NewSegment(codec, frames[0].Data)
	if err != nil {
		t.Fatal(err)
	}
	const each, length = 3, 300
	for i := 0; i < len(frames); i += each {
		data, err := s.Piece(frames[i:min(i+each, len(frames))])
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, &recording.Content{
			Start: start + recording.Time(i/each)*length, Length: length,
			Video: &recording.Video{
				Segment: segment, Codec: s.Track.Name, Width: s.Track.Width, Height: s.Track.Height,
				Start: start, First: i == 0, KeyFrame: frames[i].KeyFrame, Data: data,
			},
		})
	}
	return all
}

// Finish adds an index of all events, and a last part.
func Finish(contents []*recording.Content, reason string) []*recording.Content {
	n := len(contents)
	end := contents[n-1].End()
	var lines []event.Line
	for _, c := range contents {
		for _, l := range c.Events {
			if l.Event.EventType() != "pointer" {
				lines = append(lines, l)
			}
		}
	}
	return append(contents,
		&recording.Content{Start: end, Events: lines, Index: &recording.Index{From: 0, To: int64(n - 1)}},
		&recording.Content{Start: end, Length: 100, Events: []event.Line{{At: end + 100, Event: &event.End{Reason: reason}}}, Last: true})
}
