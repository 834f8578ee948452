package record

import (
	"crypto/ed25519"
	"crypto/rand"
	"log/slog"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/lendhand/lendhand/client/internal/record/recordtest"
	"github.com/lendhand/lendhand/relay/recording/event"
)

// BenchmarkRecord says what recording adds to a host, all of it: what is copied, sealed,
// written, and uploaded over TLS to a relay, whose work is in it, too. An operation is a
// second of a session.
func BenchmarkRecord(b *testing.B) {
	for _, c := range []struct {
		name          string
		frames, bytes int // a second, and of each
	}{
		{"typing", 12, 1600},
		{"scrolling", 30, 8000},
		{"rest", 0, 0},
	} {
		b.Run(c.name, func(b *testing.B) { benchmark(b, c.frames, c.bytes) })
	}
}

func benchmark(b *testing.B, frames, bytes int) {
	relay := recordtest.New(b)
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		b.Fatal(err)
	}
	d, err := NewDepot(DepotConfig{Dir: filepath.Join(b.TempDir(), "recordings"), TLS: relay.TLS(), Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = d.Close() }()
	r, err := d.Record(Config{
		Manifest: testManifest(relay.Reader.Recipient().String()), SessionKey: key,
		Relay: relay.URL(), Token: recordtest.Token, ReceiptKey: relay.ReceiptKey(), Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		b.Fatal(err)
	}
	defer r.End("test")
	began := cpu(b)
	sent := 0
	for n := 0; b.Loop(); n++ {
		for i := range frames {
			f := film(n == 0 && i == 0, screen, bytes)
			if err := r.WriteFrame(f); err != nil {
				b.Fatal(err)
			}
			sent += len(f.Data)
		}
		if frames > 0 {
			r.Keys(5)
			for x := range 10 {
				r.Pointer(n, x, event.Technician)
			}
		}
		r.mu.Lock()
		r.began = r.began.Add(-time.Second)
		r.build.advance(r.now())
		r.mu.Unlock()
		for len(r.drafts) > 0 {
			time.Sleep(100 * time.Microsecond)
		}
	}
	for _, _, waits := r.upload.spool.waiting(); waits; _, _, waits = r.upload.spool.waiting() {
		time.Sleep(time.Millisecond)
	}
	seconds := float64(b.N)
	b.ReportMetric(float64((cpu(b)-began).Microseconds())/1000/seconds, "cpu-ms/s")
	b.ReportMetric((float64(relay.Bytes(testID))-float64(sent))/seconds, "added-B/s")
}

// cpu returns what this process has used.
func cpu(b *testing.B) time.Duration {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
