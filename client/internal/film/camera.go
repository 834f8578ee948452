package main

import (
	"fmt"
	"image"

	"github.com/lendhand/lendhand/client/internal/encode"
	"github.com/lendhand/lendhand/client/internal/encode/aom"
	"github.com/lendhand/lendhand/client/internal/encode/encodetest"
	"github.com/lendhand/lendhand/client/internal/encode/vpx"
	"github.com/lendhand/lendhand/relay/recording"
	"github.com/lendhand/lendhand/relay/recording/webm"
)

const bitsPerSecond = 6_000_000

// Key frames are made as hosts make them: when the picture rests, and seldom.
const (
	keyAfter  = 15_000 // milliseconds
	keyFrames = 60
)

// camera paints a desktop, and encodes it.
type camera struct {
	*encodetest.Picture
	kind    webm.Codec
	encoder encode.Encoder
	damage  []image.Rectangle
	// isNew is true until the first picture is taken care of.
	isNew   bool
	keyAt   recording.Time
	pending int // pictures since the last key frame
}

func newCamera(codec string, size image.Point, now recording.Time) (*camera, error) {
	kinds := map[string]struct {
		kind  webm.Codec
		codec encode.Codec
	}{"AV1 4:4:4": {webm.AV1, aom.AV1444()}, "AV1": {webm.AV1, aom.AV1()}, "VP9": {webm.VP9, vpx.VP9()}, "VP8": {webm.VP8, vpx.VP8()}}
	k, ok := kinds[codec]
	if !ok {
		return nil, fmt.Errorf("unknown codec %q", codec)
	}
	e, err := k.codec.New(encode.Config{Picture: size, Size: size, BitsPerSecond: bitsPerSecond, Threads: 2})
	if err != nil {
		return nil, err
	}
	return &camera{Picture: encodetest.NewPicture(size), kind: k.kind, encoder: e, isNew: true, keyAt: now}, nil
}

// paint has something drawn there.
func (c *camera) paint(r image.Rectangle, draw func(image.Rectangle)) {
	draw(r)
	c.damage = append(c.damage, r)
}

// The time is painted as bits, the highest first, each a square that is white for 1.
const (
	timeBits = 24
	bitSide  = 16
)

// take encodes the picture as it is, with its time in the upper left corner.
func (c *camera) take(now recording.Time, rest bool) (data []byte, key bool, err error) {
	for n := range timeBits {
		colour := uint32(now>>(timeBits-1-n)&1) * 0xffffff
		c.Fill(image.Rect(n*bitSide, 0, (n+1)*bitSide, bitSide), colour)
	}
	c.damage = append(c.damage, image.Rect(0, 0, timeBits*bitSide, bitSide))
	if c.isNew {
		c.damage = []image.Rectangle{c.Frame.Bounds}
	}
	c.Damage(c.damage...)
	c.damage = nil
	key = c.isNew || rest && now-c.keyAt >= keyAfter && c.pending >= keyFrames
	p, err := c.encoder.Encode(c.Frame, encode.Options{KeyFrame: key, Refine: rest})
	if err != nil {
		return nil, false, err
	}
	c.pending++
	if p.KeyFrame {
		c.keyAt, c.pending = now, 0
	}
	return append([]byte(nil), p.Data...), p.KeyFrame, nil
}
