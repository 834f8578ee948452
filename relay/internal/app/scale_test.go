package app_test

import (
	"context"
	"crypto/ed25519"
	"crypto/tls"
	"crypto/x509"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"github.com/lendhand/lendhand/relay/internal/app"
	"github.com/lendhand/lendhand/signaling"
	"github.com/lendhand/lendhand/signaling/grant"
	"github.com/lendhand/lendhand/signaling/sigclient"
)

// What 10,000 waiting hosts cost a relay of its own process, over TLS. The hosts'
// ends are in this process, and answer pings.
func BenchmarkWaitingHosts(b *testing.B) {
	const hosts = 10_000
	for b.Loop() {
		c := startChild(b)
		before := c.measure(b, "rest")
		var some, all sync.WaitGroup
		b.Cleanup(all.Wait) // after their connections are closed
		var lost atomic.Int64
		for part := range 8 {
			some.Go(func() {
				for i := part; i < hosts; i += 8 {
					ws := c.dialHost(b, sourceOf(i))
					register(b, ws)
					all.Go(func() {
						readAll(ws)
						lost.Add(1)
					})
				}
			})
		}
		some.Wait()
		var after memory
		for range 4 { // stacks shrink by half each time that the collector comes by
			after = c.measure(b, "rest")
		}
		if n := lost.Load(); n > 0 {
			b.Fatalf("%d of %d hosts do not wait any more", n, hosts)
		}
		b.ReportMetric(float64(after.runtime)/(1<<20), "MiB")
		b.ReportMetric(float64(after.resident)/(1<<20), "MiB-resident-at-most")
		b.ReportMetric(float64(after.runtime-before.runtime)/hosts/(1<<10), "KiB/host")
	}
}

// readAll reads until the connection ends.
func readAll(ws *websocket.Conn) {
	_ = ws.SetReadDeadline(time.Time{})
	for {
		if _, _, err := ws.ReadMessage(); err != nil {
			return
		}
	}
}

// How long 1,000 waiting hosts take to be back after a relay has restarted.
func BenchmarkComeBack(b *testing.B) {
	for b.Loop() {
		b.StopTimer()
		crowd := gather(b, 1000)
		crowd.relay.stop()
		b.StartTimer()
		start(b, crowd.cfg)
		began := time.Now()
		for crowd.back.Load() < 1000 {
			if time.Since(began) > time.Minute {
				b.Fatalf("%d of 1000 are back after a minute", crowd.back.Load())
			}
			time.Sleep(10 * time.Millisecond)
		}
		b.ReportMetric(time.Since(began).Seconds(), "s/1000-hosts")
		b.StopTimer()
		crowd.leave()
		b.StartTimer()
	}
}

// crowd is many hosts that wait, each with the program's own client.
type crowd struct {
	cfg           app.Config
	relay         *relay
	waiting, back atomic.Int64
	leave         func()
}

// gather has hosts wait, as fast as one network may bring them.
func gather(b *testing.B, hosts int) *crowd {
	b.Helper()
	dir := b.TempDir()
	c := &crowd{cfg: settings(dir)}
	c.cfg.HostsPerAddress = 2 * hosts
	c.relay = start(b, c.cfg)
	c.cfg.Listen = c.relay.Address().String()
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	c.leave = func() { cancel(); running.Wait() }
	b.Cleanup(c.leave)
	trust := trustOf(b, dir)
	for n := range hosts {
		if n >= 550 {
			time.Sleep(100 * time.Millisecond)
		}
		client, err := sigclient.New(sigclient.Config{
			URL: "wss://" + c.relay.PublicURL().Host + "/signal/host", TLS: trust, Incoming: signaling.RelayToHost,
			Lost: signaling.EndHostLost, First: newcomer(b),
		})
		if err != nil {
			b.Fatal(err)
		}
		running.Go(func() { _ = client.Run(ctx) }) // ends with ctx
		running.Go(func() { c.listen(client) })
	}
	for began := time.Now(); c.waiting.Load() < int64(hosts); time.Sleep(10 * time.Millisecond) {
		if time.Since(began) > time.Minute {
			b.Fatalf("%d of %d wait", c.waiting.Load(), hosts)
		}
	}
	return c
}

func (c *crowd) listen(client *sigclient.Client) {
	for m := range client.Messages() {
		switch m.(type) {
		case *signaling.Registered:
			c.waiting.Add(1)
		case *signaling.Resumed:
			c.back.Add(1)
		}
	}
}

func newcomer(b *testing.B) func() signaling.Message {
	b.Helper()
	public, _, err := ed25519.GenerateKey(nil)
	if err != nil {
		b.Fatal(err)
	}
	return func() signaling.Message {
		return &signaling.Register{
			Version: signaling.Version, Name: "reception-pc", SessionKey: grant.EncodeKey(public), Fingerprint: fingerprint,
		}
	}
}

func trustOf(b *testing.B, dir string) *tls.Config {
	b.Helper()
	ca, err := os.ReadFile(filepath.Join(dir, app.CAFile))
	if err != nil {
		b.Fatal(err)
	}
	trust := &tls.Config{RootCAs: x509.NewCertPool(), MinVersion: tls.VersionTLS12}
	trust.RootCAs.AppendCertsFromPEM(ca)
	return trust
}
