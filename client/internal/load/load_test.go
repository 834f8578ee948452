package load

import (
	"errors"
	"runtime"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestReading(t *testing.T) {
	some := func(v float64) *float64 { return &v }
	for _, c := range []struct {
		name  string
		after time.Duration
		now   times
		err   error
		want  Load
	}{
		{"half of a core, a quarter of all", 2 * time.Second, times{own: 11, busy: 101, idle: 103}, nil, Load{Own: some(0.5), Machine: some(0.25)}},
		{"more than one core", time.Second, times{own: 12.5, busy: 104, idle: 100}, nil, Load{Own: some(2.5), Machine: some(1)}},
		{"nothing", time.Second, times{own: 10, busy: 100, idle: 104}, nil, Load{Own: some(0), Machine: some(0)}},
		{"counters that go back", time.Second, times{own: 10, busy: 99, idle: 104}, nil, Load{Own: some(0), Machine: some(0)}},
		{"no time", 0, times{own: 10, busy: 100, idle: 100}, nil, Load{}},
		{"no answer", time.Second, times{}, errors.New("gone"), Load{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				now, err := times{own: 10, busy: 100, idle: 100}, error(nil)
				m, e := newMeter(func() (times, error) { return now, err })
				if e != nil {
					t.Fatal(e)
				}
				time.Sleep(c.after)
				now, err = c.now, c.err
				c.want.Cores = runtime.NumCPU()
				if d := cmp.Diff(c.want, m.Read()); d != "" {
					t.Error(d)
				}
			})
		})
	}
}

func TestASystemThatDoesNotTell(t *testing.T) {
	silent := errors.New("silent")
	if _, err := newMeter(func() (times, error) { return times{}, silent }); !errors.Is(err, silent) {
		t.Errorf("got %v", err)
	}
}

// This computer is asked, while this program has a core to do.
func TestThisComputer(t *testing.T) {
	m, err := New()
	if err != nil {
		t.Fatal(err)
	}
	for rounds, end := 0, time.Now().Add(100*time.Millisecond); time.Now().Before(end); {
		rounds++
	}
	l := m.Read()
	if l.Own == nil || *l.Own <= 0 || *l.Own > float64(l.Cores)+0.5 {
		t.Errorf("this program used %v of %d cores", l.Own, l.Cores)
	}
	if l.Machine == nil || *l.Machine <= 0 || *l.Machine > 1 {
		t.Errorf("this computer was busy for %v", l.Machine)
	}
}
