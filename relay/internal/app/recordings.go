package app

import (
	"context"
	"fmt"
	"path/filepath"
	"time"

	"filippo.io/age"

	"github.com/lendhand/lendhand/relay/internal/catalogue"
	"github.com/lendhand/lendhand/relay/internal/datadir"
	"github.com/lendhand/lendhand/relay/internal/recordstore"
	"github.com/lendhand/lendhand/relay/internal/recordstore/folder"
	"github.com/lendhand/lendhand/relay/internal/recordstore/s3"
	"github.com/lendhand/lendhand/relay/recording"
	"github.com/lendhand/lendhand/signaling"
	"github.com/lendhand/lendhand/signaling/broker"
)

const (
	// trimEvery is how often the relay looks whether the disk of its data is full.
	trimEvery = 500 * time.Millisecond
	// keptDays is how long recordings are kept where policy does not say.
	keptDays = 180
	// askWithin is how long the database may take to say who can open recordings.
	askWithin = time.Second
)

// openRecordings opens where recordings are kept.
func (a *App) openRecordings(ctx context.Context) error {
	keys, err := datadir.OpenReceiptKeys(a.cfg.Data)
	if err != nil {
		return err
	}
	blobs, err := a.blobs()
	if err != nil {
		return err
	}
	a.recordings, err = recordstore.Open(ctx, recordstore.Config{
		Database: a.store, Blobs: blobs, Folder: filepath.Join(a.cfg.Data, "recordings-open"), Key: keys[0], Older: keys[1:], Quota: a.cfg.Recordings.Quota,
		Disks: a.disks, Journal: a.journal.Write, Changed: a.recordingChanged, Log: a.log,
	})
	if err != nil {
		return err
	}
	a.readers = catalogue.NewReaders(a.store, func() (*age.X25519Identity, error) { return datadir.OpenAuditorsKey(a.cfg.Data) }, a.journal.Write)
	return a.readers.Settle(ctx, a.cfg.Recordings.Sealed)
}

// recorder is the broker's view of the storage.
func (a *App) recorder() *recorder {
	return &recorder{store: a.recordings, readers: a.currentReaders, promise: a.catalogue.Promise, group: a.groupOf}
}

// currentReaders are those of recordings that begin now; none when they cannot be read.
func (a *App) currentReaders() (readers []signaling.Reader, sealed bool) {
	ctx, cancel := context.WithTimeout(context.Background(), askWithin)
	defer cancel()
	book, err := a.readers.Current(ctx)
	if err != nil {
		a.log.Error("readers of recordings not known", "error", err)
	}
	for _, r := range book.Readers {
		readers = append(readers, signaling.Reader{Name: r.Name, Key: r.Key})
	}
	return readers, book.Sealed
}

// groupOf returns the group of a technician.
func (a *App) groupOf(technicianID string) string {
	m, _ := a.rules.member(technicianID)
	return m.group
}

func (a *App) blobs() (recordstore.Blobs, error) {
	if a.cfg.Recordings.S3 != nil {
		return s3.Open(*a.cfg.Recordings.S3)
	}
	return folder.Open(a.recordingsFolder())
}

// recordingsFolder is where they are unless the settings say otherwise.
func (a *App) recordingsFolder() string {
	if a.cfg.Recordings.Folder == "" {
		return filepath.Join(a.cfg.Data, "recordings")
	}
	return a.cfg.Recordings.Folder
}

// disks are those that recordings are written to.
func (a *App) disks() (disks []recordstore.Disk, err error) {
	folders := []string{a.cfg.Data}
	if a.cfg.Recordings.S3 == nil {
		folders = append(folders, a.recordingsFolder())
	}
	for _, f := range folders {
		free, total, err := datadir.Space(f)
		if err != nil {
			return nil, err
		}
		disks = append(disks, recordstore.Disk{Free: free, Total: total})
	}
	return disks, nil
}

// recordingChanged is told that there is something new to find in a recording. What is
// found before there is a catalogue, that finds by itself.
func (a *App) recordingChanged(id string) {
	if a.catalogue != nil {
		a.catalogue.Changed(id)
	}
}

// keepBallast keeps room for the database until ctx ends.
func (a *App) keepBallast(ctx context.Context) error {
	tick := time.NewTicker(trimEvery)
	defer tick.Stop()
	for was := false; ; {
		full, err := a.ballast.Trim()
		switch {
		case err != nil && !was:
			a.log.Error("no room is kept for the database", "error", err)
		case full && !was:
			a.log.Error("the disk of the data folder is full: what is left is for the database", "folder", a.cfg.Data)
		}
		was = full || err != nil
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// recorder is where the broker's hosts upload to.
type recorder struct {
	store *recordstore.Store
	// readers are those who can open recordings from now on.
	readers func() (readers []signaling.Reader, sealed bool)
	// promise keeps what the person may have of it.
	promise func(ctx context.Context, id string, kind catalogue.CopyKind, token string) error
	group   func(technicianID string) string
}

// Readers implements [broker.Recordings].
func (r *recorder) Readers() (readers []signaling.Reader, sealed, room bool) {
	readers, sealed = r.readers()
	return readers, sealed, r.store.Ready() == nil
}

// Begin implements [broker.Recordings].
func (r *recorder) Begin(ctx context.Context, s broker.RecordedSession) (signaling.Upload, error) {
	var key recording.PublicKey
	if err := key.UnmarshalText([]byte(s.HostKey)); err != nil {
		return signaling.Upload{}, fmt.Errorf("recording of %s: session key: %w", s.ID, err)
	}
	days := s.Retention
	if days < 1 {
		days = keptDays
	}
	tokens, err := r.store.Begin(ctx, recordstore.Session{
		ID: s.ID, Required: s.Terms.Required, HostName: s.Host.Name, HostOS: s.Host.OS, HostKey: key,
		TechnicianID: s.Technician.ID, TechnicianName: s.Technician.Name, Organisation: s.Technician.Organisation,
		Group: r.group(s.Technician.ID), Ticket: s.Ticket, Consent: s.Consent, Retention: days,
	})
	if err != nil {
		return signaling.Upload{}, err
	}
	upload := signaling.Upload{Token: tokens.Upload, ReceiptKey: tokens.Receipts.String()}
	if s.Terms.Copy != signaling.CopyNone {
		upload.CopyToken = tokens.Copy
	}
	return upload, r.promise(ctx, s.ID, catalogue.CopyKind(s.Terms.Copy), tokens.Copy)
}

// End implements [broker.Recordings]. That nothing more is to come the store finds out by
// itself, also after a restart.
func (r *recorder) End(id string) { r.store.SessionOver(id) }
