//go:build linux

package gtk_test

import (
	"encoding/json"
	"flag"
	"image"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jezek/xgb/xproto"

	"github.com/lendhand/lendhand/client/internal/ui/window/gtk/gtktest"
	"github.com/lendhand/lendhand/client/internal/xvfbtest"
)

var (
	pages    = flag.String("pages", "", "the folder of pages, as the tests of package window write them")
	pictures = flag.String("pictures", "", "write a picture of each page into this folder")
	desktop  = flag.String("desktop", "1280x800", "the size of the desktop in the pictures")
	settings = flag.String("settings", "", "environment of the window, such as GTK_THEME=Adwaita:dark")
)

// TestPictures draws pages. Without a folder of pages it draws the question of this
// package's tests, and looks whether anything is to be seen.
func TestPictures(t *testing.T) {
	var width, high int
	parts := strings.SplitN(*desktop, "x", 2)
	for n, to := range []*int{&width, &high} {
		if err := json.Unmarshal([]byte(parts[n]), to); err != nil {
			t.Fatal(err)
		}
	}
	xvfbtest.Start(t, image.Pt(width, high))
	manage(t)
	process := gtktest.Start(t, strings.Fields(*settings)...)
	if *pages == "" {
		process.Show(question())
		settled(t, process)
		if picture := shot(t); colours(picture) < 100 {
			t.Errorf("a picture of %d colours", colours(picture))
		}
		return
	}
	files, err := filepath.Glob(filepath.Join(*pages, "*.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no pages in %s: %v", *pages, err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var order gtktest.Order
		if err := json.Unmarshal(data, &order); err != nil {
			t.Fatal(err)
		}
		process.Do(order)
		settled(t, process)
		name := strings.TrimSuffix(filepath.Base(file), ".json") + ".png"
		write(t, filepath.Join(*pictures, name), shot(t))
	}
}

// manage starts a window manager.
func manage(t *testing.T) {
	t.Helper()
	c := exec.Command("openbox", "--sm-disable")
	if err := c.Start(); err != nil {
		t.Fatalf("start a window manager (Debian package openbox): %v", err)
	}
	t.Cleanup(func() {
		_ = c.Process.Kill()
		_ = c.Wait()
	})
	time.Sleep(300 * time.Millisecond)
}

// settled waits until the picture of the desktop stays as it is.
func settled(t *testing.T, _ *gtktest.Process) {
	t.Helper()
	const steps, same = 60, 3
	last, times := "", 0
	for range steps {
		time.Sleep(80 * time.Millisecond)
		now := string(shot(t).Pix)
		if now != last || colours(shot(t)) < 3 {
			last, times = now, 0
			continue
		}
		if times++; times == same {
			return
		}
	}
}

// shot takes a picture of the desktop.
func shot(t *testing.T) *image.NRGBA {
	t.Helper()
	c, screen := xvfbtest.Connect(t)
	defer c.Close()
	size := image.Pt(int(screen.WidthInPixels), int(screen.HeightInPixels))
	const all = 1<<32 - 1
	reply, err := xproto.GetImage(c, xproto.ImageFormatZPixmap, xproto.Drawable(screen.Root), 0, 0,
		screen.WidthInPixels, screen.HeightInPixels, all).Reply()
	if err != nil {
		t.Fatal(err)
	}
	to := image.NewNRGBA(image.Rectangle{Max: size})
	for n := 0; n+3 < len(reply.Data); n += 4 {
		to.Pix[n], to.Pix[n+1], to.Pix[n+2], to.Pix[n+3] = reply.Data[n+2], reply.Data[n+1], reply.Data[n], 255
	}
	return to
}

func colours(p *image.NRGBA) int {
	seen := make(map[[3]byte]bool)
	for n := 0; n < len(p.Pix); n += 4 {
		seen[[3]byte(p.Pix[n:n+3])] = true
	}
	return len(seen)
}

func write(t *testing.T, path string, p image.Image) {
	t.Helper()
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := png.Encode(f, p); err != nil {
		t.Error(err)
	}
	if err := f.Close(); err != nil {
		t.Error(err)
	}
}
