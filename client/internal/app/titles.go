package app

import (
	"context"
	"log/slog"
	"time"

	"github.com/lendhand/lendhand/relay/recording/event"
)

// lookAgain is how often it is looked whether the technician sees something again.
const lookAgain = 200 * time.Millisecond

// watchTitles records which windows come to the front, until the recording ends. A recording
// goes on without.
func (s *session) watchTitles() {
	if s.config.OpenTitles == nil {
		return
	}
	r := &s.recorded
	r.running.Go(func() {
		for s.awaitSight(r.ctx) {
			if err := s.recordTitles(r.ctx); err != nil {
				s.log.Info("the titles of windows are not recorded", slog.Any("error", err))
				return
			}
		}
	})
}

// awaitSight waits until the technician sees something, and reports whether ctx has not ended.
func (s *session) awaitSight(ctx context.Context) bool {
	for s.gate.Holds() {
		select {
		case <-time.After(lookAgain):
		case <-ctx.Done():
			return false
		}
	}
	return ctx.Err() == nil
}

// recordTitles records titles, beginning with the present one, until one comes that the
// technician does not see.
func (s *session) recordTitles(ctx context.Context) error {
	watch, err := s.config.OpenTitles()
	if err != nil {
		return err
	}
	defer func() { _ = watch.Close() }()
	for {
		now, err := watch.Next(ctx)
		switch {
		case ctx.Err() != nil || s.gate.Holds():
			return nil
		case err != nil:
			return err
		}
		s.journal.add(&event.Window{Title: now.Title, Program: now.Program})
	}
}
