package x11

import (
	"image"
	"os"
	"os/exec"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/lendhand/lendhand/client/internal/xvfbtest"
)

// asMouse has this program be a mouse that tells a thousand times a second.
const asMouse = "LENDHAND_TEST_MOUSE"

func TestMain(m *testing.M) {
	if os.Getenv(asMouse) == "" {
		goleak.VerifyTestMain(m)
	}
	os.Exit(m.Run())
}

// TestMouse is the mouse of BenchmarkMouse, and a short check of that otherwise.
func TestMouse(t *testing.T) {
	turns := 2000
	if os.Getenv(asMouse) == "" {
		xvfbtest.Start(t, image.Pt(320, 240))
		turns = 20
	}
	w, e := open(t, "Ctrl+Alt+End")
	p := newPerson(t, w)
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for n := range turns {
		<-tick.C
		p.Move(int32(1-2*(n%2)), 0)
	}
	told(t, "motion", e.touched)
}

// used returns the processor time that this process has used.
func used(b *testing.B) time.Duration {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkMouse tells what the watch costs in a second, with a mouse that another
// process plays, and without.
func BenchmarkMouse(b *testing.B) {
	xvfbtest.Start(b, image.Pt(320, 240))
	_, e := open(b, "Ctrl+Alt+End")
	for b.Loop() {
		idle := used(b)
		time.Sleep(time.Second)
		b.ReportMetric(float64((used(b) - idle).Microseconds()), "µs/s-idle")
		mouse := exec.Command(os.Args[0], "-test.run=^TestMouse$")
		mouse.Env = append(os.Environ(), asMouse+"=1")
		busy := used(b)
		if out, err := mouse.CombinedOutput(); err != nil {
			b.Fatalf("%v: %s", err, out)
		}
		const seconds = 2
		b.ReportMetric(float64((used(b)-busy).Microseconds())/seconds, "µs/s-at-1000Hz")
		for len(e.touched) > 0 {
			<-e.touched
		}
	}
}
