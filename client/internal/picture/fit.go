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
	l.encoder, l.made = encoder, c
	l.frame.Damage = append(l.frame.Damage[:0], image.Rectangle{Max: c.Picture}) // all of it is new
	return nil
}

// wanted returns what the encoder is to be.
func (l *loop) wanted(moves bool) encode.Config {
	now, picture, bits := time.Now(), l.frame.Size(), l.network.BitsPerSecond
	if picture != l.made.Picture {
		l.quality.Begin(picture, bits, now)
	} else {
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
