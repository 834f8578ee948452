package app

import (
	"sync/atomic"

	"github.com/lendhand/lendhand/client/internal/peer"
	"github.com/lendhand/lendhand/client/internal/picture"
	"github.com/lendhand/lendhand/client/internal/tile"
	"github.com/lendhand/lendhand/signaling"
)

// pane is where a technician sees the picture: frames, and tiles if they want them.
type pane struct {
	*peer.Conn
	sight  *sight
	wanted atomic.Bool
}

// Previewing implements picture.Previewer.
func (p *pane) Previewing() bool { return p.wanted.Load() }

// Preview implements picture.Previewer.
func (p *pane) Preview(preview picture.Preview) {
	stamp, ok := p.Timestamp(preview.At)
	if !ok {
		return
	}
	number := p.sight.look().number
	for _, m := range preview.Messages {
		tile.Address(m, number, stamp)
	}
	p.SendTiles(preview.Messages)
}

// Previewing implements picture.Previewer.
func (v *screening) Previewing() bool {
	p, ok := v.sink.(picture.Previewer)
	return ok && p.Previewing()
}

// Preview implements picture.Previewer. A tile is an act that is allowed or not.
func (v *screening) Preview(preview picture.Preview) {
	if p, ok := v.sink.(picture.Previewer); ok && !v.gate.Hides(preview.At) {
		v.gate.Do(signaling.ScopeView, func() { p.Preview(preview) })
	}
}

// setTiles sends tiles from now on, or none, at the technician's word.
func (s *session) setTiles(m *signaling.Tiles) {
	if !s.gate.Permits(signaling.ScopeView) {
		s.refuseView()
		return
	}
	s.link.pane.wanted.Store(m.On)
}
