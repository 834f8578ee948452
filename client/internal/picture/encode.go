package picture

import (
	"fmt"
	"time"

	"github.com/lendhand/lendhand/client/internal/encode"
	"github.com/lendhand/lendhand/client/internal/picture/quality"
)

// encode encodes the picture at hand and gives it to the sinks.
func (l *loop) encode(opts encode.Options) error {
	l.place()
	moves := !opts.Refine
	if opts.Refine && l.renews() {
		opts.Refine = false // there is nothing to refine yet
	}
	if err := l.fit(moves); err != nil {
		return err
	}
	l.preview()
	opts.MaxBytes = l.limit(opts, moves)
	l.coarse = l.lastKey.IsZero() && opts.MaxBytes > 0 || l.coarse && moves
	packet, m, err := l.produce(opts, moves)
	if err != nil {
		return err
	}
	l.judge(packet, moves, m)
	l.hand(packet)
	if moves && !packet.KeyFrame && l.ladder.Encoded(l.last, l.blamed(m), l.changedShare()) {
		l.changeCodec()
	}
	return nil
}

// renews reports whether a picture at rest is encoded anew: by the best codec, or because
// it was coarse.
func (l *loop) renews() bool {
	switch {
	case l.ladder.Rested(time.Now()):
		l.changeCodec()
	case l.coarse:
		l.closeEncoder()
	default:
		return false
	}
	return true
}

// produce has the encoder make a packet, of the picture at hand or of what is unveiled of it.
func (l *loop) produce(opts encode.Options, moves bool) (packet encode.Packet, m made, err error) {
	shown := &l.frame
	if !moves {
		shown, opts.Refine = l.unveil(opts.Refine)
	}
	began := time.Now()
	if packet, err = l.encoder.Encode(shown, opts); err != nil {
		return packet, m, fmt.Errorf("encode: %w", err)
	}
	l.last, l.fresh = time.Now(), false
	l.turn = later(l.turn, l.last).Add(shortestGap)
	l.count(packet)
	return packet, made{at: l.last, took: l.last.Sub(began), bytes: len(packet.Data)}, nil
}

// count notes how many pictures came since the last key frame.
func (l *loop) count(packet encode.Packet) {
	l.frames++
	l.since += len(packet.Data)
	if packet.KeyFrame {
		l.lastKey, l.keyBytes = l.last, len(packet.Data)
		l.frames, l.since = 0, 0
		l.pipeline.keyMade()
	}
}

// judge learns from a picture, and plans the next.
func (l *loop) judge(packet encode.Packet, moves bool, m made) {
	refined := !moves && !packet.KeyFrame
	l.quality.Encoded(quality.Picture{
		Bytes: m.bytes, Key: packet.KeyFrame, Refine: refined, At: l.last,
	}, l.made.Picture, l.network.BitsPerSecond)
	l.plan(refined, packet.Sharp, m.bytes)
	l.pipeline.recorder.note(m, Figures{
		Codec: l.key, Picture: l.made.Picture, Size: l.made.Size, Grey: l.made.Grey,
	})
}

// hand gives the sinks a packet of the picture at hand.
func (l *loop) hand(packet encode.Packet) {
	l.pipeline.hand(Frame{
		Data: packet.Data, KeyFrame: packet.KeyFrame,
		Codec: l.key, Size: l.made.Size, At: l.frame.At,
	})
}

// changedShare is the share of the picture that has changed, 0 to 1.
func (l *loop) changedShare() float64 {
	size, changed := l.frame.Size(), 0
	for _, r := range l.frame.Damage {
		changed += r.Dx() * r.Dy()
	}
	return min(1, float64(changed)/float64(size.X*size.Y))
}
