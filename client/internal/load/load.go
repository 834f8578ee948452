// Package load measures how busy this computer is, and how much of that is this
// program. It is the one place that knows gopsutil, which reads it from each system.
package load

import (
	"fmt"
	"os"
	"runtime"
	"time"

	"github.com/shirou/gopsutil/v4/cpu"
	"github.com/shirou/gopsutil/v4/process"
)

// Load is how busy a computer was for a while. What is nil is not known.
type Load struct {
	// Own is what this program used of it: 1 is one core.
	Own *float64
	// Machine is the share of the whole computer that was busy, 0 to 1.
	Machine *float64
	// Cores is the number of cores that this program may use.
	Cores int
}

// Unknown is the meter of a system that does not tell.
type Unknown struct{}

// Read returns what is known everywhere.
func (Unknown) Read() Load { return Load{Cores: runtime.NumCPU()} }

// times are seconds of processors, since some beginning.
type times struct {
	own        float64 // of this program
	busy, idle float64 // of the whole computer
}

// Meter measures from one reading to the next. It is used by one goroutine.
type Meter struct {
	read   func() (times, error)
	before times
	at     time.Time
}

// New returns a Meter whose first reading covers the time from now on. Its error says
// that this system does not tell.
func New() (*Meter, error) { return newMeter(read) }

func newMeter(read func() (times, error)) (*Meter, error) {
	now, err := read()
	if err != nil {
		return nil, err
	}
	return &Meter{read: read, before: now, at: time.Now()}, nil
}

// Read returns the load since the reading before. What cannot be measured is left out.
func (m *Meter) Read() Load {
	l := Load{Cores: runtime.NumCPU()}
	now, err := m.read()
	if err != nil {
		return l
	}
	at := time.Now()
	l.Own = share(now.own-m.before.own, at.Sub(m.at).Seconds())
	busy, idle := now.busy-m.before.busy, now.idle-m.before.idle
	l.Machine = share(busy, busy+max(0, idle))
	m.before, m.at = now, at
	return l
}

// share returns nil for a part of nothing. A part can be less than nothing, as some
// counters of Linux now and then count backwards.
func share(part, whole float64) *float64 {
	if whole <= 0 {
		return nil
	}
	s := max(0, part/whole)
	return &s
}

// read asks the system.
func read() (times, error) {
	p := process.Process{Pid: int32(os.Getpid())} //nolint:gosec // the system's own numbers
	own, err := p.Times()
	if err != nil {
		return times{}, fmt.Errorf("read own load: %w", err)
	}
	all, err := cpu.Times(false)
	if err != nil {
		return times{}, fmt.Errorf("read the computer's load: %w", err)
	}
	if len(all) != 1 {
		return times{}, fmt.Errorf("read the computer's load: %d answers", len(all))
	}
	c := all[0]
	return times{
		own:  own.User + own.System,
		busy: c.User + c.System + c.Nice + c.Irq + c.Softirq + c.Steal,
		idle: c.Idle + c.Iowait,
	}, nil
}
