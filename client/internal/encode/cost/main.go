//go:build unix

// Command cost measures what a picture costs: the time and the processor's time of
// encoding it, by codec, by the size of the screen and by the share of it that has
// changed. It writes cost.csv and cost.svg into a folder; `make bench` runs it.
package main

import (
	"fmt"
	"image"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"time"

	"github.com/lendhand/lendhand/client/internal/encode"
	"github.com/lendhand/lendhand/client/internal/encode/aom"
	"github.com/lendhand/lendhand/client/internal/encode/encodetest"
	"github.com/lendhand/lendhand/client/internal/encode/vpx"
)

const (
	bitsPerSecond = 6_000_000
	threads       = 2
	// rounds are the pictures of which the median is taken.
	rounds = 9
	// scrolled is by how many pixels what changes moves up.
	scrolled = 16
)

// codecs are measured; the first stands for the best picture.
var codecs = []struct {
	name  string
	codec encode.Codec
}{
	{"AV1 4:4:4", aom.AV1444()}, {"AV1 4:2:0", aom.AV1()}, {"VP9", vpx.VP9()}, {"VP8", vpx.VP8()},
}

var (
	sizes    = []image.Point{{1280, 720}, {1920, 1080}, {2560, 1440}, {3840, 2160}}
	percents = []int{1, 5, 25, 100}
)

// row is one measurement.
type row struct {
	codec     string
	size      image.Point
	percent   int // of the picture that changes
	wall, cpu time.Duration
	bytes     int
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(1)
	}
}

func run() error {
	folder := "."
	if len(os.Args) > 1 {
		folder = os.Args[1]
	}
	rows, err := measureAll()
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(folder, "cost.csv"), table(rows), 0o644); err != nil {
		return fmt.Errorf("write figures: %w", err)
	}
	if err := os.WriteFile(filepath.Join(folder, "cost.svg"), plot(rows), 0o644); err != nil {
		return fmt.Errorf("write plot: %w", err)
	}
	return nil
}

func measureAll() ([]row, error) {
	var rows []row
	for _, size := range sizes {
		for _, c := range codecs {
			some, err := measure(c.codec, size)
			if err != nil {
				return nil, fmt.Errorf("%s, %v: %w", c.name, size, err)
			}
			for _, r := range some {
				r.codec = c.name
				fmt.Printf("%-10s %4dp %3d%%  %6.1f ms  %6.1f ms CPU  %7d bytes\n", r.codec, size.Y, r.percent,
					milliseconds(r.wall), milliseconds(r.cpu), r.bytes)
				rows = append(rows, r)
			}
		}
	}
	return rows, nil
}

// measure scrolls text in larger and larger parts of a screen that was sharp.
func measure(codec encode.Codec, size image.Point) ([]row, error) {
	e, err := codec.New(encode.Config{Picture: size, Size: size, BitsPerSecond: bitsPerSecond, Threads: threads})
	if err != nil {
		return nil, err
	}
	defer func() { _ = e.Close() }()
	p := encodetest.NewPicture(size)
	p.ColouredText(p.Frame.Bounds, 1)
	if err := sharpen(e, p); err != nil {
		return nil, err
	}
	var rows []row
	for _, percent := range percents {
		r, err := measurePart(e, p, image.Rect(0, 0, size.X, size.Y*percent/100))
		if err != nil {
			return nil, err
		}
		r.size, r.percent = size, percent
		rows = append(rows, r)
	}
	return rows, nil
}

// sharpen shows the first picture as a link of any rate does.
func sharpen(e encode.Encoder, p *encodetest.Picture) error {
	const passes, anything = 12, 1 << 30
	for range passes {
		packet, err := e.Encode(p.Frame, encode.Options{Refine: true, MaxBytes: anything})
		if err != nil || packet.Sharp {
			return err
		}
		p.Damage()
	}
	return nil
}

func measurePart(e encode.Encoder, p *encodetest.Picture, window image.Rectangle) (row, error) {
	var walls, cpus []time.Duration
	var bytes []int
	for n := range rounds {
		scroll(p, window, uint64(n))
		wall, cpu := time.Now(), used()
		packet, err := e.Encode(p.Frame, encode.Options{})
		if err != nil {
			return row{}, err
		}
		walls, cpus = append(walls, time.Since(wall)), append(cpus, used()-cpu)
		bytes = append(bytes, len(packet.Data))
	}
	return row{wall: median(walls), cpu: median(cpus), bytes: median(bytes)}, nil
}

// scroll moves the window's text up and writes a line below.
func scroll(p *encodetest.Picture, window image.Rectangle, seed uint64) {
	step := min(scrolled, window.Dy())
	keep := (window.Dy() - step) * p.Frame.Stride
	copy(p.Frame.Pix[:keep], p.Frame.Pix[step*p.Frame.Stride:])
	p.ColouredText(image.Rect(0, window.Max.Y-step, window.Max.X, window.Max.Y), seed)
	p.Damage(window)
}

// used is the processor's time that this program has used.
func used() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func median[T time.Duration | int](list []T) T {
	slices.Sort(list)
	return list[len(list)/2]
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
