//go:build linux

package x11

import (
	"context"
	"errors"
	"image"
	"time"

	"github.com/lendhand/lendhand/client/internal/capture"
)

// Next implements capture.Source. A frame other than the one that it filled last is
// filled anew, which takes longer.
func (s *Source) Next(ctx context.Context, f *capture.Frame) error {
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		if done, err := s.take(f); done || err != nil {
			return err
		}
		if err := s.wait(ctx, s.wake); err != nil {
			return err
		}
	}
}

// take fills f when there is something new to see.
func (s *Source) take(f *capture.Frame) (done bool, err error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.closed {
		return false, capture.ErrClosed
	}
	for {
		done, err = s.tryTake(f)
		var refused refusal
		if !errors.As(err, &refused) {
			return done, err
		}
		// The monitor may have become smaller under the grab.
		before := s.bounds
		s.complete, s.located = true, false
		if failed := s.locate(); failed != nil {
			return false, failed
		}
		if s.bounds == before {
			return false, err
		}
	}
}

func (s *Source) tryTake(f *capture.Frame) (done bool, err error) {
	if err := s.locate(); err != nil {
		return false, err
	}
	// The mark goes before the damage: a change in between sets it again.
	damaged := s.damaged.Swap(false)
	if s.complete || len(f.Pix) == 0 && damaged || damaged && &f.Pix[0] != s.held {
		s.display.forget()
		return true, s.takeAll(f)
	}
	if !damaged {
		return false, nil
	}
	return s.takeChanges(f)
}

// takeAll fills f with a complete picture.
func (s *Source) takeAll(f *capture.Frame) error {
	s.complete = true // until it has succeeded
	size := s.bounds.Size()
	f.Stride, f.Bounds = 4*size.X, s.bounds
	if need := f.Stride * size.Y; cap(f.Pix) < need {
		f.Pix = make([]byte, need)
	} else {
		f.Pix = f.Pix[:need]
	}
	f.At = time.Now()
	f.Damage = append(f.Damage[:0], image.Rectangle{Max: size})
	s.regions.clear()
	s.regions.add(s.bounds)
	if err := s.reader.read(s.bounds, s.regions.all(), pixels{frame: f}); err != nil {
		return err
	}
	s.complete, s.held = false, &f.Pix[0]
	return nil
}

// takeChanges renews what changed, and reports whether anything did: much of what
// programs draw looks like what was there.
func (s *Source) takeChanges(f *capture.Frame) (bool, error) {
	s.regions.clear()
	if err := s.display.takeDamage(&s.regions, s.bounds); err != nil {
		return false, err
	}
	if s.regions.count == 0 {
		return false, nil // another monitor's
	}
	if s.regions.area() > areaOf(s.bounds) { // they overlap
		s.regions.clear()
		s.regions.add(s.bounds)
	}
	f.At = time.Now()
	s.changes.clear()
	if err := s.reader.read(s.bounds, s.regions.all(), pixels{frame: f, changes: &s.changes}); err != nil {
		return false, err
	}
	f.Damage = append(f.Damage[:0], s.changes.all()...)
	return len(f.Damage) > 0, nil
}
