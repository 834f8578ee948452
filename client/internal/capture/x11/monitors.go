//go:build linux

package x11

import (
	"image"
	"slices"

	"github.com/jezek/xgb/randr"
	"github.com/jezek/xgb/xproto"

	"github.com/lendhand/lendhand/client/internal/capture"
)

// monitor is what RandR knows of one.
type monitor struct {
	name    xproto.Atom // such as that of "HDMI-1"
	bounds  image.Rectangle
	primary bool
}

// monitors lists those that are switched on, the primary one first.
func (d *display) monitors() ([]monitor, error) {
	const active = true
	reply, err := randr.GetMonitors(d.c, d.root, active).Reply()
	if err != nil {
		return nil, d.failed("list monitors", err)
	}
	var list []monitor
	for _, m := range reply.Monitors {
		at := image.Pt(int(m.X), int(m.Y))
		bounds := image.Rectangle{Min: at, Max: at.Add(image.Pt(int(m.Width), int(m.Height)))}
		if !bounds.Empty() {
			list = append(list, monitor{m.Name, bounds, m.Primary})
		}
	}
	// The server need not have a primary one: then it is the first.
	first := max(0, slices.IndexFunc(list, func(m monitor) bool { return m.primary }))
	for n := range list {
		list[n].primary = n == first
	}
	slices.SortStableFunc(list, func(a, b monitor) int {
		switch {
		case a.primary:
			return -1
		case b.primary:
			return 1
		}
		return 0
	})
	return list, nil
}

// known is what this program has found out about a monitor.
type known struct {
	id   int
	name string
}

// number gives those monitors an ID that have none yet.
func (s *Source) number(list []monitor) ([]capture.Monitor, error) {
	numbered := make([]capture.Monitor, len(list))
	for n, m := range list {
		k, ok := s.known[m.name]
		if !ok {
			reply, err := xproto.GetAtomName(s.display.c, m.name).Reply()
			if err != nil {
				return nil, s.display.failed("ask for a monitor's name", err)
			}
			k = known{id: len(s.known), name: reply.Name}
			s.known[m.name] = k
		}
		numbered[n] = capture.Monitor{ID: k.id, Name: k.name, Bounds: m.bounds, Primary: m.primary}
	}
	return numbered, nil
}

// list lists the monitors that are connected now.
func (s *Source) list() ([]capture.Monitor, error) {
	list, err := s.display.monitors()
	if err != nil {
		return nil, err
	}
	return s.number(list)
}

// Monitors implements capture.Source. A monitor that comes back has the ID that it
// had before.
func (s *Source) Monitors() ([]capture.Monitor, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.closed {
		return nil, capture.ErrClosed
	}
	s.display.guard.Begin()
	defer s.display.guard.End()
	list, err := s.list()
	if err == nil && len(list) == 0 {
		err = errNoMonitor(capture.ErrNoMonitor)
	}
	return list, err
}

// Rearranged implements capture.Source.
func (s *Source) Rearranged() <-chan struct{} { return s.changed }

// Watch implements capture.Source.
func (s *Source) Watch(id int) error {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.closed {
		return capture.ErrClosed
	}
	s.display.guard.Begin()
	defer s.display.guard.End()
	list, err := s.list()
	if err != nil {
		return err
	}
	if _, _, err := capture.Place(list, id); err != nil {
		return err
	}
	s.watched, s.located, s.complete = id, false, true
	return nil
}

// locate finds the place of what is watched. The next frame is a complete one when it
// is another than before.
func (s *Source) locate() error {
	if s.rearranged.Swap(false) {
		s.located = false
	}
	if s.located {
		return nil
	}
	list, err := s.list()
	if err != nil {
		return err
	}
	bounds, gaps, err := capture.Place(list, s.watched)
	if err != nil {
		return err
	}
	s.complete = s.complete || bounds != s.bounds || !slices.Equal(gaps, s.gaps)
	s.bounds, s.gaps, s.located = bounds, gaps, true
	return nil
}
