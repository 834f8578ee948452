package main

import (
	"errors"
	"fmt"
	"runtime"
	"sync"
	"time"

	"golang.org/x/sys/unix"

	"github.com/lendhand/lendhand/client/internal/badlink/shape"
)

const (
	// maxPacket is the most that is read at once.
	maxPacket = 65_536
	// batch is how many packets are read before those that are due are written.
	batch = 32
	// slack, in nanoseconds, is how late the kernel may wake a sleeper to save power. It
	// is 50,000 where nobody asks for less.
	slack = 1
	// aboveOthers is a nice value. The link must not be slower because the programs that
	// it carries packets for keep the processor busy.
	aboveOthers = -20
	ipv4        = 4
)

// direction passes packets one way.
type direction struct {
	// Set at construction.
	start time.Time // what the shaper counts from

	// Set by open, owned by run.
	from, to int // devices or sockets, not blocking
	memory   []byte

	wake int // an eventfd, written to when something has changed

	mu     sync.Mutex
	shaper *shape.Shaper
	ending bool
}

func newDirection(seed uint64) *direction {
	return &direction{start: time.Now(), wake: -1, shaper: shape.New(shape.Defaults(), seed)}
}

// open makes it ready to run between two file descriptors, which stay the caller's.
func (d *direction) open(from, to int) error {
	wake, err := unix.Eventfd(0, unix.EFD_NONBLOCK|unix.EFD_CLOEXEC)
	if err != nil {
		return fmt.Errorf("eventfd: %w", err)
	}
	d.from, d.to, d.memory = from, to, make([]byte, maxPacket)
	d.mu.Lock()
	d.wake = wake
	d.mu.Unlock()
	return nil
}

// run passes packets until end is called. One thread does it all, because handing a packet
// from one to another takes longer than the packet may; it sleeps in ppoll, whose time limit
// is precise to the nanosecond, where the runtime's timers round to a millisecond.
func (d *direction) run() error {
	runtime.LockOSThread() // and never unlocked: the thread is not to be used for other things
	if err := unix.Prctl(unix.PR_SET_TIMERSLACK, slack, 0, 0, 0); err != nil {
		return fmt.Errorf("timer slack: %w", err)
	}
	// Whoever is root of nothing but a namespace may not, and has a link that is less precise.
	_ = unix.Setpriority(unix.PRIO_PROCESS, unix.Gettid(), aboveOthers)
	for {
		wait, more, err := d.turn()
		if err != nil || !more {
			return err
		}
		if err := d.sleep(wait); err != nil {
			return err
		}
	}
}

// turn reads what there is and writes what is due. It returns how long nothing will be.
func (d *direction) turn() (wait *unix.Timespec, more bool, err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.ending {
		return nil, false, nil
	}
	if err := d.read(); err != nil {
		return nil, false, err
	}
	if err := d.write(); err != nil {
		return nil, false, err
	}
	if next, ok := d.shaper.Next(); ok {
		t := unix.NsecToTimespec(max(0, int64(next-time.Since(d.start))))
		wait = &t
	}
	return wait, true, nil
}

func (d *direction) read() error {
	for range batch {
		n, err := unix.Read(d.from, d.memory)
		if errors.Is(err, unix.EAGAIN) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read a packet: %w", err)
		}
		// IPv6 is what the kernel says to itself, of neighbours and routers: it would be counted.
		if n > 0 && d.memory[0]>>4 == ipv4 {
			d.shaper.Push(time.Since(d.start), d.memory[:n])
		}
	}
	return nil
}

func (d *direction) write() error {
	for packet := d.shaper.Pop(time.Since(d.start)); packet != nil; packet = d.shaper.Pop(time.Since(d.start)) {
		// A full queue of the receiving kernel loses a packet, as it does on any network.
		_, err := unix.Write(d.to, packet)
		if err != nil && !errors.Is(err, unix.EAGAIN) && !errors.Is(err, unix.ENOBUFS) {
			return fmt.Errorf("write a packet: %w", err)
		}
	}
	return nil
}

// sleep waits for a packet, a change, or the end of this time, if there is one.
func (d *direction) sleep(wait *unix.Timespec) error {
	events := []unix.PollFd{{Fd: int32(d.from), Events: unix.POLLIN}, {Fd: int32(d.wake), Events: unix.POLLIN}}
	n, err := unix.Ppoll(events, wait, nil)
	if err != nil && !errors.Is(err, unix.EINTR) {
		return fmt.Errorf("wait for a packet: %w", err)
	}
	if n > 0 && events[1].Revents != 0 {
		var count [8]byte
		_, _ = unix.Read(d.wake, count[:])
	}
	return nil
}

// end makes run return.
func (d *direction) end() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.ending = true
	d.rouse()
}

// close is called after run has returned.
func (d *direction) close() {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.wake >= 0 {
		_ = unix.Close(d.wake)
		d.wake = -1
	}
}

// rouse ends the sleep of run. It is called with mu held.
func (d *direction) rouse() {
	if d.wake >= 0 {
		_, _ = unix.Write(d.wake, []byte{1, 0, 0, 0, 0, 0, 0, 0}) // fails only when many wait to be read
	}
}

func (d *direction) settings() shape.Settings {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.shaper.Settings()
}

func (d *direction) counters() shape.Counters {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.shaper.Counters()
}

func (d *direction) change(s shape.Settings) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.shaper.Change(time.Since(d.start), s)
	d.rouse()
}
