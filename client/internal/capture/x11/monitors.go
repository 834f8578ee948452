//go:build linux

package x11

import (
	"fmt"
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

// Monitors implements capture.Source. A monitor that comes back has the ID that it
// had before.
func (s *Source) Monitors() ([]capture.Monitor, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.closed {
		return nil, capture.ErrClosed
	}
	list, err := s.display.monitors()
	if err != nil {
		return nil, err
	}
	if len(list) == 0 {
		return nil, errNoMonitor(capture.ErrNoMonitor)
	}
	return s.number(list), nil
}

// number gives those monitors an ID that have none yet.
func (s *Source) number(list []monitor) []capture.Monitor {
	numbered := make([]capture.Monitor, len(list))
	for n, m := range list {
		id, ok := s.ids[m.name]
		if !ok {
			id = len(s.ids)
			s.ids[m.name] = id
		}
		numbered[n] = capture.Monitor{ID: id, Bounds: m.bounds, Primary: m.primary}
	}
	return numbered
}

// Watch implements capture.Source.
func (s *Source) Watch(id int) error {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.closed {
		return capture.ErrClosed
	}
	list, err := s.display.monitors()
	if err != nil {
		return err
	}
	for n, m := range s.number(list) {
		if m.ID == id {
			s.watched, s.located, s.complete = list[n].name, false, true
			return nil
		}
	}
	return fmt.Errorf("monitor %d of %d: %w", id, len(list), capture.ErrNoMonitor)
}

// locate finds the watched monitor's place. The next frame is a complete one when it
// has another than before.
func (s *Source) locate() error {
	if s.rearranged.Swap(false) {
		s.located = false
	}
	if s.located {
		return nil
	}
	list, err := s.display.monitors()
	if err != nil {
		return err
	}
	for _, m := range list {
		if m.name == s.watched {
			s.complete = s.complete || m.bounds != s.bounds
			s.bounds, s.located = m.bounds, true
			return nil
		}
	}
	return fmt.Errorf("the watched monitor is not connected: %w", capture.ErrNoMonitor)
}
