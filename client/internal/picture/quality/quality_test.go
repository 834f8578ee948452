package quality

import (
	"image"
	"testing"
	"time"
)

var hd = image.Pt(1920, 1080)

// play shows a program to a network: pictures that would have 20 kB as a whole, each taken when the one before has left. It returns the age of the oldest.
func play(c *Control, now *time.Time, bits int, d time.Duration) (oldest time.Duration, sizes int) {
	const bytes = 20_000
	for end := now.Add(d); now.Before(end); {
		n := int(float64(bytes) * c.Level().area())
		changed := c.Raise(hd, bits, true, *now)
		if c.Encoded(Picture{Bytes: n, Key: changed, At: *now}, hd, bits) || changed {
			sizes++
		}
		took := max(duration(float64(8*n), bits), time.Second/60)
		*now = now.Add(took)
		oldest = max(oldest, took)
	}
	return oldest, sizes
}

func TestFirstPicture(t *testing.T) {
	for _, c := range []struct {
		bits int
		want Level
	}{
		{0, levels[0]}, {20_000_000, levels[0]}, {4_000_000, levels[0]}, {2_000_000, levels[1]}, {1_000_000, levels[2]}, {300_000, levels[4]},
	} {
		var q Control
		if q.Begin(hd, c.bits, time.Now()); q.Level() != c.want {
			t.Errorf("at %d bit/s: %+v, want %+v", c.bits, q.Level(), c.want)
		}
	}
}

// On a slow link what moves gets small, and whole again within five seconds of a better
// rate; what it takes stays the same in between.
func TestSlowLink(t *testing.T) {
	var c Control
	now := time.Now()
	c.Begin(hd, 5_000_000, now)
	if _, sizes := play(&c, &now, 5_000_000, 10*time.Second); sizes > 0 || !c.Full() {
		t.Errorf("at 5 Mbit/s: %+v after %d changes", c.Level(), sizes)
	}
	play(&c, &now, 300_000, 3*time.Second)
	oldest, sizes := play(&c, &now, 300_000, 20*time.Second)
	if c.Full() || oldest > 350*time.Millisecond || sizes > 2 {
		t.Errorf("at 300 kbit/s: %+v, the oldest %v, %d changes", c.Level(), oldest, sizes)
	}
	play(&c, &now, 5_000_000, 5*time.Second)
	if !c.Full() {
		t.Errorf("back at 5 Mbit/s: %+v", c.Level())
	}
}

// What takes long once is made smaller at once.
func TestOneHugePicture(t *testing.T) {
	var c Control
	c.Begin(hd, 5_000_000, time.Now())
	if !c.Encoded(Picture{Bytes: 1_000_000, At: time.Now()}, hd, 5_000_000) || c.Full() {
		t.Errorf("%+v", c.Level())
	}
}

// At rest the picture ends whole and in colour, also on a slow link.
func TestRest(t *testing.T) {
	var c Control
	now := time.Now()
	c.Begin(hd, 300_000, now)
	c.Encoded(Picture{Bytes: 8_000, Key: true, At: now}, hd, 300_000)
	for n := 0; !c.Full() && n < 10; n++ {
		now = c.Again(now)
		c.Raise(hd, 300_000, false, now)
	}
	if !c.Full() || now.Sub(c.moved) > 2*rested+settle || !c.Again(now).IsZero() {
		t.Errorf("%+v after %v", c.Level(), now.Sub(c.moved))
	}
}

// Sharpening is no motion.
func TestSharpeningChangesNothing(t *testing.T) {
	var c Control
	c.Begin(hd, 5_000_000, time.Now())
	for range 10 {
		if c.Encoded(Picture{Bytes: 1_000_000, Refine: true, At: time.Now()}, hd, 5_000_000) {
			t.Fatal("made smaller")
		}
	}
}

func TestSizes(t *testing.T) {
	for _, p := range []image.Point{{1920, 1080}, {1366, 768}, {1367, 769}, {3, 5}, {1, 1}, {2, 2}, {16383, 16383}} {
		for _, l := range levels {
			s := l.Size(p)
			if s.X < 1 || s.Y < 1 || s.X > p.X || s.Y > p.Y || 4*s.X < p.X || 4*s.Y < p.Y {
				t.Errorf("%+v of %v: %v", l, p, s)
			}
			if l.Num != l.Den && p.X > 2 && p.Y > 2 && (s.X%2 != 0 && s.X != p.X || s.Y%2 != 0 && s.Y != p.Y) {
				t.Errorf("%+v of %v: %v is odd", l, p, s)
			}
		}
	}
}

// A whole new page makes the picture smaller before it is sent, a letter does not.
func TestANewPageOnASlowLink(t *testing.T) {
	for _, c := range []struct {
		bits    int
		share   float64
		smaller bool
	}{
		{300_000, 1, true}, {300_000, 0.3, false}, {1_000_000, 1, false}, {100_000, 0.3, true}, {0, 1, false},
	} {
		var q Control
		q.Begin(hd, 0, time.Now())
		if got := q.Expect(c.share, hd, c.bits, time.Now()); got != c.smaller || got == q.Full() {
			t.Errorf("%.1f of it at %d bit/s: %+v", c.share, c.bits, q.Level())
		}
	}
}

// What moves on a slow link does not get whole because it takes little at the moment: a page
// may come.
func TestAnEmptyPageThatMovesStaysSmall(t *testing.T) {
	var c Control
	now := time.Now()
	c.Begin(hd, 300_000, now)
	c.Encoded(Picture{Bytes: 1_000, Key: true, At: now}, hd, 300_000)
	for range 300 {
		now = now.Add(time.Second / 30)
		c.Raise(hd, 300_000, true, now)
		c.Encoded(Picture{Bytes: 200, At: now}, hd, 300_000)
	}
	if c.Full() {
		t.Error("whole again")
	}
}
