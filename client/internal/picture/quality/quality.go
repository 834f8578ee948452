// Package quality decides how much of a picture a network is given: all of it, a smaller
// one, or a smaller one in grey.
//
// It looks at how long a network needs for a picture. One that takes longer than a person
// waits is made smaller at once; a larger one is tried when it will be there in time, by
// what the smaller one took. A new size costs a key frame, so neither is done often.
package quality

import (
	"image"
	"time"
)

const (
	// late is when a picture that moves takes too long: it is as old when the next one is
	// shown as the two of them take. tooLate is when one alone does.
	late    = 240 * time.Millisecond
	tooLate = 450 * time.Millisecond
	// A size is good when its pictures take no longer than good.
	good = 120 * time.Millisecond
	// firstKey is what the first key frame may take, movingKey one in motion.
	firstKey  = 350 * time.Millisecond
	movingKey = 300 * time.Millisecond
	// settle is the least time at one size, before a larger one.
	settle = 1500 * time.Millisecond
	// rested is how long a picture rests before it is shown as a whole.
	rested = 700 * time.Millisecond
	// assumedKey is the size of a key frame, in bits a pixel, before the first: a page of
	// text is this or less. It is leastKey at the worst quality, as an empty page may be
	// followed by a full one; assumedChange is the same of a picture that changes.
	assumedKey    = 0.6
	leastKey      = 0.17
	assumedChange = 0.09
	// greyPart is what is left of the bytes without the colours.
	greyPart = 0.7
)

// Level is how much of a picture is sent.
type Level struct {
	// Num and Den are the part of each side that is left.
	Num, Den int
	// Grey leaves the colours out.
	Grey bool
}

// levels, the best first.
var levels = [...]Level{{1, 1, false}, {2, 3, false}, {1, 2, false}, {1, 2, true}, {1, 3, true}}

// Size returns the size of the video for a picture. Its sides are even, as half of the
// samples of some colours are left out, unless the picture is shown as a whole.
func (l Level) Size(picture image.Point) image.Point {
	if l.Num == l.Den {
		return picture
	}
	side := func(n int) int { return max(2, (n*l.Num/l.Den+1)&^1) }
	return image.Pt(min(side(picture.X), picture.X), min(side(picture.Y), picture.Y))
}

// area returns the part of the picture's pixels that are left.
func (l Level) area() float64 { return float64(l.Num*l.Num) / float64(l.Den*l.Den) }

// cost returns the part of the picture's bytes that are left.
func (l Level) cost() float64 {
	if l.Grey {
		return l.area() * greyPart
	}
	return l.area()
}

// Picture is what was encoded.
type Picture struct {
	Bytes int
	// Key and Refine are as in encode.Options.
	Key, Refine bool
	At          time.Time
}

// Control decides. Its methods are called by one goroutine.
type Control struct {
	level   int
	since   time.Time // at this level
	moved   time.Time // when the picture last changed
	keyBits float64   // of the last key frame, per pixel; zero before the first
	motion  float64   // bytes of a picture that moves, at this level, smoothed
	late    int       // pictures in a row that took too long
}

// Level returns the present level.
func (c *Control) Level() Level { return levels[c.level] }

// Full reports whether all of the picture is sent.
func (c *Control) Full() bool { return c.level == 0 }

// Begin chooses the level for a first picture of that size.
func (c *Control) Begin(picture image.Point, bitsPerSecond int, now time.Time) {
	*c = Control{since: now, moved: now}
	for c.level < len(levels)-1 && c.key(c.level, picture, bitsPerSecond) > firstKey {
		c.level++
	}
}

// key returns how long a key frame takes at a level.
func (c *Control) key(level int, picture image.Point, bitsPerSecond int) time.Duration {
	bits := max(c.keyBits, leastKey)
	if c.keyBits == 0 {
		bits = assumedKey
	}
	return duration(bits*float64(picture.X*picture.Y)*levels[level].cost(), bitsPerSecond)
}

// duration returns how long a number of bits takes. Nothing is known of a rate of zero:
// it is taken for unlimited.
func duration(bits float64, bitsPerSecond int) time.Duration {
	if bitsPerSecond == 0 {
		return 0
	}
	return time.Duration(bits / float64(bitsPerSecond) * float64(time.Second))
}

// Encoded notes a picture that was encoded, and makes the next ones smaller when the
// network needs too long for it. It reports whether it did.
func (c *Control) Encoded(p Picture, picture image.Point, bitsPerSecond int) (smaller bool) {
	took := duration(float64(8*p.Bytes), bitsPerSecond)
	if p.Key {
		c.keyBits = float64(8*p.Bytes) / (float64(picture.X*picture.Y) * c.Level().cost())
		return false
	}
	if p.Refine {
		return false
	}
	const weight = 0.3
	c.moved = p.At
	c.motion += (float64(p.Bytes) - c.motion) * weight
	if took < late {
		c.late = 0
		return false
	}
	c.late++
	if c.level == len(levels)-1 || c.late < 3 && took < tooLate {
		return false
	}
	c.lower(took, p.At)
	return true
}

// Expect makes the next picture smaller, before it is encoded, when a share of 0 to 1 of
// it has changed that takes the network too long even at the worst quality. It reports
// whether it did.
func (c *Control) Expect(share float64, picture image.Point, bitsPerSecond int, now time.Time) (smaller bool) {
	bits := assumedChange * share * float64(picture.X*picture.Y) * c.Level().cost()
	took := duration(bits, bitsPerSecond)
	if took < tooLate || c.level == len(levels)-1 {
		return false
	}
	c.lower(took, now)
	return true
}

// lower goes down to where a picture that took so long is good, as far as size tells.
func (c *Control) lower(took time.Duration, now time.Time) {
	from := levels[c.level].cost()
	for c.level < len(levels)-1 {
		c.level++
		if part := levels[c.level].cost() / from; time.Duration(float64(took)*part) < late*3/4 {
			break
		}
	}
	c.since, c.late, c.motion = now, 0, 0
}

// Raise makes the next pictures larger when the network is good enough for them, as it is
// sooner for one that rests than for one that moves. It reports whether it did.
func (c *Control) Raise(picture image.Point, bitsPerSecond int, moves bool, now time.Time) bool {
	if c.level == 0 || now.Sub(c.since) < settle {
		return false
	}
	to := c.level
	if moves {
		c.moved = now
	}
	for to > 0 && c.fits(to-1, picture, bitsPerSecond, now) {
		to--
	}
	if to == c.level {
		return false
	}
	c.level, c.since, c.motion, c.late = to, now, 0, 0
	return true
}

// fits reports whether a level can be tried.
func (c *Control) fits(level int, picture image.Point, bitsPerSecond int, now time.Time) bool {
	if now.Sub(c.moved) > rested {
		return true
	}
	bits := 8 * c.motion * levels[level].cost() / c.Level().cost()
	return c.key(level, picture, bitsPerSecond) < movingKey && duration(bits, bitsPerSecond) < good
}

// Again returns when Raise may have another answer for a picture that rests, or zero
// when all of it is sent.
func (c *Control) Again(now time.Time) time.Time {
	if c.level == 0 {
		return time.Time{}
	}
	for _, at := range []time.Time{c.since.Add(settle), c.moved.Add(rested)} {
		if at = at.Add(time.Millisecond); at.After(now) {
			return at
		}
	}
	return now.Add(settle)
}
