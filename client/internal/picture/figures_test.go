package picture

import (
	"image"
	"testing"
	"time"
)

func TestFiguresAreOfTheLastSecond(t *testing.T) {
	const ms = time.Millisecond
	r := &recorder{}
	now := time.Now()
	if f := r.figures(now); f != (Figures{}) {
		t.Errorf("before the first frame: %+v", f)
	}
	frame := Figures{Size: image.Pt(64, 48)}
	for n := range 3 * remembered { // long ago, and long
		r.note(made{at: now.Add(-time.Hour), took: time.Minute, bytes: n}, frame)
	}
	for n := range 40 {
		r.note(made{at: now.Add(-time.Duration(n) * ms), took: time.Duration(n+1) * ms, bytes: 10}, frame)
	}
	f := r.figures(now)
	if f.Size != frame.Size || f.Frames != 40 || f.Bytes != 400 {
		t.Errorf("got %+v", f)
	}
	if f.Encode != 21*ms || f.EncodeMost != 39*ms {
		t.Errorf("encoding took %v, and %v at most", f.Encode, f.EncodeMost)
	}
	if f := r.figures(now.Add(time.Second)); f.Frames != 0 || f.Encode != 0 {
		t.Errorf("a second later: %+v", f)
	}
}

func TestNotingAFrameAllocatesNothing(t *testing.T) {
	r := &recorder{}
	if n := testing.AllocsPerRun(100, func() { r.note(made{at: time.Now()}, Figures{}) }); n > 0 {
		t.Errorf("%g allocations", n)
	}
}

func TestFiguresOfARunningPipeline(t *testing.T) {
	showing(t, func(t *testing.T, s *studio, a *album) {
		wantFrames(t, a, keyFrame)
		if f := s.Figures(); f.Frames != 1 || f.Bytes == 0 || f.Size == (image.Point{}) || f.Limit != NoLimit {
			t.Errorf("got %+v", f)
		}
	})
}

func TestWhatLimitsThePictures(t *testing.T) {
	full, half := image.Pt(64, 48), image.Pt(32, 24)
	for _, c := range []struct {
		name  string
		took  time.Duration
		frame Figures
		want  Limit
	}{
		{"all of it, at once", time.Millisecond, Figures{Picture: full, Size: full}, NoLimit},
		{"smaller", time.Second, Figures{Picture: full, Size: half}, LimitNetwork},
		{"grey", time.Millisecond, Figures{Picture: full, Size: full, Grey: true}, LimitNetwork},
		{"late", time.Second, Figures{Picture: full, Size: full}, LimitMachine},
	} {
		s := newStudio(t, nil)
		s.recorder.note(made{at: time.Now(), took: c.took}, c.frame)
		if got := s.Figures().Limit; got != c.want {
			t.Errorf("%s: limited by %q, want %q", c.name, got, c.want)
		}
	}
}
