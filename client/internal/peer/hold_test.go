package peer

import (
	"errors"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/pion/rtp"
)

// guarded is a stream that notes what leaves while nothing may.
type guarded struct {
	wire
	held       atomic.Bool
	sent, late atomic.Int64
}

func (g *guarded) WriteRTP(h *rtp.Header, payload []byte) (int, error) {
	g.sent.Add(1)
	time.Sleep(time.Duration(rand.IntN(30)) * time.Microsecond)
	if g.held.Load() {
		g.late.Add(1)
	}
	return len(payload), nil
}

// Frames flow, and the technician's side asks for all of them again: a thousand times
// nothing leaves any more when hold has returned.
func TestNoPacketLeavesWhileHeld(t *testing.T) {
	s, _ := newTestSender()
	defer s.close()
	g := &guarded{}
	s.track.bound.stream = g
	stop := make(chan struct{})
	var flow sync.WaitGroup
	busy := func(f func() error) {
		flow.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				if err := f(); err != nil && !errors.Is(err, ErrHeld) {
					t.Error(err)
					return
				}
			}
		})
	}
	busy(func() error { return s.write(frameOf(rand.IntN(5_000) + 1)) })
	busy(func() error { s.revive(); return nil })
	busy(func() error {
		s.mu.Lock()
		last := s.next - 1
		s.heard = true
		s.mu.Unlock()
		s.resend([]uint16{last, last - 1, last - 2})
		time.Sleep(time.Millisecond)
		return nil
	})
	for n := 0; n < 1000 || g.sent.Load() < 1000; n++ { // a busy machine sends less meanwhile
		time.Sleep(time.Duration(rand.IntN(2000)) * time.Microsecond)
		s.hold(true)
		g.held.Store(true)
		time.Sleep(time.Duration(rand.IntN(200)) * time.Microsecond)
		g.held.Store(false)
		s.hold(false)
	}
	close(stop)
	flow.Wait()
	if g.late.Load() > 0 {
		t.Errorf("%d of %d packets left while nothing might", g.late.Load(), g.sent.Load())
	}
}

// What was sent before is not sent again after that, and new frames are.
func TestHold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, w := newTestSender()
		defer s.close()
		must(t, s.write(frameOf(3_000)))
		before := w.take()
		s.arrived(nil, time.Now())
		s.hold(true)
		if err := s.write(frameOf(10)); !errors.Is(err, ErrHeld) {
			t.Errorf("a frame while held: %v", err)
		}
		s.hold(false)
		time.Sleep(time.Second)
		s.resend([]uint16{before[0].sequence})
		s.probe()
		if again := w.take(); len(again) > 0 {
			t.Errorf("%d packets were sent again", len(again))
		}
		must(t, s.write(frameOf(10)))
		if after := w.take(); len(after) != 1 || after[0].sequence != before[len(before)-1].sequence+1 {
			t.Errorf("after that: %+v", after)
		}
	})
}
