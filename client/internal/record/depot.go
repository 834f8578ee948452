package record

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/lendhand/lendhand/relay/recording"
)

const (
	// DefaultLimit is what a Depot keeps at most, in bytes.
	DefaultLimit = 256 << 20
	// keptFor is how long the relay takes what was not uploaded. This machine's clock may have
	// been wrong then, or be so now: what seems older is kept until the relay says no, unless
	// it takes up more than its part of the room, which is a half.
	keptFor  = 7 * 24 * time.Hour
	oldShare = 2
	// lastWords is how long Close waits for what is still to be uploaded.
	lastWords = 3 * time.Second
)

// DepotConfig says where recordings are kept until they are uploaded.
type DepotConfig struct {
	// Dir is the folder, made when it is needed; empty for none, and then memory has to do.
	Dir string
	// Limit is what is kept at most, in bytes: zero for DefaultLimit.
	Limit int64
	// TLS says whom to trust. Required, as Log.
	TLS *tls.Config
	Log *slog.Logger
}

// Depot keeps recordings until the relay has receipted them. Its methods may be called from
// any goroutine.
type Depot struct {
	// Set at construction.
	dir       string
	budget    *budget
	transport *http.Transport
	log       *slog.Logger
	patience  time.Duration // of Close
	ctx       context.Context
	cancel    context.CancelFunc

	uploads sync.WaitGroup

	// Guarded by mu.
	mu     sync.Mutex
	closed bool
}

// ErrClosed is returned by a Depot that has been closed.
var ErrClosed = errors.New("record: the depot is closed")

// NewDepot opens a Depot. Close it.
func NewDepot(c DepotConfig) (*Depot, error) {
	if c.TLS == nil || c.Log == nil {
		return nil, errors.New("record: TLS and log are required")
	}
	if c.Limit == 0 {
		c.Limit = DefaultLimit
	}
	d := &Depot{dir: c.Dir, budget: &budget{limit: c.Limit}, transport: newTransport(c.TLS), log: c.Log, patience: lastWords}
	d.ctx, d.cancel = context.WithCancel(context.Background())
	return d, nil
}

// Record begins a recording. What does not fit on the disk is held in memory, as far as that
// goes.
func (d *Depot) Record(c Config) (*Recorder, error) {
	if err := c.validate(); err != nil {
		return nil, err
	}
	c.Manifest.Begins = recording.StampOf(time.Now())
	w, err := recording.NewWriter(c.Manifest, c.SessionKey)
	if err != nil {
		return nil, fmt.Errorf("begin the recording: %w", err)
	}
	line, signature := w.Manifest()
	signed, err := recording.EncodeSignature(signature)
	if err != nil {
		return nil, err
	}
	to := target{Recording: c.Manifest.Recording, Relay: c.Relay, Token: c.Token, Key: recording.PublicKey(c.ReceiptKey)}
	head := bytes.Join([][]byte{line, signed, nil}, []byte{'\n'})
	s, err := newSpool(d.dir, d.budget, to, head)
	if err != nil {
		d.log.Warn("the recording is held in memory until it is uploaded", slog.Any("error", err))
	}
	u := d.newUpload(s, to, head, w.Link(), c.State)
	if c.Begun != nil {
		u.begun = c.Begun
	}
	if !d.start(u) {
		s.close(true)
		return nil, ErrClosed
	}
	return newRecorder(c, w, u), nil
}

func (d *Depot) newUpload(s *spool, to target, head []byte, link recording.Link, state func(State)) *upload {
	return &upload{
		client: &client{http: newHTTP(d.transport), to: to}, spool: s, head: head, link: link,
		flow: &flow{receipted: time.Now()}, begun: func() {}, state: state,
		log: d.log.With(slog.String("recording", to.Recording)), news: make(chan struct{}, 1),
	}
}

// start runs an upload, unless the Depot is closed.
func (d *Depot) start(u *upload) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.closed {
		return false
	}
	d.uploads.Go(func() { u.run(d.ctx) })
	return true
}

// Resume uploads what earlier runs of the program have left, in the background. What is
// older than the relay takes is deleted once it has said so.
func (d *Depot) Resume() {
	if d.dir == "" {
		return
	}
	entries, err := os.ReadDir(d.dir)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		d.log.Warn("recordings that were left are not uploaded", slog.Any("error", err))
	}
	for _, e := range entries {
		if e.IsDir() {
			d.resume(filepath.Join(d.dir, e.Name()))
		}
	}
}

func (d *Depot) resume(folder string) {
	s, to, head, err := reopen(folder, d.budget)
	if err != nil {
		d.log.Info("a recording that was left is not uploaded", slog.String("folder", folder), slog.Any("error", err))
		return
	}
	old := isOld(folder)
	if old && d.budget.isOver(d.budget.limit/oldShare) {
		s.close(true)
		return
	}
	line, _, _ := bytes.Cut(head, []byte{'\n'})
	u := d.newUpload(s, to, head, recording.ManifestLink(line), nil)
	u.ended, u.old = true, old
	if !d.start(u) {
		s.close(false)
	}
}

// isOld reports whether a recording was begun longer ago than the relay takes it, by this
// machine's clock.
func isOld(folder string) bool {
	at, err := os.Stat(filepath.Join(folder, manifestName))
	return err != nil || time.Since(at.ModTime()).Abs() > keptFor
}

// Close gives what is still to be uploaded a moment, and ends. What is left waits for the
// next start of the program.
func (d *Depot) Close() error {
	d.mu.Lock()
	d.closed = true
	d.mu.Unlock()
	late := time.AfterFunc(d.patience, d.cancel)
	defer late.Stop()
	d.uploads.Wait()
	d.cancel()
	d.transport.CloseIdleConnections()
	return nil
}
