package app

import (
	"slices"
	"sync/atomic"

	"github.com/lendhand/lendhand/client/internal/consent"
	"github.com/lendhand/lendhand/client/internal/picture"
	"github.com/lendhand/lendhand/client/internal/record"
	"github.com/lendhand/lendhand/relay/recording/event"
	"github.com/lendhand/lendhand/signaling"
)

// journal is where what happens is told to the recording, if there is one. Its methods may
// be called from any goroutine, and cost next to nothing while there is none.
type journal struct {
	recorder atomic.Pointer[record.Recorder]
}

func (j *journal) begin(r *record.Recorder) { j.recorder.Store(r) }

func (j *journal) end() { j.recorder.Store(nil) }

func (j *journal) add(e event.Event) {
	if r := j.recorder.Load(); r != nil {
		r.Add(e)
	}
}

// did records what the technician has done: where, and that keys were pressed, never which.
func (j *journal) did(e signaling.Event) {
	r := j.recorder.Load()
	if r == nil {
		return
	}
	switch e := e.(type) {
	case *signaling.ButtonEvent:
		if e.Down {
			r.Click(e.Button, e.X, e.Y, event.Technician)
		}
	case *signaling.KeyEvent:
		if e.Down {
			r.Keys(1)
		}
	case *signaling.TextEvent:
		r.Keys(len([]rune(e.Text)))
	}
}

// points records where a pointer is in the picture.
func (j *journal) points(x, y int, by string) {
	if r := j.recorder.Load(); r != nil {
		r.Pointer(x, y, by)
	}
}

// permissions records what is allowed now.
func (j *journal) permissions(gate *consent.Gate) {
	if j.recorder.Load() == nil {
		return
	}
	now, _ := gate.Permissions()
	scopes := make([]string, 0, len(now))
	for _, scope := range now {
		scopes = append(scopes, string(scope))
	}
	j.add(&event.Permissions{Now: scopes, Paused: gate.Paused()})
}

// screen records what the picture shows.
func (j *journal) screen(v view, m picture.Monitors) {
	if v.number == 0 || j.recorder.Load() == nil {
		return
	}
	e := &event.Screen{
		Number: v.number, X: v.bounds.Min.X, Y: v.bounds.Min.Y, Width: v.bounds.Dx(), Height: v.bounds.Dy(), Monitor: m.Shown,
	}
	for _, one := range m.List[:min(len(m.List), signaling.MaxMonitors)] {
		b := one.Bounds
		e.Monitors = append(e.Monitors, event.Monitor{
			ID: one.ID, Name: signaling.Clean(one.Name, maxMonitorName), X: b.Min.X, Y: b.Min.Y, Width: b.Dx(), Height: b.Dy(),
		})
	}
	j.add(e)
}

// isSameScreen reports whether two lists of monitors are one.
func isSameScreen(a, b picture.Monitors) bool {
	return a.Shown == b.Shown && slices.Equal(a.List, b.List)
}
