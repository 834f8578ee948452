package main

import (
	"bufio"
	"encoding/json"
	"io"
	"net"
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/lendhand/lendhand/client/internal/badlink/shape"
)

const inside = "LENDHAND_BADLINK_INSIDE"

// This test runs itself again in a namespace where it may do as it likes. That takes root,
// or a kernel that lets anybody be root of a namespace and open /dev/net/tun; elsewhere it
// fails, since nothing else shows that packets pass between namespaces.
func TestLinkBetweenNamespaces(t *testing.T) {
	if os.Getenv(inside) == "" {
		inNamespace(t)
		return
	}
	l := startLink(t, "delay=5ms")
	conn := l.dial(t, l.echo(t))
	if rtt := quartile(t, conn, 51); rtt < 10*time.Millisecond || rtt > 12*time.Millisecond {
		t.Errorf("a round trip takes %v, want 10ms and less than 2ms more", rtt)
	}
	l.say(t, "rate=100M delay=0s")
	if rtt := quartile(t, conn, 201); rtt > 2*time.Millisecond {
		t.Errorf("a round trip takes %v, want less than 2ms", rtt)
	}
	l.say(t, "to=far loss=1")
	if _, err := ping(t, conn); err == nil {
		t.Error("an answer to a packet that was lost")
	}
	l.say(t, "down")
	l.say(t, "loss=0 up")
	if _, err := ping(t, conn); err != nil {
		t.Errorf("after the blackout: %v", err)
	}
	far, near := l.count(t)
	if far.Lost != 1 || near.Lost != 0 || far.LeftPackets != 253 || near.LeftPackets != 253 {
		t.Errorf("far: %+v\nnear: %+v\nwant 253 packets each way and one lost on the way there", far, near)
	}
}

// inNamespace runs the calling test in a process with a network of its own.
func inNamespace(t *testing.T) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), self, "-test.run=^"+t.Name()+"$", "-test.v")
	cmd.Env = append(os.Environ(), inside+"=1")
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: unix.CLONE_NEWNET}
	if os.Getuid() != 0 {
		cmd.SysProcAttr.Cloneflags |= unix.CLONE_NEWUSER
		cmd.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}}
	}
	out, err := cmd.CombinedOutput()
	t.Logf("in a namespace:\n%s", out)
	if err != nil {
		t.Fatalf("in a namespace (run it as root, or allow user namespaces and /dev/net/tun): %v", err)
	}
}

// program is a running badlink.
type program struct {
	in       io.Writer
	out      *bufio.Scanner
	greeting struct{ Namespace, Near, Far string }
}

// startLink runs the program as main does.
func startLink(t *testing.T, words string) *program {
	t.Helper()
	inRead, inWrite := io.Pipe()
	outRead, outWrite := io.Pipe()
	done := make(chan error)
	go func() { done <- run(t.Context(), strings.Fields(words), inRead, outWrite); _ = outWrite.Close() }()
	t.Cleanup(func() {
		_ = inWrite.Close()
		if err := <-done; err != nil {
			t.Errorf("the link ended: %v", err)
		}
	})
	l := &program{in: inWrite, out: bufio.NewScanner(outRead)}
	l.hear(t, &l.greeting)
	return l
}

func (l *program) hear(t *testing.T, into any) {
	t.Helper()
	if !l.out.Scan() {
		t.Fatal("the program said nothing")
	}
	if err := json.Unmarshal(l.out.Bytes(), into); err != nil || strings.Contains(l.out.Text(), "error") {
		t.Fatalf("%s: %v", l.out.Text(), err)
	}
}

func (l *program) say(t *testing.T, line string) {
	t.Helper()
	_, _ = io.WriteString(l.in, line+"\n")
	var settings map[string]string
	l.hear(t, &settings)
}

func (l *program) count(t *testing.T) (far, near shape.Counters) {
	t.Helper()
	_, _ = io.WriteString(l.in, "count\n")
	var c struct{ Far, Near shape.Counters }
	l.hear(t, &c)
	return c.Far, c.Near
}

// echo sends back what comes to a port of the far side. A socket stays in the namespace
// that it was made in, wherever its reader is.
func (l *program) echo(t *testing.T) (address string) {
	t.Helper()
	var conn net.PacketConn
	err := elsewhere(func() error {
		fd, err := unix.Open(l.greeting.Namespace, unix.O_RDONLY|unix.O_CLOEXEC, 0)
		if err != nil {
			return err
		}
		defer func() { _ = unix.Close(fd) }()
		if err := unix.Setns(fd, unix.CLONE_NEWNET); err != nil {
			return err
		}
		conn, err = net.ListenPacket("udp4", l.greeting.Far+":0")
		return err
	})
	if err != nil {
		t.Fatalf("listen on the far side: %v", err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		packet := make([]byte, 2000)
		for n, from, err := conn.ReadFrom(packet); err == nil; n, from, err = conn.ReadFrom(packet) {
			_, _ = conn.WriteTo(packet[:n], from)
		}
	}()
	t.Cleanup(func() { _ = conn.Close(); <-done })
	return conn.LocalAddr().String()
}

func (l *program) dial(t *testing.T, address string) net.Conn {
	t.Helper()
	conn, err := net.Dial("udp4", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}

// ping sends a packet of 1,000 bytes and waits for it to come back.
func ping(t *testing.T, conn net.Conn) (time.Duration, error) {
	t.Helper()
	start := time.Now()
	if _, err := conn.Write(make([]byte, 1000)); err != nil {
		t.Fatal(err)
	}
	_ = conn.SetReadDeadline(start.Add(300 * time.Millisecond))
	_, err := conn.Read(make([]byte, 2000))
	return time.Since(start), err
}

// quartile returns the lower one of so many round trips: others may need the processor too.
func quartile(t *testing.T, conn net.Conn, times int) time.Duration {
	t.Helper()
	var took []time.Duration
	for range times {
		rtt, err := ping(t, conn)
		if err != nil {
			t.Fatalf("round trip: %v", err)
		}
		took = append(took, rtt)
	}
	slices.Sort(took)
	t.Logf("round trips: least %v, median %v, most %v", took[0], took[times/2], took[times-1])
	return took[times/4]
}
