package app

import (
	"context"
	"errors"
	"image"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/lendhand/lendhand/client/internal/consent"
	"github.com/lendhand/lendhand/client/internal/encode"
	"github.com/lendhand/lendhand/client/internal/peer"
	"github.com/lendhand/lendhand/client/internal/picture"
	"github.com/lendhand/lendhand/signaling"
)

// show is the picture of this desktop. It is the session's and not a connection's: a
// technician who comes back on another one gets a key frame, and neither capture nor
// encoder begins anew. The session's goroutine owns it.
type show struct {
	// Set at construction.
	codecs   []string // their keys
	gate     *consent.Gate
	pipeline *picture.Pipeline
	failed   func(ctx context.Context, err error)

	ctx     context.Context // of the present run; what it brings too late is dropped
	cancel  context.CancelFunc
	running sync.WaitGroup

	unkeep func() // ends what keep began, nil when there is nothing to end
}

// newShow makes a show for which no picture is taken yet.
func (s *session) newShow(codecs []encode.Codec) (*show, error) {
	v := &show{codecs: keys(codecs), gate: s.gate, failed: func(ctx context.Context, err error) {
		s.post(ctx, func() { s.fail("picture", err) })
	}}
	var err error
	v.pipeline, err = picture.New(picture.Config{
		Open:          s.config.OpenScreen,
		Codecs:        codecs,
		BitsPerSecond: s.config.BitsPerSecond,
		Threads:       s.config.Threads,
		Resized: func(bounds image.Rectangle, at time.Time) {
			s.sight.show(bounds, at) // before anybody sees the picture
			s.post(v.ctx, s.screenChanged)
		},
		Rearranging: s.sight.doubt,
		Arranged: func(m picture.Monitors) {
			s.sight.arrange(m)
			s.post(v.ctx, func() { s.monitorsChanged(m) })
		},
		Log: s.log,
	})
	if err != nil {
		return nil, err
	}
	return v, nil
}

func keys(codecs []encode.Codec) []string {
	var list []string
	for _, c := range codecs {
		list = append(list, c.Key())
	}
	return list
}

// to shows the picture to one more sink, from a key frame on, until remove is called.
// That waits for the frame under way: close the sink before.
func (v *show) to(s picture.Sink) (remove func()) {
	return v.pipeline.Add(&screening{gate: v.gate, sink: s})
}

// start begins to take pictures, unless it has begun.
func (v *show) start() {
	if v.cancel != nil {
		return
	}
	ctx, cancel := context.WithCancel(context.Background())
	v.ctx, v.cancel = ctx, cancel
	v.running.Go(func() {
		if err := v.pipeline.Run(ctx); ctx.Err() == nil { // else it ends because it was told to
			v.failed(ctx, err)
		}
	})
}

// stop stops taking pictures. It waits for this machine, never for a network.
func (v *show) stop() {
	if v.cancel == nil {
		return
	}
	v.cancel()
	v.running.Wait()
	v.cancel = nil
}

// startPicture shows the desktop through the connection, unless the person has paused the
// session, or a recording that must be has yet to begin. A technician who sees it already gets a key frame.
func (s *session) startPicture() {
	if s.gate.Paused() || s.recorded.awaited {
		return // unpause does it, or recordingBegun
	}
	if s.recorded.isRequired() && s.recorded.recorder == nil {
		s.recordingFails("the relay has not let it begin")
		return
	}
	codecs := s.link.conn.Codecs()
	if s.picture != nil && !slices.Equal(s.picture.codecs, keys(codecs)) {
		s.picture.stop() // the browser that came back decodes something else
		s.picture.forget()
		s.picture = nil
	}
	if s.picture == nil {
		v, err := s.newShow(codecs)
		if err != nil {
			s.fail("picture", err)
			return
		}
		s.picture = v
	}
	s.link.watch(s.picture)
	if r := &s.recorded; r.recorder != nil && !r.over {
		s.picture.keep(r.recorder)
		r.pipeline.Store(s.picture.pipeline)
	}
	s.picture.start()
	s.link.cursor.start()
}

// stopPicture stops taking pictures, until startPicture.
func (s *session) stopPicture() {
	if s.picture != nil {
		s.picture.stop()
	}
	if s.link != nil {
		s.link.cursor.stop()
	}
	s.sight.doubt()
}

// screening shows pictures as long as that is allowed.
type screening struct {
	// Set at construction.
	gate *consent.Gate
	sink picture.Sink

	// left is set while the technician is away.
	left atomic.Bool
	// needKey is set when a frame was dropped, or may have been lost on the way to one
	// who was away: what follows cannot be decoded before the next key frame. Owned by
	// the caller of WriteFrame.
	needKey bool
}

// Network implements picture.Link. For a technician who is away, and in a pause, nothing is
// encoded.
func (v *screening) Network() picture.Network {
	var n picture.Network
	if link, ok := v.sink.(picture.Link); ok {
		n = link.Network()
	}
	if v.gate.Holds() {
		v.left.Store(true)
		n.Away = true
	}
	return n
}

// WriteFrame implements picture.Sink. No frame begins without permission; one that is
// under way does not hold up whoever takes the permission away, however long the
// network takes. While the technician is away frames are dropped, and in a pause those too
// that are from before its end: a connection lets none of them leave.
func (v *screening) WriteFrame(f picture.Frame) error {
	missed := v.left.Swap(false) || v.needKey
	if v.needKey = missed && !f.KeyFrame || v.gate.Hides(f.At); v.needKey {
		return nil
	}
	if !v.gate.Permits(signaling.ScopeView) {
		return errors.New("viewing is not allowed any more")
	}
	err := v.sink.WriteFrame(f)
	if v.needKey = errors.Is(err, peer.ErrHeld); v.needKey {
		return nil
	}
	return err
}
