package app_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/lendhand/lendhand/relay/internal/app"
)

// childFolder is the environment variable that makes this test program a relay: one
// in a process of its own, of which it tells how much memory it takes.
const childFolder = "LENDHAND_TEST_RELAY"

// child is such a process.
type child struct {
	address string
	tls     *tls.Config
	in      io.Writer
	out     *bufio.Scanner
}

// memory is what a process takes, in bytes.
type memory struct {
	runtime  int64 // what Go holds of the system's, without the race detector's shadows
	resident int64 // what the system counts at most, 0 where it does not tell
}

func startChild(t testing.TB) *child {
	t.Helper()
	dir := t.TempDir()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childFolder+"="+dir)
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = in.Close() // it ends with its input
		if err := cmd.Wait(); err != nil {
			t.Errorf("the relay's process: %v", err)
		}
	})
	c := &child{in: in, out: bufio.NewScanner(out)}
	c.address = c.line(t)
	ca, err := os.ReadFile(filepath.Join(dir, app.CAFile))
	if err != nil {
		t.Fatal(err)
	}
	c.tls = &tls.Config{RootCAs: x509.NewCertPool(), ServerName: "localhost", MinVersion: tls.VersionTLS12}
	c.tls.RootCAs.AppendCertsFromPEM(ca)
	return c
}

func (c *child) line(t testing.TB) string {
	t.Helper()
	if !c.out.Scan() {
		t.Fatalf("the relay's process says no more: %v", c.out.Err())
	}
	return c.out.Text()
}

// measure asks for the memory at rest, or for the most since it was at rest.
func (c *child) measure(t testing.TB, what string) (m memory) {
	t.Helper()
	if _, err := fmt.Fprintln(c.in, what); err != nil {
		t.Fatal(err)
	}
	if _, err := fmt.Sscan(c.line(t), &m.runtime, &m.resident); err != nil {
		t.Fatal(err)
	}
	return m
}

// beRelay is the other process: it runs a relay and answers questions until its
// input ends.
func beRelay(dir string) error {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	cfg := settings(dir)
	cfg.HostsPerAddress = 1000
	cfg.Log = slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError}))
	relay, err := app.Open(ctx, cfg)
	if err != nil {
		return err
	}
	done := make(chan error, 1)
	go func() { done <- relay.Run(ctx) }()
	fmt.Println(relay.Address())
	var most atomic.Int64
	go watchMemory(ctx, &most)
	for questions := bufio.NewScanner(os.Stdin); questions.Scan(); {
		if questions.Text() == "rest" {
			debug.FreeOSMemory()
			most.Store(held())
		}
		fmt.Println(max(most.Load(), held()), resident())
	}
	cancel()
	return <-done
}

// watchMemory notes the most that is held.
func watchMemory(ctx context.Context, most *atomic.Int64) {
	for ctx.Err() == nil {
		if now := held(); now > most.Load() {
			most.Store(now)
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// held is the memory that Go has from the system and has not given back.
func held() int64 {
	samples := []metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
	metrics.Read(samples)
	return int64(samples[0].Value.Uint64() - samples[1].Value.Uint64())
}

// resident is the most memory that the system has counted for this process.
func resident() int64 {
	if runtime.GOOS != "linux" {
		return 0
	}
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(status), "VmHWM:")
	number, _, _ := strings.Cut(strings.TrimSpace(rest), " ")
	kilobytes, _ := strconv.ParseInt(number, 10, 64)
	return kilobytes << 10
}

func contains(data []byte, text string) bool { return bytes.Contains(data, []byte(text)) }
