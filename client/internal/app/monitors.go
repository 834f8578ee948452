package app

import (
	"fmt"
	"image"
	"time"

	"github.com/lendhand/lendhand/client/internal/capture"
	"github.com/lendhand/lendhand/client/internal/picture"
	"github.com/lendhand/lendhand/signaling"
)

// maxMonitorName is the length of a monitor's name, in characters, with room for its
// size behind it.
const maxMonitorName = 40

// tellGap is the least time between two lists of the monitors: the technician's side may
// ask as often as it likes.
const tellGap = 250 * time.Millisecond

// monitorsChanged handles a list of the monitors, which may be the same as before.
func (s *session) monitorsChanged(m picture.Monitors) {
	if !isSameScreen(m, s.monitors) {
		s.journal.screen(s.sight.look(), m)
	}
	s.monitors = m
	s.tellMonitors()
}

// tellMonitors tells which monitors there are, if the technician's side has asked, now or
// in a moment.
func (s *session) tellMonitors() {
	l := s.link
	if l == nil || !l.open || !l.listing || l.telling || len(s.monitors.List) == 0 || s.gate.Paused() {
		return
	}
	if wait := tellGap - time.Since(l.told); wait > 0 {
		l.telling = true
		time.AfterFunc(wait, func() { l.post((*session).tellMonitorsNow) })
		return
	}
	s.tellMonitorsNow()
}

// tellMonitorsNow tells of the monitors of this moment, or after a pause of those of then.
func (s *session) tellMonitorsNow() {
	if s.link.telling = false; s.gate.Paused() {
		return
	}
	s.link.told = time.Now()
	s.toTechnician(messageOf(s.monitors))
}

// messageOf tells of as many monitors as a message may.
func messageOf(m picture.Monitors) *signaling.Monitors {
	list := m.List[:min(len(m.List), signaling.MaxMonitors)]
	told := &signaling.Monitors{Monitors: []signaling.Monitor{}, Shown: m.Shown}
	for _, one := range list {
		b := one.Bounds
		told.Monitors = append(told.Monitors, signaling.Monitor{
			ID: one.ID, Name: nameOf(one), Primary: one.Primary,
			X: b.Min.X, Y: b.Min.Y, Width: b.Dx(), Height: b.Dy(),
		})
	}
	return told
}

// nameOf returns what people call a monitor.
func nameOf(m capture.Monitor) string {
	size := fmt.Sprintf("%d × %d", m.Bounds.Dx(), m.Bounds.Dy())
	if name := signaling.Clean(m.Name, maxMonitorName); name != "" {
		return name + " · " + size
	}
	return size
}

// watch shows another monitor at the technician's word.
func (s *session) watch(m *signaling.Watch) {
	if s.gate.Paused() {
		s.link.listing = true // they are told afterwards
		return
	}
	if !s.gate.Allows(signaling.ScopeView) {
		s.refuseView()
		return
	}
	s.link.listing = true
	if m.Monitor == nil || s.picture == nil {
		s.tellMonitors()
		return
	}
	bounds, _, err := capture.Place(s.monitors.List, *m.Monitor)
	switch {
	case err != nil:
		s.toTechnician(&signaling.Error{
			Code: signaling.CodeNotFound, Message: "There is no such monitor.", Hint: "Choose one of those that are there.",
		})
		s.tellMonitors()
	case isTooLarge(bounds):
		s.toTechnician(&signaling.Error{
			Code: signaling.CodeScreenTooLarge, Message: "That is too large to be shown at once.", Hint: "Choose one of the monitors.",
		})
		s.tellMonitors()
	default:
		s.picture.pipeline.Watch(*m.Monitor)
	}
}

// isTooLarge reports whether a picture has more pixels than a technician can be told of.
func isTooLarge(bounds image.Rectangle) bool {
	return bounds.Dx()*bounds.Dy() > signaling.MaxPixels
}
