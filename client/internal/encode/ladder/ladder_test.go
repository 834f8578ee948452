package ladder_test

import (
	"slices"
	"testing"
	"time"

	"github.com/lendhand/lendhand/client/internal/encode/ladder"
)

const interval = time.Second / 30

// climber is a ladder with a clock.
type climber struct {
	*ladder.Ladder
	t       *testing.T
	now     time.Time
	took    []time.Duration // by codec
	changes int
}

func newClimber(t *testing.T, took ...time.Duration) *climber {
	t.Helper()
	l, err := ladder.New(ladder.Config{WholePicture: slices.Clone(took), Interval: interval})
	if err != nil {
		t.Fatal(err)
	}
	return &climber{Ladder: l, t: t, now: time.Unix(1_700_000_000, 0), took: took}
}

// move shows so many pictures with this share of change.
func (c *climber) move(pictures int, share float64) {
	for range pictures {
		c.now = c.now.Add(interval)
		if c.Encoded(c.now, c.took[c.Codec()], share) {
			c.changes++
		}
	}
}

// rest lets time pass, with a pass of sharpening every 150 ms.
func (c *climber) rest(d time.Duration) {
	for end := c.now.Add(d); c.now.Before(end); {
		c.now = c.now.Add(150 * time.Millisecond)
		if c.Rested(c.now) {
			c.changes++
		}
	}
}

func (c *climber) want(codec, changes int) {
	c.t.Helper()
	if got := c.Codec(); got != codec || c.changes != changes {
		c.t.Errorf("codec %d after %d changes, want %d after %d", got, c.changes, codec, changes)
	}
}

func TestAFastHostStaysWithTheBest(t *testing.T) {
	c := newClimber(t, 20*time.Millisecond, 10*time.Millisecond)
	c.move(1000, 1)
	c.rest(time.Minute)
	c.want(0, 0)
}

func TestTypingStaysWithTheBestHoweverSlow(t *testing.T) {
	c := newClimber(t, 100*time.Millisecond, 10*time.Millisecond)
	c.move(1000, 0.01)
	c.want(0, 0)
}

// Each change costs a key frame, so motion goes at once to what keeps up.
func TestMotionGoesToTheStepThatKeepsUp(t *testing.T) {
	c := newClimber(t, 90*time.Millisecond, 50*time.Millisecond, 20*time.Millisecond, 10*time.Millisecond)
	c.move(30, 1)
	c.want(2, 1)
	c.move(1000, 1)
	c.want(2, 1)
}

func TestOneSlowPictureChangesNothing(t *testing.T) {
	c := newClimber(t, 20*time.Millisecond, 10*time.Millisecond)
	for range 100 {
		c.move(9, 1)
		c.took[0] = time.Second
		c.move(1, 1)
		c.took[0] = 20 * time.Millisecond
	}
	c.want(0, 0)
}

func TestRestGoesBackToTheBest(t *testing.T) {
	c := newClimber(t, 90*time.Millisecond, 10*time.Millisecond)
	c.move(30, 1)
	c.rest(time.Second)
	c.want(1, 1)
	c.rest(10 * time.Second)
	c.want(0, 2)
}

// What is still for less than a second does not rest.
func TestAPauseIsNoRest(t *testing.T) {
	c := newClimber(t, 90*time.Millisecond, 10*time.Millisecond)
	c.move(150, 1)
	c.rest(900 * time.Millisecond)
	c.want(1, 1)
	c.rest(300 * time.Millisecond)
	c.want(0, 2)
}

// After a long rest motion begins where it was measured to, and what was slow before does
// not count.
func TestALongRestForgets(t *testing.T) {
	c := newClimber(t, 90*time.Millisecond, 20*time.Millisecond, 10*time.Millisecond)
	c.took[1] = 60 * time.Millisecond
	c.move(150, 1)
	c.want(2, 2)
	c.rest(time.Minute)
	c.want(0, 3)
	c.took[1] = 20 * time.Millisecond
	c.move(60, 1)
	c.want(1, 4)

	c = newClimber(t, 90*time.Millisecond, 10*time.Millisecond)
	c.move(5, 1)
	c.rest(time.Minute)
	c.move(5, 1)
	c.want(0, 0)
	c.move(1, 1)
	c.want(1, 1)
}

// A step is judged by its own pictures.
func TestAStepBeginsWithoutStrikes(t *testing.T) {
	c := newClimber(t, 20*time.Millisecond, 15*time.Millisecond, 10*time.Millisecond)
	c.took = []time.Duration{90 * time.Millisecond, 60 * time.Millisecond, 10 * time.Millisecond}
	c.move(6, 1)
	c.want(1, 1)
	c.now = c.now.Add(4 * time.Second)
	c.move(5, 1)
	c.want(1, 1)
	c.move(1, 1)
	c.want(2, 2)
}

// Somebody who scrolls, reads and scrolls again sees a change in three seconds at
// most.
func TestNoPingPong(t *testing.T) {
	c := newClimber(t, 90*time.Millisecond, 10*time.Millisecond)
	start := c.now
	for range 100 {
		c.move(20, 1)
		c.rest(2500 * time.Millisecond)
	}
	if most := int(c.now.Sub(start) / (3 * time.Second)); c.changes > most {
		t.Errorf("%d changes in %v, want at most %d", c.changes, c.now.Sub(start), most)
	}
}

// A host that was measured when it was idle, and is busy now.
func TestWhatWasMeasuredIsWatched(t *testing.T) {
	c := newClimber(t, 20*time.Millisecond, 15*time.Millisecond, 10*time.Millisecond)
	c.took = []time.Duration{60 * time.Millisecond, 50 * time.Millisecond, 20 * time.Millisecond}
	c.move(300, 1)
	c.want(2, 2)
	c.rest(5 * time.Second)
	c.want(0, 3)
	c.move(60, 1) // it remembers
	c.want(2, 4)
}

func TestTheLastStepIsKept(t *testing.T) {
	c := newClimber(t, 90*time.Millisecond, 80*time.Millisecond)
	c.move(1000, 1)
	c.want(1, 1)
}

// None is fast enough as measured, and two are about alike: the later one is cheaper.
func TestOfTwoAlikeTheLater(t *testing.T) {
	c := newClimber(t, 3*interval, interval, 11*interval/10)
	c.move(10, 1)
	c.want(2, 1)
}

func TestConfig(t *testing.T) {
	for _, config := range []ladder.Config{{}, {WholePicture: make([]time.Duration, 1)}, {Interval: interval}} {
		if _, err := ladder.New(config); err == nil {
			t.Errorf("%+v was accepted", config)
		}
	}
}
