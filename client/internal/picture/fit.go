package picture

import (
	"fmt"
	"image"
	"time"

	"github.com/lendhand/lendhand/client/internal/encode"
)

// share is the part of the estimated rate, in percent, that is meant to be used: pictures
// are not all of the size that was asked for.
const share = 90

const (
	// firstSpan is how long the first picture may take the network, of which little is
	// known by then, and firstBytes what it may have: coarse, it is encoded, sent and drawn
	// in half the time. The next one begins anew, as to sharpen a coarse picture of text
	// takes several times the bytes of a sharp one.
	firstSpan  = 250 * time.Millisecond
	firstBytes = 80_000
	// movingSpan is the same for a picture that moves: its age grows by twice that, as the
	// next one waits for it.
	movingSpan = 180 * time.Millisecond
	// keySpan is the same for a key frame of a picture at rest, and movingKeySpan for one of
	// a picture that moves. They are no limit where they are more than keyBytes, what a sharp
	// page of text has.
	keySpan       = 600 * time.Millisecond
	movingKeySpan = 250 * time.Millisecond
	keyBytes      = 350_000
)

// limit returns the most bytes that the next picture is to have; 0 leaves it to the
// encoder.
func (l *loop) limit(opts encode.Options, moves bool) int {
	n := l.network.Network
	switch {
	case l.lastKey.IsZero() && n.BitsPerSecond > 0:
		return min(firstBytes, n.carries(firstSpan))
	case l.lastKey.IsZero():
		return 0
	case opts.Refine && l.hurries():
		return n.carries(hurrySpan)
	case opts.Refine:
		return n.carries(restSpan)
	case opts.KeyFrame || l.fresh && moves:
		return n.ofKey(moves)
	case l.fresh:
		return 0
	}
	own := Network{BitsPerSecond: l.made.BitsPerSecond}
	// The encoder keeps account of what it has sent, where the network calls for no less.
	if most := n.carries(movingSpan); most < own.carries(encode.MovingSpan) {
		return most
	}
	return 0
}

// hurries reports whether a picture at rest is likely to change soon, and a pass would take
// a slow network for longer than who types wants to wait.
func (l *loop) hurries() bool {
	n := l.network.Network
	return n.BitsPerSecond > 0 && n.carries(hurrySpan) < keyBytes && time.Since(l.changed) < calm
}

// ofKey is the limit of a key frame.
func (n Network) ofKey(moves bool) int {
	span := keySpan
	if moves {
		span = movingKeySpan
	}
	if most := n.carries(span); most < keyBytes {
		return most
	}
	return 0
}

// carries returns how many bytes a network takes in a while; 0 when that is not known.
func (n Network) carries(d time.Duration) int {
	return int(float64(n.BitsPerSecond) / 8 * d.Seconds())
}

// takes returns how long a network takes for a number of bytes.
func (n Network) takes(bytes int) time.Duration {
	if n.BitsPerSecond == 0 {
		return 0
	}
	return time.Duration(float64(8*bytes) / float64(n.BitsPerSecond) * float64(time.Second))
}

// fit makes the encoder fit the picture, which may move, and the network: its size, its
// colours, its rate.
func (l *loop) fit(moves bool) error {
	c := l.wanted(moves)
	if l.encoder != nil && c == (encode.Config{
		Picture: l.made.Picture, Size: l.made.Size, Grey: l.made.Grey, BitsPerSecond: c.BitsPerSecond, Threads: c.Threads,
	}) {
		return l.setRate(c.BitsPerSecond)
	}
	l.closeEncoder()
	encoder, err := l.codec.New(c)
	if err != nil {
		return fmt.Errorf("make encoder: %w", err)
	}
	l.encoder, l.made, l.fresh = encoder, c, true
	l.frame.Damage = append(l.frame.Damage[:0], image.Rectangle{Max: c.Picture}) // all of it is new
	return nil
}

// wanted returns what the encoder is to be.
func (l *loop) wanted(moves bool) encode.Config {
	now, picture, bits := time.Now(), l.frame.Size(), l.network.BitsPerSecond
	switch {
	case picture != l.made.Picture:
		l.quality.Begin(picture, bits, now)
	case moves && l.quality.Expect(l.changedShare(), picture, bits, now):
	default:
		l.quality.Raise(picture, bits, moves, now)
	}
	config, level := l.pipeline.config, l.quality.Level()
	c := encode.Config{
		Picture: picture, Size: level.Size(picture), Grey: level.Grey,
		BitsPerSecond: config.BitsPerSecond, Threads: config.Threads,
	}
	if bits > 0 {
		c.BitsPerSecond = min(c.BitsPerSecond, bits*share/100)
	}
	return c
}

// setRate changes the encoder's rate when the difference is worth it.
func (l *loop) setRate(bitsPerSecond int) error {
	const tenth = 10
	if d := bitsPerSecond - l.made.BitsPerSecond; d*tenth < l.made.BitsPerSecond && -d*tenth < l.made.BitsPerSecond {
		return nil
	}
	if err := l.encoder.SetRate(bitsPerSecond); err != nil {
		return fmt.Errorf("set rate: %w", err)
	}
	l.made.BitsPerSecond = bitsPerSecond
	return nil
}

// blamed returns what the ladder hears of how long a picture took: nothing, where it would
// be seen later with a cheaper codec, which takes about half the time and three times the
// bytes.
func (l *loop) blamed(m made) time.Duration {
	const half, twice = 2, 2
	if m.took/half < twice*l.network.takes(m.bytes) {
		return 0
	}
	return m.took
}
