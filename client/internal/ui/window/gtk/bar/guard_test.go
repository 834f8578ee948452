package bar_test

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"log/slog"
	"syscall"
	"testing"
	"time"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/composite"
	"github.com/jezek/xgb/xproto"
	"go.uber.org/goleak"

	"github.com/lendhand/lendhand/client/internal/capture/xdisplay"
	"github.com/lendhand/lendhand/client/internal/ui/window/gtk/bar"
	"github.com/lendhand/lendhand/client/internal/xvfbtest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	// soon is how fast a bar is in sight again.
	soon = time.Second
	// lateAt is when a bar that cannot be is given up.
	lateAt = 3500 * time.Millisecond
)

// ours is the colour of a bar.
const ours = 0xff8000

var (
	size  = image.Pt(640, 480)
	first = image.Rect(200, 0, 440, 40)
)

// program is a connection to the server, with its windows.
type program struct {
	t      testing.TB
	c      *xgb.Conn
	screen *xproto.ScreenInfo
}

func newProgram(t testing.TB) *program {
	t.Helper()
	c, screen := xvfbtest.Connect(t)
	for _, extension := range []string{"SHAPE", "Composite"} {
		if _, err := xdisplay.Use(c, extension); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := composite.QueryVersion(c, 0, 4).Reply(); err != nil {
		t.Fatal(err)
	}
	return &program{t: t, c: c, screen: screen}
}

// window makes a window that no window manager touches, and shows it.
func (p *program) window(at image.Rectangle, class uint16, colour uint32) xproto.Window {
	p.t.Helper()
	w, err := xproto.NewWindowId(p.c)
	if err != nil {
		p.t.Fatal(err)
	}
	mask, values := uint32(xproto.CwBackPixel|xproto.CwOverrideRedirect), []uint32{colour, 1}
	depth := p.screen.RootDepth
	if class == xproto.WindowClassInputOnly {
		mask, values, depth = xproto.CwOverrideRedirect, values[1:], 0
	}
	p.check(xproto.CreateWindowChecked(p.c, depth, w, p.screen.Root, int16(at.Min.X), int16(at.Min.Y),
		uint16(at.Dx()), uint16(at.Dy()), 0, class, 0, mask, values).Check())
	p.check(xproto.MapWindowChecked(p.c, w).Check())
	return w
}

func (p *program) plain(at image.Rectangle, colour uint32) xproto.Window {
	p.t.Helper()
	return p.window(at, xproto.WindowClassInputOutput, colour)
}

// part makes a part of a window that takes its clicks, as toolkits do for buttons.
func (p *program) part(of xproto.Window, at image.Rectangle) xproto.Window {
	p.t.Helper()
	w, err := xproto.NewWindowId(p.c)
	p.check(err)
	p.check(xproto.CreateWindowChecked(p.c, 0, w, of, int16(at.Min.X), int16(at.Min.Y), uint16(at.Dx()), uint16(at.Dy()),
		0, xproto.WindowClassInputOnly, 0, xproto.CwEventMask, []uint32{xproto.EventMaskButtonPress}).Check())
	p.check(xproto.MapWindowChecked(p.c, w).Check())
	return w
}

func (p *program) check(err error) {
	p.t.Helper()
	if err != nil {
		p.t.Fatal(err)
	}
}

func (p *program) configure(w xproto.Window, mask uint16, values ...uint32) {
	p.t.Helper()
	p.check(xproto.ConfigureWindowChecked(p.c, w, mask, values).Check())
}

func (p *program) atom(name string) xproto.Atom {
	p.t.Helper()
	reply, err := xproto.InternAtom(p.c, false, uint16(len(name)), name).Reply()
	p.check(err)
	return reply.Atom
}

// scene is a desktop with bars that are guarded, and somebody who is up to no good.
type scene struct {
	*program // whose the bars are
	attacker *program
	places   []bar.Place
	parts    map[xproto.Window]xproto.Window // what takes the clicks of each
	lost     chan error
	server   *xvfbtest.Server
}

func newScene(t testing.TB, at ...image.Rectangle) *scene {
	t.Helper()
	server := xvfbtest.Launch(t, size)
	s := newSceneOn(t, at...)
	s.server = server
	return s
}

// newSceneOn is newScene on the server that there is.
func newSceneOn(t testing.TB, at ...image.Rectangle) *scene {
	t.Helper()
	s := &scene{lost: make(chan error, 1), parts: make(map[xproto.Window]xproto.Window)}
	s.program, s.attacker = newProgram(t), newProgram(t)
	for _, r := range at {
		w := s.plain(r, ours)
		s.parts[w] = s.part(w, image.Rectangle{Max: r.Size()}.Inset(5))
		s.places = append(s.places, bar.Place{Window: w, At: r})
	}
	guard, err := bar.Open(bar.Config{
		Log:  slog.New(slog.DiscardHandler),
		Lost: func(err error) { s.lost <- err },
	})
	s.check(err)
	t.Cleanup(guard.Close)
	guard.Keep(s.places)
	return s
}

// sight says what of the bars cannot be seen, or pressed.
func (s *scene) sight() error {
	for _, p := range s.places {
		if err := s.seen(p); err != nil {
			return err
		}
	}
	return nil
}

func (s *scene) seen(p bar.Place) error {
	picture, err := xproto.GetImage(s.c, xproto.ImageFormatZPixmap, xproto.Drawable(s.screen.Root),
		int16(p.At.Min.X), int16(p.At.Min.Y), uint16(p.At.Dx()), uint16(p.At.Dy()), ^uint32(0)).Reply()
	s.check(err)
	for n := 0; n < len(picture.Data); n += 4 {
		if !bytes.Equal(picture.Data[n:n+3], []byte{ours & 0xff, ours >> 8 & 0xff, ours >> 16}) {
			return fmt.Errorf("pixel %d of %#x is %x", n/4, p.Window, picture.Data[n:n+3])
		}
	}
	for _, at := range []image.Point{p.At.Min, p.At.Max.Sub(image.Pt(1, 1)), p.At.Min.Add(p.At.Max).Div(2)} {
		hit, err := xproto.TranslateCoordinates(s.c, s.screen.Root, s.screen.Root, int16(at.X), int16(at.Y)).Reply()
		s.check(err)
		if hit.Child != p.Window {
			return fmt.Errorf("a click at %v is for window %#x, not %#x", at, hit.Child, p.Window)
		}
	}
	if hit := s.hit(p); hit != s.parts[p.Window] {
		return fmt.Errorf("a click on the part of %#x is for %#x, not %#x", p.Window, hit, s.parts[p.Window])
	}
	opacity, err := xproto.GetProperty(s.c, false, p.Window, s.atom("_NET_WM_WINDOW_OPACITY"),
		xproto.GetPropertyTypeAny, 0, 1).Reply()
	s.check(err)
	if opacity.Type != 0 {
		return errors.New("the window is to be drawn thin")
	}
	return nil
}

// hit returns what a click in the middle of a bar is for.
func (s *scene) hit(p bar.Place) xproto.Window {
	middle := p.At.Size().Div(2)
	for at := p.Window; ; {
		in, err := xproto.TranslateCoordinates(s.c, p.Window, at, int16(middle.X), int16(middle.Y)).Reply()
		s.check(err)
		if in.Child == 0 {
			return at
		}
		at = in.Child
	}
}

// wait waits until the bars are in sight, which they are soon.
func (s *scene) wait() {
	s.t.Helper()
	deadline := time.Now().Add(soon)
	for {
		err := s.sight()
		if err == nil {
			return
		}
		if time.Now().After(deadline) {
			s.t.Fatalf("after %v: %v", soon, err)
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// hold does something while the server hears the attacker alone, as the guard may be fast.
func (s *scene) hold(attack func()) {
	s.t.Helper()
	s.check(xproto.GrabServerChecked(s.attacker.c).Check())
	attack()
	s.check(xproto.UngrabServerChecked(s.attacker.c).Check())
}

// attackerSees is sight for the attacker, who may hold the server.
func (s *scene) attackerSees() error {
	other := *s
	other.program = s.attacker
	return other.sight()
}

// keeps fails when the bars are lost within a time, or are out of sight after it.
func (s *scene) keeps(within time.Duration) {
	s.t.Helper()
	s.notLost(within)
	if err := s.sight(); err != nil {
		s.t.Error(err)
	}
}

// notLost fails when the bars are lost within a time.
func (s *scene) notLost(within time.Duration) {
	s.t.Helper()
	select {
	case err := <-s.lost:
		s.t.Fatalf("lost: %v", err)
	case <-time.After(within):
	}
}

// BenchmarkIdle is a second in which nothing happens on a desktop with two monitors and
// two dozen windows.
func BenchmarkIdle(b *testing.B) {
	s := newScene(b, first, image.Rect(200, 240, 440, 280))
	for n := range 24 {
		s.attacker.plain(image.Rect(n, 100, n+50, 150), black)
	}
	before, server := used(b, s)
	for b.Loop() {
		time.Sleep(time.Second)
	}
	after, serverAfter := used(b, s)
	b.ReportMetric(float64((after-before).Microseconds())/float64(b.N), "µs-CPU/s")
	b.ReportMetric(float64((serverAfter-server).Microseconds())/float64(b.N), "µs-server-CPU/s")
}

// used is the processor time of the guard's process, and of the server.
func used(b *testing.B, s *scene) (own, server time.Duration) {
	b.Helper()
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		b.Fatal(err)
	}
	server, err := s.server.CPU()
	if err != nil {
		b.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano()), server
}
