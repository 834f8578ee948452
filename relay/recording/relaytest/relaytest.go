// Package relaytest runs the relay's own storage of recordings, with its routes and its
// database, for the tests of hosts: what these make meets what relays check.
package relaytest

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"log/slog"
	"net/http"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"time"

	"filippo.io/age"

	"github.com/lendhand/lendhand/relay/internal/audit"
	"github.com/lendhand/lendhand/relay/internal/recordstore"
	"github.com/lendhand/lendhand/relay/internal/recordstore/folder"
	"github.com/lendhand/lendhand/relay/internal/store"
	"github.com/lendhand/lendhand/relay/internal/web"
	"github.com/lendhand/lendhand/relay/recording"
	"github.com/lendhand/lendhand/signaling"
	"github.com/lendhand/lendhand/signaling/broker"
)

// Relay takes recordings. It lives where it is made: in a bubble of synctest, its time is
// the bubble's.
type Relay struct {
	t    testing.TB
	dir  string
	key  ed25519.PrivateKey
	db   *store.Store
	kept *recordstore.Store
	http http.Handler
	stop func() // ends what run began

	mu    sync.Mutex
	trail []audit.Event // guarded by mu
}

// New starts a relay with an empty folder. Close it.
func New(t testing.TB) *Relay {
	t.Helper()
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	r := &Relay{t: t, dir: t.TempDir(), key: key}
	r.open()
	return r
}

func (r *Relay) open() {
	r.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	blobs, blobsErr := folder.Open(filepath.Join(r.dir, "recordings"))
	db, err := store.Open(ctx, r.dir)
	if err := errors.Join(err, blobsErr); err != nil {
		r.t.Fatal(err)
	}
	r.db = db
	r.kept, err = recordstore.Open(ctx, recordstore.Config{
		Database: db, Blobs: blobs, Folder: filepath.Join(r.dir, "recordings-open"), Key: r.key, Journal: r.write,
		Disks: func() ([]recordstore.Disk, error) { return nil, nil }, Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		r.t.Fatal(err)
	}
	r.http = web.UploadRoutes(r.kept, slog.New(slog.DiscardHandler))
	var running sync.WaitGroup
	running.Go(func() {
		if err := r.kept.Run(ctx); err != nil {
			r.t.Errorf("run: %v", err)
		}
	})
	r.stop = func() { cancel(); running.Wait() }
}

// Close ends the relay.
func (r *Relay) Close() {
	r.t.Helper()
	r.stop()
	if err := errors.Join(r.kept.Close(), r.db.Close()); err != nil {
		r.t.Error(err)
	}
}

// ServeHTTP serves the routes of hosts that upload.
func (r *Relay) ServeHTTP(w http.ResponseWriter, request *http.Request) { r.http.ServeHTTP(w, request) }

func (r *Relay) write(e audit.Event) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.trail = append(r.trail, e)
}

// Begin begins the recording of a session that runs, as the broker does, and returns what it
// tells the host.
func (r *Relay) Begin(m recording.Manifest, host ed25519.PrivateKey, required bool) (token string, receipts ed25519.PublicKey) {
	r.t.Helper()
	r.session(m, time.Time{})
	tokens, err := r.kept.Begin(r.t.Context(), recordstore.Session{
		ID: m.Recording, Required: required, HostName: m.Host.Name, HostOS: m.Host.OS, HostKey: recording.PublicKeyOf(host),
		TechnicianID: m.Technician.ID, TechnicianName: m.Technician.Name, Retention: 30,
	})
	if err != nil {
		r.t.Fatal(err)
	}
	return tokens.Upload, tokens.Receipts.Key()
}

// EndSession ends a session now.
func (r *Relay) EndSession(m recording.Manifest) {
	r.t.Helper()
	r.session(m, time.Now())
}

func (r *Relay) session(m recording.Manifest, ended time.Time) {
	r.t.Helper()
	record := broker.Record{ID: m.Recording, State: signaling.StateActive, Created: time.Now(), Changed: time.Now(), Ended: ended}
	record.Technician.ID = m.Technician.ID
	if !ended.IsZero() {
		record.State, record.Reason = signaling.StateEnded, signaling.EndHostLost
	}
	if err := r.db.SaveSession(r.t.Context(), record); err != nil {
		r.t.Fatal(err)
	}
}

// Ended reports whether the relay has all of a recording.
func (r *Relay) Ended(id string) bool {
	record, err := r.kept.Record(r.t.Context(), id)
	return err == nil && record.State == recordstore.StateEnded
}

// Verify verifies a recording as "recordings verify" does: by the relay's key, its trail, and
// what is inside. It returns that.
func (r *Relay) Verify(id string, reader age.Identity) (recording.Report, []*recording.Content) {
	r.t.Helper()
	var contents []*recording.Content
	file, _, err := r.kept.Whole(r.t.Context(), id)
	if err != nil {
		r.t.Fatal(err)
	}
	report, err := recording.Verify(file, recording.Rules{
		Receipts: []ed25519.PublicKey{recording.PublicKeyOf(r.key).Key()}, Known: r.known(id), Identities: []age.Identity{reader},
		Take: func(_ recording.Part, c *recording.Content) error {
			if c.Video != nil {
				video := *c.Video
				video.Data = append([]byte(nil), video.Data...)
				c.Video = &video
			}
			contents = append(contents, c)
			return nil
		},
	})
	if err := errors.Join(err, file.Close()); err != nil {
		r.t.Errorf("verify: %v", err)
	}
	return report, contents
}

// known are the links that the trail has of a recording.
func (r *Relay) known(id string) (known []recording.Known) {
	r.t.Helper()
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, e := range r.trail {
		k := recording.Known{Part: recording.ManifestPart}
		if e.Session != id || k.Link.UnmarshalText([]byte(e.Detail["link"])) != nil {
			continue
		}
		var err error
		switch e.Kind {
		case audit.RecordingHead:
			k.Part, err = strconv.ParseInt(e.Detail["part"], 10, 64)
		case audit.RecordingEnded:
			k.Part, err = strconv.ParseInt(e.Detail["parts"], 10, 64)
			k.Part--
		}
		if err != nil {
			r.t.Error(err)
		}
		known = append(known, k)
	}
	return known
}
