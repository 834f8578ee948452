package window_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/lendhand/lendhand/client/internal/ui"
	"github.com/lendhand/lendhand/client/internal/ui/window"
)

// loosening are the presses that give a technician more. All others narrow something, or
// do nothing to what they may do.
var loosening = map[string]bool{
	"yes-view": true, "yes-control": true, "go-on": true, "words-same": true, "unpause": true, "allow-control": true,
	"scope:clipboard-to-host on": true, "scope:clipboard-from-host on": true,
	"scope:files-to-host on": true, "scope:files-from-host on": true,
	"give-it": true, "record on": true, "recording-pause": true, "recording-go-on": true,
}

// answering are the presses that wait for a page to settle even if they loosen nothing.
var answering = map[string]bool{
	"no": true, "reported": true, "only-look": true, "end": true,
	"scope:clipboard-to-host off": true, "scope:clipboard-from-host off": true,
	"scope:files-to-host off": true, "scope:files-from-host off": true,
	"record off": true, "choose": true,
}

// pressed is something that can be pressed in a state.
type pressed struct {
	id string
	on bool
}

func (p pressed) String() string {
	switch isSwitch := strings.HasPrefix(p.id, "scope:") || p.id == "record"; {
	case isSwitch && p.on:
		return p.id + " on"
	case isSwitch:
		return p.id + " off"
	}
	return p.id
}

// pressable is all that can be pressed now.
func (w *world) pressable() []pressed {
	page, bar := w.kit.Page(), w.kit.Bar()
	list := []pressed{{id: window.Close}}
	if page.Escape != "" {
		list[0].id = page.Escape
	}
	var all []window.Element
	if page.Hidden {
		page.Elements, list = nil, nil
	}
	for _, e := range page.Elements {
		all = append(all, e)
		if e.Kind == window.Row {
			all = append(all, e.Children...)
		}
	}
	if bar != nil {
		all = append(all, bar.Elements...)
	}
	for _, e := range all {
		switch e.Kind {
		case window.Button, window.Field:
			list = append(list, pressed{id: e.ID})
		case window.Switch:
			list = append(list, pressed{e.ID, true}, pressed{e.ID, false})
		}
	}
	return list
}

// hand is one way to press.
type hand struct {
	ui.Hand
	assistive bool
}

// Every button, on every page and the bar, by every hand: what loosens needs the
// person's own, or assistive technology's where that is allowed; what a program injects
// does nothing at all.
func TestEveryPressByEveryHand(t *testing.T) {
	hands := []hand{
		{ui.OwnHand, false}, {ui.UnknownHand, false}, {ui.ProgramHand, false},
		{ui.OwnHand, true}, {ui.UnknownHand, true}, {ui.ProgramHand, true},
	}
	tried, pages := make(map[string]bool), map[string]bool{}
	for _, name := range slices.Sorted(maps.Keys(states)) {
		state := states[name]
		var buttons []pressed
		in(t, nil, func(w *world) {
			state(w)
			w.command()
			buttons = w.pressable()
		})
		if pages[fmt.Sprint(buttons)] {
			continue // the same as on another one
		}
		pages[fmt.Sprint(buttons)] = true
		for _, b := range buttons {
			tried[b.String()] = true
			for _, h := range hands {
				may := h.Hand == ui.OwnHand || h.Hand == ui.UnknownHand && (h.assistive || !loosening[b.String()])
				t.Run(fmt.Sprintf("%s/%s/%d/%v", name, b, h.Hand, h.assistive), func(t *testing.T) {
					in(t, func(c *window.Config) { c.Assistive = h.assistive }, func(w *world) { w.tryOut(state, b, h.Hand, settled, may) })
				})
			}
		}
	}
	for id := range loosening {
		if !tried[id] {
			t.Errorf("%q is on no page", id)
		}
	}
}

// Where the system does not tell hands apart, a device's press loosens while nothing that
// the technician does reaches this machine, and at no other time.
func TestHandsThatLookAlike(t *testing.T) {
	for _, c := range []struct {
		state string
		press pressed
		may   bool
	}{
		{"request", pressed{id: "yes-view"}, true},
		{"request", pressed{id: "yes-control"}, true},
		{"again", pressed{id: "go-on"}, true},
		{"give-file", pressed{id: "give-it"}, true},
		{"view", pressed{id: "allow-control"}, true},
		{"paused", pressed{id: "unpause"}, true},
		{"control", pressed{"scope:clipboard-from-host", true}, false},
		{"control", pressed{id: "take-back"}, true},
		{"control", pressed{id: "stop"}, true},
	} {
		t.Run(c.state+"/"+c.press.String(), func(t *testing.T) {
			in(t, nil, func(w *world) { w.tryOut(states[c.state], c.press, ui.DeviceHand, settled, c.may) })
		})
	}
}

// A press that comes at once may have been meant for what was there before: it answers
// no question and loosens nothing. What ends or narrows a session need not wait.
func TestEveryPressThatComesTooSoon(t *testing.T) {
	tried := make(map[string]bool)
	for _, name := range []string{"request", "record", "again", "words", "view", "yielding", "paused", "broken", "give", "give-file", "files"} {
		var buttons []pressed
		in(t, nil, func(w *world) {
			states[name](w)
			buttons = w.pressable()
		})
		for _, b := range buttons {
			tried[b.String()] = true
			onQuestion := name == "request" || name == "record" || name == "again" || name == "give" || name == "give-file"
			may := !loosening[b.String()] && (!onQuestion || !answering[b.String()])
			t.Run(name+"/"+b.String(), func(t *testing.T) {
				in(t, nil, func(w *world) { w.tryOut(states[name], b, ui.OwnHand, 0, may) })
			})
		}
	}
	for id := range answering {
		if !tried[id] {
			t.Errorf("%q is on no page", id)
		}
	}
}

// tryOut brings the window into a state, presses something after a while, and looks
// whether that did something.
func (w *world) tryOut(state func(*world), b pressed, h ui.Hand, after time.Duration, may bool) {
	state(w)
	w.command()
	time.Sleep(after)
	synctest.Wait()
	before := w.effects()
	w.kit.Do(w.t, window.Press{ID: b.id, On: b.on, Text: "482 913 077", Hand: h})
	synctest.Wait()
	command := w.command()
	did := command != nil || w.effects() != before
	if did != may && (did || !idle(b)) {
		w.t.Errorf("did something: %v (%#v), want %v", did, command, may)
	}
}

// idle reports whether a press may have nothing to show for it: a switch that is off
// already is turned off, the window has the keyboard where it is to be, or what would be
// opened is open.
func idle(b pressed) bool {
	return strings.HasSuffix(b.String(), " off") || strings.HasSuffix(b.String(), " on") || b.id == "chat" || b.id == "choose"
}

// effects is all that a press can change here, but for what tells why it did not count.
func (w *world) effects() string {
	p := w.kit.Page()
	var list []string
	for _, e := range p.Elements {
		if e.ID != "told" && e.Kind != window.Countdown && e.ID != "within" && e.ID != "life" {
			list = append(list, fmt.Sprintf("%+v", e))
		}
	}
	return fmt.Sprint(p.ID, p.Hidden, p.Chooser != nil, list, w.kit.Copied(), w.kit.Spoken(), w.kit.Opened(), w.kit.Attended())
}
