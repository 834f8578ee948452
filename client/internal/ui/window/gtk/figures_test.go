//go:build linux

package gtk_test

import (
	"bytes"
	"fmt"
	"image"
	"os"
	"testing"
	"time"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/xproto"

	"github.com/lendhand/lendhand/client/internal/ui/window/gtk/gtktest"
	"github.com/lendhand/lendhand/client/internal/xvfbtest"
)

// BenchmarkStart measures from the start of a process to a page that is drawn, and its
// memory then: what is its own, and its part of what others have too.
func BenchmarkStart(b *testing.B) {
	xvfbtest.Start(b, image.Pt(1000, 800))
	c, screen := xvfbtest.Connect(b)
	memory := 0.0
	for b.Loop() {
		p := gtktest.Start(b)
		p.Show(waiting(0))
		for !drawn(c, screen.Root) {
			time.Sleep(2 * time.Millisecond)
		}
		b.StopTimer()
		memory = kilobytes(b, p.PID, "smaps_rollup", "Pss:")
		p.Stop()
		for drawn(c, screen.Root) {
			time.Sleep(2 * time.Millisecond)
		}
		b.StartTimer()
	}
	b.ReportMetric(memory/1024, "MB")
}

// BenchmarkBar measures the processor time that a bar takes while nothing happens.
func BenchmarkBar(b *testing.B) {
	xvfbtest.Start(b, image.Pt(1000, 800))
	p := gtktest.Start(b)
	p.Do(gtktest.Order{Bar: someBar()})
	time.Sleep(3 * time.Second)
	const watched = 20 * time.Second
	for b.Loop() {
		before := processor(b, p.PID)
		time.Sleep(watched)
		b.ReportMetric(100*(processor(b, p.PID)-before).Seconds()/watched.Seconds(), "%CPU")
	}
}

// kilobytes reads a line of a file of a process.
func kilobytes(tb testing.TB, pid int, file, line string) float64 {
	tb.Helper()
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/%s", pid, file))
	if err != nil {
		tb.Fatal(err)
	}
	at := bytes.Index(data, []byte("\n"+line))
	var n float64
	if _, err := fmt.Sscan(string(data[at+len(line)+1:]), &n); at < 0 || err != nil {
		tb.Fatalf("no %s in %s: %v", line, file, err)
	}
	return n
}

// processor is the processor time that a process has had, in all its threads, as finely as
// the scheduler counts.
func processor(tb testing.TB, pid int) time.Duration {
	tb.Helper()
	threads, err := os.ReadDir(fmt.Sprintf("/proc/%d/task", pid))
	if err != nil {
		tb.Fatal(err)
	}
	total := time.Duration(0)
	for _, thread := range threads {
		data, err := os.ReadFile(fmt.Sprintf("/proc/%d/task/%s/schedstat", pid, thread.Name()))
		var ran int64
		if _, scan := fmt.Sscan(string(data), &ran); err != nil || scan != nil {
			tb.Fatalf("read the time of a thread: %v %v", err, scan)
		}
		total += time.Duration(ran)
	}
	return total
}

// drawn reports whether something is drawn in the middle of the desktop, which is black.
func drawn(c *xgb.Conn, root xproto.Window) bool {
	const all = 1<<32 - 1
	reply, err := xproto.GetImage(c, xproto.ImageFormatZPixmap, xproto.Drawable(root), 400, 300, 200, 200, all).Reply()
	if err != nil {
		return false
	}
	seen := make(map[[4]byte]bool)
	for n := 0; n+3 < len(reply.Data); n += 4 {
		seen[[4]byte(reply.Data[n:n+4])] = true
	}
	return len(seen) > 3
}
