package app

import (
	"time"

	"github.com/lendhand/lendhand/client/internal/ui"
	"github.com/lendhand/lendhand/signaling"
	"github.com/lendhand/lendhand/signaling/problem"
)

// openEvery is how often the person can try an invitation, after the first two: each try
// is two registrations, which the relay has its own pace for.
const openEvery = 5 * time.Second

// open has the next session wait for the technician of an invitation, in place of this
// one, which waits for somebody with its code.
func (s *session) open(code signaling.Code) {
	refuse := func(message, hint string) { s.config.UI.Say(ui.Notice{Message: message, Hint: hint}) }
	switch {
	case s.reason != "" && s.quit:
	case s.reason != "": // the next session is about to begin
		s.memory.invite(code)
	case s.technician.ID != "":
		refuse("Somebody is here already.", "Try it again when this session is over.")
	case !s.memory.opens.Take(time.Now()):
		refuse("That was too many invitations at once.", "Try it again in a moment.")
	default:
		s.memory.invite(code)
		s.stop(signaling.EndHostStopped)
	}
}

// isAboutInvitation reports whether an error of the relay's says that the invitation
// which the next session is for cannot be opened.
func (a *App) isAboutInvitation(told *signaling.Error) bool {
	isRefusal := told.Code == signaling.CodeInvalidCode || told.Code == signaling.CodeTooManyTries
	return isRefusal && a.memory.invitation() != ""
}

// invitationRefused asks for a code instead, and says why. Where the program was started
// for that invitation alone, it is the end.
func (a *App) invitationRefused(told *signaling.Error) error {
	if !a.config.Stays && a.memory.invitation() == a.config.Invitation {
		return problem.New(told.Message, told.Hint)
	}
	a.memory.invite("")
	notice := ui.Notice{Message: "That invitation is not valid.", Hint: "Compare the nine digits, or read out the code that is shown."}
	if told.Code == signaling.CodeTooManyTries {
		notice = ui.Notice{Message: "Too many wrong invitations come from your network.", Hint: "Try it again in a while, or read out the code that is shown."}
	}
	a.config.UI.Say(notice)
	if err := a.client.Send(a.introduce()); err != nil {
		a.config.Log.Debug("not registered again", "error", err)
	}
	return nil
}
