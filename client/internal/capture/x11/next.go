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
	s.display.guard.Begin()
	defer s.display.guard.End()
	for {
		done, err = s.tryTake(f)
		if err == nil {
			return done, nil
		}
		if again := s.recover(err); again != nil {
			return false, again
		}
	}
}

// recover returns nil when the server refused to show the picture because the
// monitor has become smaller under the grab, and the error otherwise.
func (s *Source) recover(err error) error {
	var refused refusal
	if !errors.As(err, &refused) {
		return err
	}
	before := s.bounds
	s.complete, s.located = true, false
	if failed := s.locate(); failed != nil {
		return failed
	}
	if s.bounds == before {
		return err
	}
	return nil
}

func (s *Source) tryTake(f *capture.Frame) (done bool, err error) {
	if err := s.locate(); err != nil {
		return false, err
	}
	// The mark goes before the damage: a change in between sets it again.
	damaged := s.damaged.Swap(false)
	switch {
	case s.complete, damaged && !s.holds(f):
		s.display.forget()
		return true, s.takeAll(f)
	case damaged:
		return s.takeChanges(f)
	}
	return false, nil
}

// holds reports whether f is the frame that holds the last picture.
func (s *Source) holds(f *capture.Frame) bool {
	return len(f.Pix) > 0 && &f.Pix[0] == s.held && f.Bounds == s.bounds
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
	if err := s.reader.read(s.bounds, s.regions.all(), pixels{frame: f, gaps: s.gaps}); err != nil {
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
	if err := s.reader.read(s.bounds, s.regions.all(), pixels{frame: f, gaps: s.gaps, changes: &s.changes}); err != nil {
		return false, err
	}
	f.Damage = append(f.Damage[:0], s.changes.all()...)
	return len(f.Damage) > 0, nil
}
