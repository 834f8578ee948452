// Package cataloguetest has recordings for tests that need no storage.
package cataloguetest

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"io"
	"maps"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/lendhand/lendhand/relay/internal/catalogue"
	"github.com/lendhand/lendhand/relay/recording"
	"github.com/lendhand/lendhand/relay/recording/event"
)

// Shelf keeps recordings in memory. It implements [catalogue.Recordings].
type Shelf struct {
	mu  sync.Mutex
	all map[string]*Tape // guarded by mu
}

// NewShelf returns an empty shelf.
func NewShelf() *Shelf { return &Shelf{all: map[string]*Tape{}} }

// Tape is one recording.
type Tape struct {
	shelf  *Shelf
	id     string
	writer *recording.Writer
	// Guarded by the shelf's mu.
	info  catalogue.Stored
	head  []byte
	parts [][]byte
	held  bool
}

// Begin begins a recording. What the manifest leaves out is made up; begun is when the
// relay took it.
func (s *Shelf) Begin(t testing.TB, m recording.Manifest, begun time.Time) *Tape {
	t.Helper()
	m.Relay, m.Program, m.Begins = "https://help.example", "lendhand test", recording.StampOf(begun)
	_, session, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	w, err := recording.NewWriter(m, session)
	if err != nil {
		t.Fatal(err)
	}
	line, signature := w.Manifest()
	signed, err := recording.EncodeSignature(signature)
	if err != nil {
		t.Fatal(err)
	}
	tape := &Tape{shelf: s, id: m.Recording, writer: w, info: catalogue.Stored{
		Manifest: line, Signature: signed, State: catalogue.Live, Group: "first-line", Begun: begun,
		Technician: catalogue.Person{ID: m.Technician.ID, Name: m.Technician.Name, Organisation: m.Technician.Organisation},
		Host:       catalogue.Host{Name: m.Host.Name, OS: m.Host.OS}, Ticket: m.Ticket,
	}}
	tape.head = slices.Concat(line, []byte("\n"), signed, []byte("\n"), receiptOf(t, -1, w.Link()))
	s.mu.Lock()
	defer s.mu.Unlock()
	s.all[m.Recording] = tape
	return tape
}

func receiptOf(t testing.TB, part int64, link recording.Link) []byte {
	t.Helper()
	key := ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))
	r := recording.SignReceipt(key, part, link, time.Now())
	line, err := r.Encode()
	if err != nil {
		t.Fatal(err)
	}
	return append(line, '\n')
}

// Identity opens the recording.
func (tape *Tape) Identity() string { return tape.writer.Identity() }

// Add adds a second with events.
func (tape *Tape) Add(t testing.TB, events ...event.Event) {
	t.Helper()
	tape.add(t, &recording.Content{Start: tape.writer.End(), Length: 1000}, events)
}

// Index adds an index of the parts since the one before, with these events.
func (tape *Tape) Index(t testing.TB, from int64, events ...event.Event) {
	t.Helper()
	next := tape.writer.Next()
	tape.add(t, &recording.Content{Start: tape.writer.End(), Index: &recording.Index{From: from, To: next - 1}}, events)
}

// End adds the last part.
func (tape *Tape) End(t testing.TB) {
	t.Helper()
	tape.add(t, &recording.Content{Start: tape.writer.End(), Length: 100, Last: true}, []event.Event{&event.End{Reason: "stopped"}})
	tape.Stop(catalogue.Complete)
}

// Stop ends it in a state.
func (tape *Tape) Stop(state catalogue.State) {
	tape.shelf.mu.Lock()
	defer tape.shelf.mu.Unlock()
	tape.info.State, tape.info.Ended = state, tape.info.Begun.Add(tape.info.Length)
	tape.info.DeleteAfter = tape.info.Ended.AddDate(0, 0, 180)
}

func (tape *Tape) add(t testing.TB, c *recording.Content, events []event.Event) {
	t.Helper()
	for _, e := range events {
		c.Events = append(c.Events, event.Line{At: c.Start, Event: e})
	}
	p, err := tape.writer.Seal(c)
	if err != nil {
		t.Fatal(err)
	}
	envelope, err := p.Encode()
	if err != nil {
		t.Fatal(err)
	}
	stored := slices.Concat(envelope, []byte("\n"), p.Sealed, receiptOf(t, p.Part, tape.writer.Link()))
	tape.shelf.mu.Lock()
	defer tape.shelf.mu.Unlock()
	tape.parts = append(tape.parts, stored)
	tape.info.Parts++
	tape.info.Bytes += int64(len(stored))
	tape.info.Length = tape.writer.End().Duration()
	if c.Index != nil {
		tape.info.Indexes = append(tape.info.Indexes, p.Part)
	}
}

// Delete takes a recording away, as retention does.
func (s *Shelf) Delete(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.all, id)
}

// Held reports whether retention has to leave a recording alone.
func (s *Shelf) Held(id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.all[id].held
}

func (s *Shelf) find(id string) (*Tape, error) {
	if tape, ok := s.all[id]; ok {
		return tape, nil
	}
	return nil, catalogue.ErrNone
}

// Stored implements [catalogue.Recordings].
func (s *Shelf) Stored(_ context.Context, id string) (catalogue.Stored, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	tape, err := s.find(id)
	if err != nil {
		return catalogue.Stored{}, err
	}
	info := tape.info
	info.Indexes = slices.Clone(info.Indexes)
	return info, nil
}

// StoredIDs implements [catalogue.Recordings].
func (s *Shelf) StoredIDs(context.Context) ([]string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Sorted(maps.Keys(s.all)), nil
}

// Parts implements [catalogue.Recordings].
func (s *Shelf) Parts(_ context.Context, id string, from, to, most int64) (catalogue.Stretch, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	tape, err := s.find(id)
	if err != nil {
		return catalogue.Stretch{}, err
	}
	var out []byte
	next := from
	for ; next <= to && next < int64(len(tape.parts)); next++ {
		if next > from && int64(len(out)+len(tape.parts[next])) > most {
			break
		}
		out = append(out, tape.parts[next]...)
	}
	return catalogue.Stretch{ReadCloser: io.NopCloser(bytes.NewReader(out)), Next: next, Count: int64(len(tape.parts)), State: tape.info.State}, nil
}

// File implements [catalogue.Recordings].
func (s *Shelf) File(_ context.Context, id string) (io.ReadCloser, int64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	tape, err := s.find(id)
	if err != nil {
		return nil, 0, err
	}
	file := append(slices.Clone(tape.head), slices.Concat(tape.parts...)...)
	return io.NopCloser(bytes.NewReader(file)), int64(len(file)), nil
}

// SetHeld implements [catalogue.Recordings].
func (s *Shelf) SetHeld(_ context.Context, id string, held bool) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	tape, err := s.find(id)
	if err == nil {
		tape.held = held
	}
	return err
}

// Spoil changes a byte in the middle of the newest part: it opens no more.
func (tape *Tape) Spoil() {
	tape.shelf.mu.Lock()
	defer tape.shelf.mu.Unlock()
	last := tape.parts[len(tape.parts)-1]
	end := bytes.LastIndexByte(last[:len(last)-1], '\n') // the receipt begins there, or within the seal
	last[end/2+bytes.IndexByte(last, '\n')/2] ^= 0x20
}
