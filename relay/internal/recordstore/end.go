package recordstore

import (
	"context"
	"errors"
	"strconv"
	"time"

	"github.com/lendhand/lendhand/relay/internal/audit"
	"github.com/lendhand/lendhand/relay/recording"
)

// sayEvery is how often the audit trail is told how far a recording has come: nobody can
// shorten it to before that and hide it.
const sayEvery = time.Minute

// shortfall is by how much a recording may be behind when its session ends, and nobody is
// told: what is on its way.
const shortfall = 15 * time.Second

// tell writes an event of a recording into the audit trail.
func (s *Store) tell(l *live, kind audit.Kind, detail map[string]string) {
	s.cfg.Journal(audit.Event{Time: s.now(), Kind: kind, Actor: audit.ActorRelay, Session: l.id, Detail: detail})
}

// finish ends a recording whose last part came, or will not come. What fails is tried
// again by tend and endForsaken.
func (s *Store) finish(ctx context.Context, l *live, state State) error {
	if l.record.Head != nil && l.volume == nil && l.number == 0 {
		if err := s.begin(l); err != nil { // also one without parts is a file
			return err
		}
	}
	if err := s.shut(ctx, l); err != nil {
		return err
	}
	now := s.now()
	if err := s.db.EndRecording(ctx, l.id, state, now); err != nil {
		return err
	}
	l.record.State, l.record.Ended = state, now
	l.said, l.saidAt = l.chain.Next-1, now
	detail := map[string]string{
		"parts": strconv.FormatInt(l.chain.Next, 10), "complete": strconv.FormatBool(state == StateEnded), "length": l.chain.End.String(),
	}
	if l.record.Head != nil {
		detail["link"] = l.chain.Link.String()
	}
	s.tell(l, audit.RecordingEnded, detail)
	s.cfg.Changed(l.id)
	return nil
}

// SessionOver says that a session has just ended. When its recording does not reach to there,
// the audit trail is told: it ended before, as one may that need not be, or the rest has yet
// to come.
func (s *Store) SessionOver(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.over == nil {
		s.over = make(map[string]time.Time)
	}
	s.over[id] = s.now()
}

// compare looks at the recordings whose session is over.
func (s *Store) compare(ctx context.Context) {
	s.mu.Lock()
	over := s.over
	s.over = nil
	s.mu.Unlock()
	for id, at := range over {
		l, err := s.acquire(ctx, id)
		if err != nil {
			s.log.Error("recording not compared with its session", "recording", id, "error", err)
			continue
		}
		s.compareOne(l, at)
		s.release(l)
	}
}

func (s *Store) compareOne(l *live, over time.Time) {
	behind := l.extent.at(over) - span(l.chain.End)
	if l.record.Head == nil || behind < shortfall {
		return
	}
	newest := l.chain.Next - 1
	l.said, l.saidAt = newest, s.now()
	s.tell(l, audit.RecordingHead, map[string]string{
		"part": strconv.FormatInt(newest, 10), "link": l.chain.Link.String(), "session_over": "true", "behind": behind.Round(time.Second).String(),
	})
}

// tend looks at the recordings that somebody works on: it writes down how far they have
// come, closes volumes to which nothing comes, and tries again what has failed.
func (s *Store) tend(ctx context.Context) {
	for _, id := range s.growing() {
		l, err := s.acquire(ctx, id)
		if err != nil {
			continue // who works on it is told
		}
		s.tendOne(ctx, l)
		s.release(l)
	}
}

func (s *Store) tendOne(ctx context.Context, l *live) {
	now := s.now()
	if newest := l.chain.Next - 1; newest > l.said && now.Sub(l.saidAt) >= sayEvery {
		l.said, l.saidAt = newest, now
		s.tell(l, audit.RecordingHead, map[string]string{"part": strconv.FormatInt(newest, 10), "link": l.chain.Link.String()})
	}
	switch {
	case l.chain.Ended && l.record.State != StateEnded && l.record.State != StateDeleted:
		s.later(l, s.finish(ctx, l, StateEnded))
	case l.volume != nil && now.Sub(l.touched) > idleVolume && len(l.volume.Parts) > 0:
		s.later(l, s.shut(ctx, l))
	}
}

// endForsaken ends the recordings whose session is over, and of which nothing has come for
// a while.
func (s *Store) endForsaken(ctx context.Context, quiet time.Duration) {
	before := s.now().Add(-quiet)
	ids, err := s.db.ForsakenRecordings(ctx, before)
	if err != nil && ctx.Err() == nil {
		s.log.Error("forsaken recordings not looked for", "error", err)
	}
	for _, id := range ids {
		if err := s.forsake(ctx, id, before); err != nil && ctx.Err() == nil {
			s.log.Error("recording not ended", "recording", id, "error", err)
		}
	}
}

func (s *Store) forsake(ctx context.Context, id string, before time.Time) error {
	l, err := s.acquire(ctx, id)
	if errors.Is(err, ErrUnknown) {
		return nil
	}
	if err != nil {
		return err
	}
	defer s.release(l)
	switch {
	case l.record.State != StateOpen || l.touched.After(before):
		return nil
	case l.chain.Ended:
		return s.finish(ctx, l, StateEnded)
	}
	s.log.Info("recording is incomplete", "recording", id, "parts", l.chain.Next)
	return s.finish(ctx, l, StateIncomplete)
}

// Link returns the number of parts that a recording has so far, and the link of the newest;
// none before the manifest came.
func (s *Store) Link(ctx context.Context, id string) (parts int64, link recording.Link, err error) {
	l, err := s.acquire(ctx, id)
	if err != nil {
		return 0, link, err
	}
	defer s.release(l)
	return l.chain.Next, l.chain.Link, nil
}
