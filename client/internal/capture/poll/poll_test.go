package poll

import (
	"context"
	"errors"
	"image"
	"testing"
	"testing/synctest"
	"time"

	"github.com/lendhand/lendhand/client/internal/capture"
)

// painting is a Desktop of one monitor whose pixels have one colour.
type painting struct {
	t      *testing.T
	size   image.Point
	colour byte
	fails  error
	meets  func()            // is called in each Picture
	list   []capture.Monitor // reused
	taken  int
	spare  *image.RGBA // the one that came with the newest Picture
	closed bool
}

func (p *painting) Monitors() ([]capture.Monitor, error) {
	p.list = append(p.list[:0], capture.Monitor{ID: 7, Bounds: image.Rectangle{Max: p.size}, Primary: true})
	return p.list, nil
}

func (p *painting) Picture(bounds image.Rectangle, spare *image.RGBA) (*image.RGBA, error) {
	p.taken++
	p.spare = spare
	fails := p.fails
	if p.meets != nil {
		p.meets()
	}
	if fails != nil {
		return nil, fails
	}
	if spare == nil || spare.Rect.Size() != bounds.Size() {
		spare = image.NewRGBA(image.Rectangle{Max: bounds.Size()})
	}
	for n := range spare.Pix {
		spare.Pix[n] = p.colour
	}
	return spare, nil
}

func (p *painting) Fill(to []byte, picture *image.RGBA) { copy(to, picture.Pix) }

func (p *painting) Close() {
	if p.closed {
		p.t.Error("closed twice")
	}
	p.closed = true
}

func watch(t *testing.T, p *painting) *Source {
	t.Helper()
	p.t, p.size = t, image.Pt(640, 480)
	s, err := New(Config{}, p)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := errors.Join(s.Close(), s.Close()); err != nil || !p.closed {
			t.Errorf("the desktop is not closed: %v", err)
		}
	})
	return s
}

func next(t *testing.T, s *Source, f *capture.Frame) {
	t.Helper()
	if err := s.Next(t.Context(), f); err != nil {
		t.Fatal(err)
	}
}

func TestOnlyOtherPicturesAreFrames(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &painting{colour: 1}
		s := watch(t, p)
		var f capture.Frame
		next(t, s, &f)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := s.Next(ctx, &f); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("a picture like the one before: %v", err)
		}
		if want := int(time.Second/DefaultInterval) + 1; p.taken != want {
			t.Errorf("%d pictures in a second, want %d", p.taken, want)
		}
		p.colour = 2
		next(t, s, &f)
		if f.Pix[0] != 2 || len(f.Damage) != 1 || f.Damage[0] != f.Bounds {
			t.Errorf("colour %d, damage %v", f.Pix[0], f.Damage)
		}
	})
}

// What is hidden is looked at no more often than what is not, the first picture too.
func TestAHiddenDesktopIsWaitedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &painting{fails: ErrHidden}
		s := watch(t, p)
		begun := time.Now()
		p.meets = func() {
			if time.Since(begun) >= time.Second {
				p.fails = nil
			}
		}
		var f capture.Frame
		next(t, s, &f)
		if took := time.Since(begun); took < time.Second || p.taken > int(took/DefaultInterval)+1 {
			t.Errorf("%d pictures in %v", p.taken, took)
		}
	})
}

func TestAPictureThatFails(t *testing.T) {
	broken := errors.New("broken")
	p := &painting{fails: broken}
	s := watch(t, p)
	p.meets = func() { p.size.X, p.fails, p.meets = p.size.X+1, nil, nil } // the monitor changes under it
	var f capture.Frame
	next(t, s, &f)
	if f.Size() != p.size {
		t.Errorf("a frame of %v, want %v", f.Size(), p.size)
	}
	p.fails = broken
	if err := s.Next(t.Context(), &f); !errors.Is(err, broken) {
		t.Errorf("without a change: %v", err)
	}
	p.fails, p.colour = nil, 9
	next(t, s, &f)
	if p.spare != nil {
		t.Error("a picture was given back twice")
	}
}

func TestComparingAllocatesNothing(t *testing.T) {
	p := &painting{}
	s := watch(t, p)
	s.interval = 0
	var f capture.Frame
	next(t, s, &f)
	p.colour++
	next(t, s, &f)
	if n := testing.AllocsPerRun(50, func() { p.colour++; next(t, s, &f) }); n > 0 {
		t.Errorf("%v allocations for each picture", n)
	}
}

func TestConfig(t *testing.T) {
	p := &painting{t: t, size: image.Pt(9, 9)}
	if _, err := New(Config{Interval: -1}, p); err == nil || !p.closed {
		t.Errorf("a time below zero: %v; closed: %v", err, p.closed)
	}
}
