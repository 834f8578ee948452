package app

import (
	"bufio"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"io"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"filippo.io/age"

	"github.com/lendhand/lendhand/relay/internal/account"
	"github.com/lendhand/lendhand/relay/internal/audit"
	"github.com/lendhand/lendhand/relay/internal/catalogue"
	"github.com/lendhand/lendhand/relay/internal/recordstore"
	"github.com/lendhand/lendhand/relay/internal/recordstore/folder"
	"github.com/lendhand/lendhand/relay/internal/store"
	"github.com/lendhand/lendhand/relay/recording"
	"github.com/lendhand/lendhand/relay/recording/event"
)

// taken is a storage with one recording, which a host has uploaded, and its key.
func taken(t *testing.T) (library, *store.Store, *age.X25519Identity) {
	t.Helper()
	dir := t.TempDir()
	db, err := store.Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	_, key, keyErr := ed25519.GenerateKey(rand.Reader)
	_, session, sessionErr := ed25519.GenerateKey(rand.Reader)
	reader, readerErr := age.GenerateX25519Identity()
	blobs, err := folder.Open(filepath.Join(dir, "recordings"))
	if err := errors.Join(err, keyErr, sessionErr, readerErr); err != nil {
		t.Fatal(err)
	}
	s, err := recordstore.Open(t.Context(), recordstore.Config{
		Database: db, Blobs: blobs, Folder: filepath.Join(dir, "recordings-open"), Key: key, Journal: func(audit.Event) {}, Log: slog.New(slog.DiscardHandler),
		Disks: func() ([]recordstore.Disk, error) { return []recordstore.Disk{{Free: 9 << 30, Total: 10 << 30}}, nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := errors.Join(s.Close(), db.Close()); err != nil {
			t.Error(err)
		}
	})
	upload(t, s, session, reader)
	return library{s, db.StoredRecordings}, db, reader
}

// upload is what a host does: three parts, the last of which ends the recording.
func upload(t *testing.T, s *recordstore.Store, session ed25519.PrivateKey, reader *age.X25519Identity) {
	t.Helper()
	_, err := s.Begin(t.Context(), recordstore.Session{
		ID: "s_A", HostName: "anna-pc", HostOS: "Windows 11", HostKey: recording.PublicKeyOf(session), TechnicianID: "u_ines", TechnicianName: "Ines Sommer",
		Group: "first-line", Ticket: "INC-1", Consent: "consent", Retention: 30,
	})
	if err != nil {
		t.Fatal(err)
	}
	w, err := recording.NewWriter(recording.Manifest{
		Recording: "s_A", Relay: "https://help.example", Host: recording.Host{Name: "another-pc"}, Technician: recording.Technician{ID: "u_ines", Name: "Somebody else"},
		Ticket: "INC-2", Consent: "consent", Readers: []recording.Reader{{Name: catalogue.HeldName, Key: reader.Recipient().String()}}, Program: "test",
	}, session)
	if err != nil {
		t.Fatal(err)
	}
	line, signature := w.Manifest()
	if _, err := s.TakeManifest(t.Context(), "s_A", line, signature); err != nil {
		t.Fatal(err)
	}
	title := []event.Line{{Event: &event.Window{Title: "Kanarienvogel"}}}
	for _, c := range []*recording.Content{
		{Length: 1000, Events: title},
		{Start: 1000, Index: &recording.Index{}, Events: title},
		{Start: 1000, Length: 500, Last: true, Events: []event.Line{{At: 1500, Event: &event.End{Reason: "stopped"}}}},
	} {
		p, err := w.Seal(c)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Take(t.Context(), "s_A", []recording.Part{p}); err != nil {
			t.Fatal(err)
		}
	}
}

// What a host has uploaded is found, opened and held.
func TestTheCatalogueFollowsTheStorage(t *testing.T) {
	l, db, key := taken(t)
	own := func() (*age.X25519Identity, error) { return key, nil }
	c, err := catalogue.New(catalogue.Config{
		Store: db, Recordings: l, Readers: catalogue.NewReaders(db, own, func(audit.Event) {}), Trail: db, Key: own,
		Journal: func(audit.Event) {}, Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error)
	go func() { done <- c.Run(ctx) }()
	defer func() {
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
	}()
	me := account.Me{Account: account.Account{ID: "u_ada"}, SignIn: account.SignIn{ID: "i_1"}}
	for range 500 {
		if r, err := db.Record(t.Context(), "s_A"); err == nil && r.Finished {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	q := catalogue.Query{Match: `"kanarien"*`, Group: "first-line", State: catalogue.Complete, Limit: 10}
	if out, err := c.Search(t.Context(), me, q); err != nil || len(out.Recordings) != 1 || out.Recordings[0].Technician.Name != "Ines Sommer" || out.Recordings[0].Host.Name != "anna-pc" || out.Recordings[0].Length != 1500 || out.Recordings[0].Parts != 3 {
		t.Errorf("found: %+v, %v", out, err)
	}
	if _, err := c.Open(t.Context(), me, "s_A", "look"); err != nil {
		t.Fatal(err)
	}
	s, err := c.Parts(t.Context(), me, "s_A", 1, 9)
	if err != nil || s.Next != 3 || s.Count != 3 || s.State != catalogue.Complete {
		t.Fatalf("parts: %+v, %v", s, err)
	}
	p, err := recording.NewParts(bufio.NewReader(s), true).Next()
	if err := errors.Join(err, s.Close()); err != nil || p.Part != 1 || !p.Index {
		t.Errorf("the first of them: %+v, %v", p.Envelope, err)
	}
	file, size, err := l.File(t.Context(), "s_A")
	if err != nil {
		t.Fatal(err)
	}
	whole, err := io.ReadAll(file)
	if err := errors.Join(err, file.Close()); err != nil || int64(len(whole)) != size {
		t.Errorf("the file has %d bytes, not %d: %v", len(whole), size, err)
	}
	if err := c.Hold(t.Context(), me, "s_A", true, "case 12"); err != nil {
		t.Fatal(err)
	}
	if r, err := l.Record(t.Context(), "s_A"); err != nil || !r.Held {
		t.Errorf("retention does not know: %+v, %v", r, err)
	}
	for _, err := range []error{l.SetHeld(t.Context(), "s_none", true), errOf(l.Stored(t.Context(), "s_none"))} {
		if !errors.Is(err, catalogue.ErrNone) {
			t.Errorf("what is not there: %v", err)
		}
	}
}

func errOf(_ catalogue.Stored, err error) error { return err }
