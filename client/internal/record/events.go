package record

import (
	"github.com/lendhand/lendhand/relay/recording/event"
)

// Add records that something happens now. While the recording is paused, what could say
// something of the screen is left out: windows, chat, pointers and clicks.
func (r *Recorder) Add(e event.Event) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.ended || r.paused != nil && isOfScreen(e) {
		return
	}
	r.build.add(r.now(), e)
}

// isOfScreen reports whether an event says something of what the screen shows.
func isOfScreen(e event.Event) bool {
	switch e.(type) {
	case *event.Window, *event.Chat, *event.Pointer, *event.Click:
		return true
	}
	return false
}

// Pointer records where a pointer is: at most ten times a second, and when it has moved.
func (r *Recorder) Pointer(x, y int, by string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	now, last := r.now(), r.places[by]
	moved := last.x != x || last.y != y || last.at == 0
	if r.isBusy() || !moved || last.at != 0 && now-last.at < pointerEvery {
		return
	}
	r.places[by] = place{x, y, now}
	r.build.add(now, &event.Pointer{X: x, Y: y, By: by})
}

// Click records that a button has gone down at a place.
func (r *Recorder) Click(button, x, y int, by string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.isBusy() {
		r.build.add(r.now(), &event.Click{Button: button, X: x, Y: y, By: by})
	}
}

// Keys records that the technician has pressed so many keys: never which.
func (r *Recorder) Keys(count int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.ended || r.paused != nil {
		return
	}
	r.build.begin(r.now())
	r.build.keys += count
}

// isBusy reports whether nothing of little weight is to be recorded now.
func (r *Recorder) isBusy() bool { return r.ended || r.paused != nil || r.build.isCrowded() }

// Pause has no pictures recorded, nor what happens on the screen, until Unpause.
func (r *Recorder) Pause(reason string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.ended || r.paused != nil {
		return
	}
	now := r.now()
	r.found(now) // what was missing, up to here
	r.build.add(now, &event.Pause{What: event.PausedRecording, Reason: reason})
	r.paused = &pause{since: now}
	r.build.ready = false
}

// Unpause goes on, with the next picture that can be decoded by itself.
func (r *Recorder) Unpause() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.ended || r.paused == nil {
		return
	}
	now := r.now()
	r.build.add(now, &event.Unpause{What: event.PausedRecording, Length: now - r.paused.since})
	r.paused = nil
	r.missed, r.why = now, GapUnpaused
	r.config.KeyFrame()
}
