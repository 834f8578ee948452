package encodetest

import (
	"fmt"
	"image"
	"os"
	"regexp"
	"runtime"
	"strconv"
	"sync"
	"testing"

	"github.com/lendhand/lendhand/client/internal/encode"
)

// RunMemory tests that encoders which come and go on one thread after the other, as they
// do when the codec changes, leave little of their memory behind.
func RunMemory(t *testing.T, codec encode.Codec) {
	const encoders, most = 12, 160 << 20
	var threads sync.WaitGroup
	end := make(chan struct{})
	defer threads.Wait()
	defer close(end)
	first := 0
	for n := range encoders {
		used := make(chan int)
		threads.Go(func() {
			runtime.LockOSThread() // and nobody else gets this thread before the end
			useOnce(t, codec)
			used <- anonymousMemory(t)
			<-end
		})
		held := <-used
		if n == 0 {
			first = held
		}
		if held-first > most {
			t.Fatalf("%d encoders left %d MiB behind", n+1, (held-first)>>20)
		}
	}
}

func useOnce(t *testing.T, codec encode.Codec) {
	size := image.Pt(1920, 1080)
	e, err := codec.New(encode.Config{Picture: size, Size: size, BitsPerSecond: 4_000_000, Threads: 2})
	if err != nil {
		t.Error(err)
		return
	}
	defer func() { _ = e.Close() }()
	p := NewPicture(size)
	for n := range 2 {
		p.Damage(image.Rectangle{Max: size})
		p.Text(image.Rect(0, 0, 400, 300), uint64(n)) //nolint:gosec // it is 0 or 1
		if _, err := e.Encode(p.Frame, encode.Options{}); err != nil {
			t.Error(err)
		}
	}
}

var anonymous = regexp.MustCompile(`RssAnon:\s+(\d+) kB`)

// anonymousMemory returns the bytes of memory that this process has and no file.
func anonymousMemory(t *testing.T) int {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Error(err)
		return 0
	}
	match := anonymous.FindSubmatch(status)
	if match == nil {
		t.Error(fmt.Errorf("no RssAnon in %q", status))
		return 0
	}
	kilobytes, err := strconv.Atoi(string(match[1]))
	if err != nil {
		t.Error(err)
	}
	return kilobytes << 10
}
