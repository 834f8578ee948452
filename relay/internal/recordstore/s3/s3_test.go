package s3_test

import (
	"context"
	"errors"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lendhand/lendhand/relay/internal/recordstore"
	"github.com/lendhand/lendhand/relay/internal/recordstore/blobstest"
	"github.com/lendhand/lendhand/relay/internal/recordstore/s3"
	"github.com/lendhand/lendhand/signaling/problem"
)

const access, secret = "lendhand-test", "a secret for a test only"

// gateway is a storage that speaks S3, with a folder behind it.
type gateway struct {
	endpoint, folder string
	program          string
	stop             func()
}

func newGateway(t *testing.T) *gateway {
	t.Helper()
	root, err := filepath.Abs("../../../..")
	if err != nil {
		t.Fatal(err)
	}
	if out, err := exec.CommandContext(t.Context(), "make", "-C", root, "s3-gateway").CombinedOutput(); err != nil {
		t.Fatalf("build the gateway: %v\n%s", err, out)
	}
	found, err := filepath.Glob(filepath.Join(root, "bin", "tools", "versitygw-*"))
	if err != nil || len(found) == 0 {
		t.Fatalf("the gateway is not there: %v", err)
	}
	g := &gateway{endpoint: freeAddress(t), folder: t.TempDir(), program: found[len(found)-1]}
	g.start(t)
	t.Cleanup(func() { g.stop() })
	t.Setenv("AWS_ACCESS_KEY_ID", access)
	t.Setenv("AWS_SECRET_ACCESS_KEY", secret)
	return g
}

func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	return l.Addr().String()
}

// start runs the gateway until stop.
func (g *gateway) start(t *testing.T) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	side := t.TempDir()
	cmd := exec.CommandContext(ctx, g.program, "--access", access, "--secret", secret, "--port", g.endpoint, "--quiet", "posix", "--sidecar", side, g.folder)
	var said strings.Builder
	cmd.Stdout, cmd.Stderr = &said, &said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	g.stop = func() {
		cancel()
		_ = cmd.Wait() // we have killed it
		g.stop = func() {}
	}
	for late := time.Now().Add(20 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		conn, err := net.DialTimeout("tcp", g.endpoint, time.Second)
		if err == nil {
			_ = conn.Close()
			return
		}
		if time.Now().After(late) {
			g.stop()
			t.Fatalf("the gateway does not answer: %v\n%s", err, said.String())
		}
	}
}

// bucket opens a new bucket.
func (g *gateway) bucket(t *testing.T, name, prefix string) *s3.Bucket {
	t.Helper()
	if err := os.Mkdir(filepath.Join(g.folder, name), 0o700); err != nil {
		t.Fatal(err)
	}
	return g.open(t, "s3://"+name+prefix+"?endpoint="+g.endpoint+"&insecure=true&region=us-east-1")
}

func (g *gateway) open(t *testing.T, address string) *s3.Bucket {
	t.Helper()
	l, err := s3.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	b, err := s3.Open(l)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestS3(t *testing.T) {
	g := newGateway(t)
	n := 0
	blobstest.Run(t, func(t *testing.T) recordstore.Blobs {
		n++
		return g.bucket(t, "bucket-"+string(rune('a'+n)), []string{"", "/some/prefix"}[n%2])
	})
}

// Scenario: the storage is away, and comes back.
func TestS3Outage(t *testing.T) {
	g := newGateway(t)
	b := g.bucket(t, "bucket", "")
	if err := b.Check(t.Context()); err != nil {
		t.Error(err)
	}
	g.stop()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	if err := b.Put(ctx, "s_1/v", strings.NewReader("x"), 1); err == nil || strings.Contains(err.Error(), secret) {
		t.Errorf("Put = %v", err)
	}
	if _, err := b.Size(ctx, "s_1/v"); err == nil || errors.Is(err, recordstore.ErrNoBlob) {
		t.Errorf("Size = %v", err)
	}
	g.start(t)
	if err := b.Put(t.Context(), "s_1/v", strings.NewReader("x"), 1); err != nil {
		t.Error(err)
	}
	if err := g.open(t, "s3://elsewhere?insecure=true&region=us-east-1&endpoint="+g.endpoint).Check(t.Context()); err == nil {
		t.Error("a bucket that is not there")
	}
	t.Setenv("AWS_SECRET_ACCESS_KEY", "another one")
	if err := g.open(t, "s3://bucket?insecure=true&region=us-east-1&endpoint="+g.endpoint).Check(t.Context()); err == nil || strings.Contains(err.Error(), "another one") {
		t.Errorf("with a wrong key: %v", err)
	}
}

func TestAddresses(t *testing.T) {
	for text, want := range map[string]s3.Location{
		"s3://bucket": {Endpoint: "s3.amazonaws.com", Bucket: "bucket"},
		"s3://b/p/q/?endpoint=s3.example:9000&region=eu-1&insecure=true": {Endpoint: "s3.example:9000", Bucket: "b", Prefix: "p/q/", Region: "eu-1", Insecure: true},
	} {
		got, err := s3.Parse(text)
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("%s: %v\n%s", text, err, diff)
		}
	}
	for _, text := range []string{
		"", "s3:", "s3://", "http://bucket", "s3://key:hush@bucket", "s3://key@bucket", "s3://bucket:9000", "s3://bucket#hush",
		"s3://b?endpoint=https://s3.example", "s3://b?secret=hush", "s3://b?insecure=maybe", "s3://b?endpoint=", "s3://b?endpoint=hush@host",
	} {
		_, err := s3.Parse(text)
		if err == nil || problem.Hint(err) == "" || text != "s3://b?endpoint=hush@host" && strings.Contains(err.Error(), "hush") {
			t.Errorf("%q: %v", text, err)
		}
	}
}
