package main

import (
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/lendhand/lendhand/client/internal/badlink/shape"
)

// socketPair returns two sockets that pass packets whole, as a TUN device does.
func socketPair(t *testing.T) (ours, theirs int) {
	t.Helper()
	fds, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_SEQPACKET|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	if err := unix.SetNonblock(fds[1], true); err != nil {
		t.Fatal(err)
	}
	limit := unix.Timeval{Sec: 5}
	if err := unix.SetsockoptTimeval(fds[0], unix.SOL_SOCKET, unix.SO_RCVTIMEO, &limit); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = unix.Close(fds[0]); _ = unix.Close(fds[1]) })
	return fds[0], fds[1]
}

// running starts a direction and returns the socket before it and the one behind it.
func running(t *testing.T, words string) (d *direction, before, behind int) {
	t.Helper()
	d = newDirection(1)
	d.change(wanted(t, words))
	before, from := socketPair(t)
	behind, to := socketPair(t)
	if err := d.open(from, to); err != nil {
		t.Fatal(err)
	}
	done := make(chan error)
	go func() { done <- d.run() }()
	t.Cleanup(func() {
		d.end()
		if err := <-done; err != nil {
			t.Errorf("the direction ended: %v", err)
		}
		d.close()
	})
	return d, before, behind
}

func wanted(t *testing.T, words string) shape.Settings {
	t.Helper()
	s, err := with(shape.Defaults(), strings.Fields(words))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// send sends a packet of IPv4, as far as a direction looks at it.
func send(t *testing.T, to, bytes int) {
	t.Helper()
	packet := make([]byte, bytes)
	packet[0] = ipv4 << 4
	if _, err := unix.Write(to, packet); err != nil {
		t.Fatalf("send: %v", err)
	}
}

func receive(t *testing.T, from int) (bytes int) {
	t.Helper()
	n, err := unix.Read(from, make([]byte, maxPacket))
	for err == unix.EINTR { // the runtime interrupts whoever is long in a call
		n, err = unix.Read(from, make([]byte, maxPacket))
	}
	if err != nil {
		t.Fatalf("receive: %v", err)
	}
	return n
}

// The lower quartile is judged, because other programs may have the processor half the time.
func TestPacketsTakeTheTimeTheyShould(t *testing.T) {
	for words, want := range map[string]time.Duration{
		"":                    0,
		"rate=100M":           80 * time.Microsecond,
		"delay=7ms":           7 * time.Millisecond,
		"rate=10M delay=20ms": 20*time.Millisecond + 800*time.Microsecond,
	} {
		t.Run(words, func(t *testing.T) {
			_, before, behind := running(t, words)
			var took []time.Duration
			for range 51 {
				start := time.Now()
				send(t, before, 1000)
				receive(t, behind)
				took = append(took, time.Since(start))
			}
			slices.Sort(took)
			t.Logf("least %v, median %v, most %v", took[0], took[25], took[50])
			if took[0] < want || took[12] > want+time.Millisecond {
				t.Errorf("a packet takes %v, at least %v, want %v and less than 1ms more", took[12], took[0], want)
			}
		})
	}
}

func TestRateIsKept(t *testing.T) {
	d, before, behind := running(t, "rate=20M")
	const packets = 200
	start := time.Now()
	for range packets {
		send(t, before, 1250)
	}
	for range packets {
		receive(t, behind)
	}
	took, want := time.Since(start), 100*time.Millisecond
	if took < want || took > 2*want { // on a busy machine the sender may be late
		t.Errorf("%d packets took %v, want %v or little more", packets, took, want)
	}
	if c := d.counters(); c.LeftPackets != packets || c.LeftBytes != packets*1250 {
		t.Errorf("%d packets of %d bytes left", c.LeftPackets, c.LeftBytes)
	}
}

// A change takes effect at once, while the direction sleeps.
func TestDownAndUp(t *testing.T) {
	d, before, behind := running(t, "delay=10s")
	send(t, before, 100)
	for d.counters().EnteredPackets == 0 {
		time.Sleep(time.Millisecond)
	}
	d.change(wanted(t, "down"))
	if c := d.counters(); c.Cut != 1 {
		t.Errorf("%d packets were cut off, want 1", c.Cut)
	}
	d.change(wanted(t, "up"))
	start := time.Now()
	send(t, before, 200)
	if n := receive(t, behind); n != 200 {
		t.Errorf("a packet of %d bytes came, want the one of 200", n)
	}
	if took := time.Since(start); took > time.Second {
		t.Errorf("it took %v", took)
	}
}

// The packet on the line is to travel as long as the settings say when it leaves that.
func TestChangeEndsTheSleep(t *testing.T) {
	d, before, behind := running(t, "rate=8k delay=10s")
	start := time.Now()
	send(t, before, 100)
	for d.counters().EnteredPackets == 0 {
		time.Sleep(time.Millisecond)
	}
	time.Sleep(10 * time.Millisecond) // until it sleeps
	d.change(wanted(t, "rate=8k"))
	receive(t, behind)
	if took := time.Since(start); took < 100*time.Millisecond || took > time.Second {
		t.Errorf("it took %v, want 100ms on the line and no delay", took)
	}
}

func TestOnlyIPv4IsPassed(t *testing.T) {
	d, before, behind := running(t, "")
	if _, err := unix.Write(before, []byte{6 << 4, 0, 0}); err != nil {
		t.Fatal(err)
	}
	send(t, before, 300)
	if n := receive(t, behind); n != 300 {
		t.Errorf("a packet of %d bytes came, want the one of 300", n)
	}
	if c := d.counters(); c.EnteredPackets != 1 {
		t.Errorf("%d packets were counted, want 1", c.EnteredPackets)
	}
}

// A device that is taken away ends the direction, which says so.
func TestBrokenDevice(t *testing.T) {
	d := newDirection(1)
	_, to := socketPair(t)
	if err := d.open(-1, to); err != nil {
		t.Fatal(err)
	}
	defer d.close()
	if err := d.run(); err == nil || !strings.Contains(err.Error(), "read a packet") {
		t.Errorf("run: %v", err)
	}
}
