//go:build linux

package main

import (
	"bufio"
	"context"
	"fmt"
	"image"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jezek/xgb"
	"github.com/jezek/xgb/xproto"
	"github.com/jezek/xgb/xtest"

	"github.com/lendhand/lendhand/client/internal/xvfbtest"
)

var size = image.Pt(1280, 720)

// theatre is a stage under direction, and a look at the screen.
type theatre struct {
	t    *testing.T
	tell io.Writer
	said *bufio.Scanner
	c    *xgb.Conn
	root xproto.Window
}

func open(t *testing.T, seed uint64) *theatre {
	t.Helper()
	xvfbtest.Start(t, size)
	commands, tell := io.Pipe()
	heard, out := io.Pipe()
	ended := make(chan error, 1)
	go func() {
		ended <- run(seed, 30, commands, out)
		_ = out.Close()
	}()
	c, screen := xvfbtest.Connect(t)
	if err := xtest.Init(c); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = tell.Close()
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		select {
		case err := <-ended:
			if err != nil {
				t.Errorf("the stage ended with %v", err)
			}
		case <-ctx.Done():
			t.Error("the stage does not end")
		}
	})
	return &theatre{t, tell, bufio.NewScanner(heard), c, screen.Root}
}

// line says a command and gives the line that answers it.
func (h *theatre) line(command string) string {
	h.t.Helper()
	if _, err := fmt.Fprintln(h.tell, command); err != nil {
		h.t.Fatal(err)
	}
	if !h.said.Scan() {
		h.t.Fatalf("no answer to %q: %v", command, h.said.Err())
	}
	return h.said.Text()
}

// scene plays a scene, and gives the part of the window to be read.
func (h *theatre) scene(name string) image.Rectangle {
	h.t.Helper()
	var said string
	var x, y, width, height int
	answer := h.line("scene " + name)
	if _, err := fmt.Sscanf(answer, "ready %s %d %d %d %d", &said, &x, &y, &width, &height); err != nil || said != name {
		h.t.Fatalf("scene %s is answered with %q", name, answer)
	}
	return image.Rect(x, y, x+width, y+height)
}

// times gives what happened, a line each.
func (h *theatre) times() []string {
	h.t.Helper()
	var lines []string
	for line := h.line("times"); line != "end"; line = h.said.Text() {
		lines = append(lines, line)
		if !h.said.Scan() {
			h.t.Fatal("the times have no end")
		}
	}
	return lines
}

// look gives the pixels of a part of the screen.
func (h *theatre) look(r image.Rectangle) sheet {
	h.t.Helper()
	reply, err := xproto.GetImage(h.c, xproto.ImageFormatZPixmap, xproto.Drawable(h.root), int16(r.Min.X), int16(r.Min.Y),
		uint16(r.Dx()), uint16(r.Dy()), 0xffffffff).Reply()
	if err != nil {
		h.t.Fatal(err)
	}
	return sheet{reply.Data, r.Dx(), r.Dy()}
}

// press presses a key and waits until the stage has answered it.
func (h *theatre) press() string {
	h.t.Helper()
	const keycode = 38
	for _, what := range []byte{xproto.KeyPress, xproto.KeyRelease} {
		if err := xtest.FakeInputChecked(h.c, what, keycode, 0, h.root, 0, 0, 0).Check(); err != nil {
			h.t.Fatal(err)
		}
	}
	for deadline := time.Now().Add(5 * time.Second); time.Now().Before(deadline); {
		if lines := h.times(); len(lines) > 0 {
			return lines[0]
		}
	}
	h.t.Fatal("the stage does not hear the key")
	return ""
}

func TestKeysToggleThePart(t *testing.T) {
	for _, name := range []string{"key", "typing"} {
		t.Run(name, func(t *testing.T) {
			h := open(t, 7)
			part := h.scene(name)
			first := h.look(part)
			var number uint16
			var from, drawn int64
			before := time.Now().UnixMicro()
			if _, err := fmt.Sscanf(h.press(), "press %d %d %d", &number, &from, &drawn); err != nil {
				t.Fatal(err)
			}
			if after := time.Now().UnixMicro(); number != 1 || from < before || drawn < from || after < drawn {
				t.Errorf("press %d from %d to %d, which was between %d and %d", number, from, drawn, before, after)
			}
			second := h.look(part)
			if change := int(brightness(second)) - int(brightness(first)); max(change, -change) < 100 {
				t.Errorf("a key makes the part brighter by %d of 255", change)
			}
			h.press()
			if diff := cmp.Diff(first.pixels, h.look(part).pixels); diff != "" {
				t.Error("two keys do not bring the first colour back")
			}
		})
	}
}

func TestFramesCarryTheirNumber(t *testing.T) {
	for _, name := range []string{"scroll", "full"} {
		t.Run(name, func(t *testing.T) {
			h := open(t, 7)
			part := h.scene(name)
			seen := map[uint16]bool{}
			for deadline := time.Now().Add(time.Second); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
				if n, ok := readNumber(h.look(part)); ok {
					seen[n] = true
				}
			}
			if len(seen) < 20 {
				t.Errorf("%d numbers were seen in a second of 30 frames", len(seen))
			}
			told := map[uint16]bool{0: true} // before the first tick
			for _, line := range h.times() {
				var n uint16
				var handed, drawn int64
				if _, err := fmt.Sscanf(line, "frame %d %d %d", &n, &handed, &drawn); err != nil || drawn < handed {
					t.Errorf("%q: %v", line, err)
				}
				told[n] = true
			}
			for n := range seen {
				if !told[n] {
					t.Errorf("frame %d was seen, and is not among the times", n)
				}
			}
		})
	}
}

func TestSeedTellsTheContent(t *testing.T) {
	pictures := make(map[string]map[string]bool)
	for _, seed := range []uint64{1, 1, 2} {
		h := open(t, seed)
		for _, name := range []string{"idle", "text", "key", "typing"} {
			h.scene(name)
			if pictures[name] == nil {
				pictures[name] = make(map[string]bool)
			}
			pictures[name][string(h.look(image.Rectangle{Max: size}).pixels)] = true
		}
	}
	for name, different := range pictures {
		if len(different) != 2 {
			t.Errorf("scene %s: %d pictures of the seeds 1, 1 and 2", name, len(different))
		}
	}
}

func TestUnknownCommandEnds(t *testing.T) {
	xvfbtest.Start(t, size)
	for _, command := range []string{"scene nothing", "dance"} {
		err := run(1, 30, strings.NewReader(command+"\n"), io.Discard)
		if err == nil || !strings.Contains(err.Error(), "unknown") {
			t.Errorf("%q is answered with %v", command, err)
		}
	}
}

// readNumber reads the cells of a number at their middles.
func readNumber(s sheet) (n uint16, ok bool) {
	var second uint16
	for bit := range bits {
		x := bit*cell + cell/2
		n = n<<1 | uint16(s.row(x, cell/2)[0]>>7)
		second = second<<1 | uint16(s.row(x, cell+cell/2)[0]>>7)
	}
	return n, second == check(n)
}

func brightness(s sheet) uint8 {
	sum := 0
	for at := 0; at < len(s.pixels); at += bytesPerPixel {
		sum += int(s.pixels[at]) + int(s.pixels[at+1]) + int(s.pixels[at+2])
	}
	return uint8(sum * bytesPerPixel / len(s.pixels) / 3)
}
