package app_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	mathrand "math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"filippo.io/age"

	"github.com/lendhand/lendhand/relay/internal/audit"
	"github.com/lendhand/lendhand/relay/internal/datadir"
	"github.com/lendhand/lendhand/relay/internal/recordstore"
	"github.com/lendhand/lendhand/relay/internal/recordstore/folder"
	"github.com/lendhand/lendhand/relay/internal/store"
	"github.com/lendhand/lendhand/relay/recording"
)

// recordings opens what a relay keeps, while it does not run.
func recordings(t testing.TB, dir string, do func(*recordstore.Store)) {
	t.Helper()
	db, err := store.Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	key, keyErr := datadir.OpenReceiptKey(dir)
	blobs, err := folder.Open(filepath.Join(dir, "recordings"))
	if err := errors.Join(err, keyErr); err != nil {
		t.Fatal(err)
	}
	s, err := recordstore.Open(t.Context(), recordstore.Config{
		Database: db, Blobs: blobs, Folder: filepath.Join(dir, "recordings-open"), Key: key, Journal: func(audit.Event) {},
		Disks: func() ([]recordstore.Disk, error) { return nil, nil }, Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	do(s)
	if err := errors.Join(s.Close(), db.Close()); err != nil {
		t.Fatal(err)
	}
}

// uploader is a host that records.
type uploader struct {
	id, token string
	writer    *recording.Writer
	parts     []recording.Part
	// receipted is how many parts it has receipts for.
	receipted atomic.Int64
}

func newUploader(t testing.TB, dir, id string) *uploader {
	t.Helper()
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	reader, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	u := &uploader{id: id}
	u.writer, err = recording.NewWriter(recording.Manifest{
		Recording: id, Relay: "https://localhost", Host: recording.Host{Name: "pc", OS: "Linux"}, Technician: recording.Technician{ID: "u_1", Name: "Ines"},
		Readers: []recording.Reader{{Name: "Auditors", Key: reader.Recipient().String()}}, Program: "test 1",
	}, key)
	if err != nil {
		t.Fatal(err)
	}
	recordings(t, dir, func(s *recordstore.Store) {
		tokens, err := s.Begin(t.Context(), recordstore.Session{
			ID: id, HostKey: recording.PublicKeyOf(key), HostName: "pc", TechnicianID: "u_1", Retention: 30,
		})
		if err != nil {
			t.Fatal(err)
		}
		u.token = tokens.Upload
	})
	return u
}

// record makes parts of a second each.
func (u *uploader) record(t testing.TB, n, size int) {
	t.Helper()
	for range n {
		data := make([]byte, size)
		_, _ = rand.Read(data) // never fails
		p, err := u.writer.Seal(&recording.Content{Start: u.writer.End(), Length: 1000, Video: &recording.Video{
			Codec: "vp8", Width: 64, Height: 64, First: true, KeyFrame: true, Data: data,
		}})
		if err != nil {
			t.Fatal(err)
		}
		u.parts = append(u.parts, p)
	}
}

// do sends a request and returns the status; the answer is read into v.
func (u *uploader) do(ctx context.Context, client *http.Client, method, url string, body []byte, v any) (int, error) {
	req, err := http.NewRequestWithContext(ctx, method, url, bytes.NewReader(body))
	if err != nil {
		return 0, err
	}
	req.Header.Set("Authorization", "Bearer "+u.token)
	resp, err := client.Do(req)
	if err != nil {
		return 0, err
	}
	data, err := io.ReadAll(resp.Body)
	if err = errors.Join(err, resp.Body.Close()); err == nil {
		err = json.Unmarshal(data, v)
	}
	return resp.StatusCode, err
}

// upload brings what the relay does not have, a few parts at a time. It returns the status
// of what was refused, or why the relay was not reached.
func (u *uploader) upload(ctx context.Context, client *http.Client, base string, atOnce int) (status int, err error) {
	base += "/api/recordings/" + u.id
	var answer struct {
		Next     int64               `json:"next"`
		Receipts []recording.Receipt `json:"receipts"`
	}
	if status, err = u.do(ctx, client, http.MethodGet, base+"/next", nil, &answer); err != nil || status != http.StatusOK {
		return status, err
	}
	if answer.Next == recording.ManifestPart {
		line, signature := u.writer.Manifest()
		second, err := recording.EncodeSignature(signature)
		if err != nil {
			return 0, err
		}
		body := bytes.Join([][]byte{line, second, nil}, []byte{'\n'})
		if status, err = u.do(ctx, client, http.MethodPut, base+"/manifest", body, &answer); err != nil || status != http.StatusOK {
			return status, err
		}
		answer.Next = 0
	}
	if answer.Next < u.receipted.Load() {
		return 0, fmt.Errorf("%s: the relay has %d parts, but has receipted %d", u.id, answer.Next, u.receipted.Load())
	}
	for next := answer.Next; next < int64(len(u.parts)); next = answer.Next {
		var body bytes.Buffer
		for _, p := range u.parts[next:min(next+int64(atOnce), int64(len(u.parts)))] {
			if _, err := p.WriteTo(&body); err != nil {
				return 0, err
			}
		}
		if status, err = u.do(ctx, client, http.MethodPost, base+"/parts", body.Bytes(), &answer); err != nil || status != http.StatusOK {
			return status, err
		}
		u.receipted.Store(answer.Receipts[len(answer.Receipts)-1].Part + 1)
	}
	return http.StatusOK, nil
}

// killable is a relay in a process of its own.
type killable struct {
	cmd  *exec.Cmd
	base string
}

func startKillable(t *testing.T, dir string) *killable {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childFolder+"="+dir)
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = in.Close() })
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var address string
	if _, err := fmt.Fscanln(out, &address); err != nil {
		t.Fatalf("the relay does not start: %v", err)
	}
	_, port, _ := bytes.Cut([]byte(address), []byte("127.0.0.1:"))
	return &killable{cmd, "https://localhost:" + string(port)}
}

