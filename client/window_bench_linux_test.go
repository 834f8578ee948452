package main

import (
	"bufio"
	"bytes"
	"fmt"
	"image"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/xproto"

	"github.com/lendhand/lendhand/client/internal/xvfbtest"
)

// BenchmarkFirstPage is how long the program takes from its start to the first page that
// the person sees, and what memory it has then that is its own: in a window, and in a
// terminal. There is no relay.
func BenchmarkFirstPage(b *testing.B) {
	program := filepath.Join(b.TempDir(), "lendhand")
	build := exec.Command("go", "build", "-o", program, ".")
	if said, err := build.CombinedOutput(); err != nil {
		b.Fatalf("build: %v: %s", err, said)
	}
	size := image.Pt(1280, 800)
	xvfbtest.Start(b, size)
	c, screen := xvfbtest.Connect(b)
	for _, kind := range []string{"window", "terminal"} {
		b.Run(kind, func(b *testing.B) {
			memory := 0
			for b.Loop() {
				memory += firstPage(b, program, kind, func() bool { return drawn(b, c, screen) })
			}
			b.ReportMetric(float64(memory)/float64(b.N)/1024, "MB-PSS")
		})
	}
}

// firstPage runs the program until its first page is there, and returns its memory in KiB.
func firstPage(b *testing.B, program, kind string, shown func() bool) (kib int) {
	b.Helper()
	command := exec.Command(program, "--ui", kind, "--server", "localhost:1")
	command.Env = append(os.Environ(), "XDG_CONFIG_HOME="+b.TempDir())
	out, err := command.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := command.Start(); err != nil {
		b.Fatal(err)
	}
	defer func() {
		b.StopTimer()
		_ = command.Process.Kill()
		_ = command.Wait()
		for kind == "window" && shown() {
			time.Sleep(time.Millisecond)
		}
		b.StartTimer()
	}()
	if kind == "terminal" {
		if _, err := bufio.NewReader(out).ReadString('\n'); err != nil {
			b.Fatal(err)
		}
	} else {
		for deadline := time.Now().Add(time.Minute); !shown(); time.Sleep(2 * time.Millisecond) {
			if time.Now().After(deadline) {
				b.Fatal("no page within a minute")
			}
		}
	}
	b.StopTimer()
	defer b.StartTimer()
	time.Sleep(500 * time.Millisecond) // what it does right after
	return pss(b, command.Process.Pid)
}

// drawn reports whether there are letters in the middle of the desktop: many colours.
func drawn(b *testing.B, c *xgb.Conn, screen *xproto.ScreenInfo) bool {
	b.Helper()
	const width, high = 600, 400
	reply, err := xproto.GetImage(c, xproto.ImageFormatZPixmap, xproto.Drawable(screen.Root),
		int16(screen.WidthInPixels-width)/2, int16(screen.HeightInPixels-high)/2, width, high, ^uint32(0)).Reply()
	if err != nil {
		b.Fatal(err)
	}
	seen := make(map[[3]byte]bool)
	for n := 0; n+3 < len(reply.Data); n += 4 {
		seen[[3]byte(reply.Data[n:n+3])] = true
	}
	return len(seen) > 16
}

// pss is a process's share of the memory that it uses, in KiB.
func pss(b *testing.B, pid int) int {
	b.Helper()
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/smaps_rollup", pid))
	if err != nil {
		b.Fatal(err)
	}
	for line := range bytes.Lines(data) {
		if fields := bytes.Fields(line); len(fields) == 3 && string(fields[0]) == "Pss:" {
			kib, err := strconv.Atoi(string(fields[1]))
			if err != nil {
				b.Fatal(err)
			}
			return kib
		}
	}
	b.Fatal("no PSS")
	return 0
}
