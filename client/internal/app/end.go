package app

import (
	"context"
	"time"

	"github.com/lendhand/lendhand/client/internal/ui"
	"github.com/lendhand/lendhand/signaling"
)

// stop ends the session at this side's word.
func (s *session) stop(reason signaling.EndReason) {
	if s.reason != "" {
		return
	}
	s.finish(reason)
	s.tell(&signaling.End{Reason: reason})
	s.over = s.over || s.alone
}

// reported ends the session because the person called nobody. Whoever asked cannot reach
// this program again, whatever the relay says.
func (s *session) reported() {
	s.log.Warn("technician reported", "technician", s.technician.ID)
	s.memory.report(s.technician.ID)
	s.finish(signaling.EndReported)
	s.tell(&signaling.Report{})
	s.over = s.over || s.alone
}

// reportedLate handles that the person has said so at the moment when the question was taken
// back: whoever asks must not get away with being quick.
func (s *session) reportedLate() {
	if s.reason == "" {
		s.reported()
		return
	}
	s.log.Warn("technician reported", "technician", s.technician.ID)
	s.memory.report(s.technician.ID)
	s.tell(&signaling.Report{}) // the relay notes it, though there is nothing to end
}

// leave ends the session because the program ends. The relay should hear of it, but
// nobody waits for it long.
func (s *session) leave() {
	s.quit = true
	s.stop(signaling.EndHostQuit)
	s.within(quitWithin, func() { s.over = true })
}

// technicianStopped ends the session at the technician's word. The relay has it from
// them too; a host does not speak for a technician.
func (s *session) technicianStopped() {
	s.finish(signaling.EndTechnicianStopped)
	s.over = s.over || s.alone
	s.within(confirmWithin, func() { s.tell(&signaling.End{Reason: signaling.EndTechnicianLost}) })
}

// finish ends the session here, once: nothing may be done any more, nothing stays
// down, no picture is taken. Then the person reads it, and then the technician.
func (s *session) finish(reason signaling.EndReason) {
	if s.reason != "" {
		return
	}
	s.reason = reason
	s.gate.Revoke()
	s.withdraw(unanswered(reason))
	s.asking.Wait()
	s.deadline.Stop()
	s.phase = ui.Ended
	if s.link != nil {
		s.dropCarrier()
		s.link.rest()
	}
	s.unwatchPerson()
	s.closeClipboard()
	s.closeFiles()
	s.stopPicture()
	s.endRecording(string(reason))
	s.report()
	if s.link != nil {
		s.part(s.link, &signaling.Ended{Reason: reason})
		s.link = nil
	}
}

// unanswered is why an open question needs no answer any more. The relay's minute may
// be over before this side's.
func unanswered(reason signaling.EndReason) error {
	if reason == signaling.EndNoAnswer {
		return context.DeadlineExceeded
	}
	return errWithdrawn
}

// report says that the session is over, if there was anybody: or somebody who must be let
// in by another program than this one.
func (s *session) report() {
	if s.technician.ID == "" && s.reason != signaling.EndRecordingRequired {
		return
	}
	s.show()
	s.written(s.config.Events.Stopped(s.reason))
	duration := time.Duration(0)
	if !s.began.IsZero() {
		duration = time.Since(s.began)
	}
	s.log.Info("session ended", "reason", s.reason, "duration", duration.Round(time.Second))
}