func (k *killable) kill() {
	_ = k.cmd.Process.Kill()
	_ = k.cmd.Wait() // it was killed
}

// kills is how often the relay is killed; more than a few take their time.
func kills(t *testing.T) int {
	t.Helper()
	text := os.Getenv("LENDHAND_KILLS")
	if text == "" {
		return 10
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// Scenario: the relay is killed at random moments while two hosts upload. What was
// receipted is there, and all of it in the end.
func TestTheRelayIsKilledWhileHostsUpload(t *testing.T) {
	dir := t.TempDir()
	hosts := []*uploader{newUploader(t, dir, "s_a"), newUploader(t, dir, "s_b")}
	const perKill = 20
	n := kills(t)
	for i := range n {
		for _, h := range hosts {
			h.record(t, perKill, 10_000)
		}
		relay := startKillable(t, dir)
		client := newBrowser(t, dir).client
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		var running sync.WaitGroup
		for _, h := range hosts {
			running.Go(func() {
				before := h.receipted.Load()
				status, err := h.upload(ctx, client, relay.base, 1+mathrand.IntN(8))
				if err != nil && status == 0 && h.receipted.Load() < before {
					t.Error(err)
				}
				if err == nil && status != http.StatusOK {
					t.Errorf("%s: status %d", h.id, status)
				}
			})
		}
		time.Sleep(time.Duration(20+mathrand.IntN(400)) * time.Millisecond)
		relay.kill()
		running.Wait()
		cancel()
		if i == n-1 {
			t.Logf("receipted: %d and %d of %d", hosts[0].receipted.Load(), hosts[1].receipted.Load(), len(hosts[0].parts))
		}
	}
	relay := startKillable(t, dir)
	for _, h := range hosts {
		if status, err := h.upload(t.Context(), newBrowser(t, dir).client, relay.base, 50); err != nil || status != http.StatusOK {
			t.Errorf("%s: status %d, %v", h.id, status, err)
		}
	}
	relay.kill()
	verifyAll(t, dir, hosts)
}

// verifyAll reads the recordings as files and verifies every part and receipt.
func verifyAll(t *testing.T, dir string, hosts []*uploader) {
	t.Helper()
	recordings(t, dir, func(s *recordstore.Store) {
		for _, h := range hosts {
			file, size, err := s.Whole(t.Context(), h.id)
			if err != nil {
				t.Fatal(err)
			}
			key := s.Keys()[0]
			report, err := recording.Verify(file, recording.Rules{Incomplete: true, Receipts: []ed25519.PublicKey{key.Key()}})
			if err := errors.Join(err, file.Close()); err != nil || report.Parts != int64(len(h.parts)) {
				t.Errorf("%s: %d bytes, %+v, %v; want %d parts", h.id, size, report, err, len(h.parts))
			}
		}
	})
}
