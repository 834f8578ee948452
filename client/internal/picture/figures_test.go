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
