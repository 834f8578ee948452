package app

import (
	"time"

	"github.com/lendhand/lendhand/client/internal/ui"
	"github.com/lendhand/lendhand/relay/recording/event"
	"github.com/lendhand/lendhand/signaling"
	"github.com/lendhand/lendhand/signaling/pace"
)

// The pace at which the relay is told of pauses. It takes more; what comes faster is told
// in a moment, as it is then.
const pausesAtOnce, pauseEvery = 30, 2 * time.Second

// pauses is what the relay knows of the person's pauses. The session's goroutine owns it.
type pauses struct {
	told   bool // what it was told last
	ever   bool // it was told of one
	pace   *pace.Bucket
	notice *time.Timer // when to tell it what is so by then
}

func newPauses() pauses {
	p := pauses{pace: pace.NewBucket(pausesAtOnce, pauseEvery), notice: time.NewTimer(time.Hour)}
	p.notice.Stop()
	return p
}

// pause holds everything back at the person's wish, at once: when it returns nothing of
// this desktop leaves any more, and no picture of it is taken.
func (s *session) pause() {
	if s.gate.PausedByPerson() {
		s.config.UI.Say(ui.Notice{Message: "That is how it is already."})
		return
	}
	s.holdBack(s.gate.Pause, pausedByPerson)
}

// holdBack holds everything back, in the way that begin does.
func (s *session) holdBack(begin func(), reason string) {
	held := s.gate.Paused()
	begin()
	if s.link != nil {
		s.link.conn.Hold(true)
		s.link.hands.letGo()
	}
	s.stopPicture()
	if !held {
		s.recorded.heldSince = time.Now()
		s.journal.add(&event.Pause{What: event.PausedSession, Reason: reason})
	}
	s.pauseChanged()
}

// unpause goes on, with a picture that is new.
func (s *session) unpause(own bool) {
	switch {
	case !s.gate.PausedByPerson():
		s.config.UI.Say(ui.Notice{Message: "That is how it is already."})
		return
	case !own && s.touch.settling() > 0 || s.isPrograms(): // what was typed last may come late
		s.sayUnsure()
		return
	}
	s.goOn(s.gate.Unpause)
}

// goOn shows everything again after end, unless another pause goes on.
func (s *session) goOn(end func()) {
	end()
	if s.gate.Paused() {
		s.pauseChanged()
		return
	}
	if s.link != nil {
		s.link.conn.Hold(false)
	}
	s.journal.add(&event.Unpause{What: event.PausedSession, Length: event.At(time.Since(s.recorded.heldSince))})
	s.pauseChanged()
	if s.reason == "" && s.phase == ui.Active && s.link != nil {
		s.startPicture()
	}
	if s.reason == "" {
		s.tellScreen()
		s.tellMonitors()
	}
}

// pauseChanged tells everybody whether the session is paused.
func (s *session) pauseChanged() {
	s.written(s.config.Events.Paused(s.gate.Paused()))
	select {
	case <-s.gate.Changes(): // this one; all that it says is told here
	default:
	}
	if s.permissionsChanged(); s.link == nil {
		s.show()
	}
	s.notePause()
}

// notePause tells the relay whether the session is paused, now or in a moment.
func (s *session) notePause() {
	on := s.gate.Paused()
	if on == s.pauses.told || s.reason != "" {
		return
	}
	now := time.Now()
	if !s.pauses.pace.Take(now) {
		s.pauses.notice.Reset(s.pauses.pace.Wait(now))
		return
	}
	s.pauses.told, s.pauses.ever = on, true
	s.tell(&signaling.Paused{On: on})
}

// repeatPause tells the relay again what it may have missed.
func (s *session) repeatPause() {
	if s.pauses.ever {
		s.tell(&signaling.Paused{On: s.pauses.told})
	}
}
