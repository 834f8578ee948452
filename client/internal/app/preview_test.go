package app

import (
	"image"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lendhand/lendhand/client/internal/consent"
	"github.com/lendhand/lendhand/client/internal/peer/peertest"
	"github.com/lendhand/lendhand/client/internal/picture"
	"github.com/lendhand/lendhand/client/internal/tile/tiletest"
	"github.com/lendhand/lendhand/client/internal/ui"
	"github.com/lendhand/lendhand/signaling"
)

// glazier counts previews.
type glazier struct {
	viewer
	previews int
}

func (g *glazier) Previewing() bool        { return true }
func (g *glazier) Preview(picture.Preview) { g.previews++ }

func TestNoTileWithoutPermission(t *testing.T) {
	gate, g := consent.NewGate(), &glazier{}
	shown := &screening{gate: gate, sink: g}
	want := func(what string, n int) {
		t.Helper()
		if shown.Preview(picture.Preview{}); g.previews != n {
			t.Errorf("%s: %d previews, want %d", what, g.previews, n)
		}
	}
	later := time.Now().Add(time.Hour)
	want("before the yes", 0)
	gate.SetGrant(onlyView, later)
	gate.Allow(onlyView, later)
	want("after the yes", 1)
	gate.Leave()
	want("away", 1)
	gate.Return()
	want("back", 2)
	gate.Revoke()
	want("after the stop", 2)
}

func TestASinkWithoutTilesIsAskedForNone(t *testing.T) {
	shown := &screening{gate: consent.NewGate(), sink: &viewer{}}
	if shown.Previewing() {
		t.Error("it wants previews")
	}
	shown.Preview(picture.Preview{})
}

// wantNoTile checks that nothing comes on the tile channel for a while.
func wantNoTile(t *testing.T, tech *technician) {
	t.Helper()
	select {
	case <-tech.Tiles:
		t.Error("a tile came")
	case <-time.After(200 * time.Millisecond):
	}
}

// drawn changes a corner of the picture.
func (w *world) drawn(colour uint32) { w.machine.screen().Fill(0, image.Rect(0, 0, 4, 4), colour) }

// asksForTiles asks, and waits until the host has heard it.
func (tech *technician) asksForTiles(on bool) {
	tech.w.t.Helper()
	tech.Send(signaling.ChannelControl, &signaling.Tiles{On: on})
	tech.Send(signaling.ChannelControl, &signaling.Watch{})
	peertest.Wait[*signaling.Monitors](tech.Technician)
}

func TestTilesComeWhenAskedFor(t *testing.T) {
	w := newWorld(t)
	tech := w.session(viewAndControl, onlyView)
	screen := peertest.WaitFor(tech.Technician, func(s *signaling.Screen) bool { return s.Number > 0 })
	if !screen.Tiles {
		t.Error("the host does not say that it knows tiles")
	}
	w.drawn(0x111111)
	wantNoTile(t, tech)

	tech.asksForTiles(true)
	w.drawn(0x123456)
	m, err := tiletest.Decode(receive(t, "tile", tech.Tiles), desktop.Size())
	must(t, err)
	want := []tiletest.Tile{{Bounds: image.Rect(0, 0, 4, 4), RGB: repeated([]byte{0x12, 0x34, 0x56}, 16)}}
	if diff := cmp.Diff(want, m.Tiles); diff != "" || uint64(m.Screen) != screen.Number {
		t.Errorf("screen %d: %s", m.Screen, diff)
	}
	eventually(t, "its frame comes", func() bool { return tech.Stamp() == m.Stamp })

	tech.asksForTiles(false)
	w.drawn(0x222222)
	wantNoTile(t, tech)
}

func repeated(b []byte, n int) (list []byte) {
	for range n {
		list = append(list, b...)
	}
	return list
}

// A browser may lose what draws tiles, and goes on without.
func TestSessionOutlivesTheTileChannel(t *testing.T) {
	w := newWorld(t)
	tech := w.session(viewAndControl, onlyView)
	tech.asksForTiles(true)
	tech.CloseChannel(signaling.ChannelTile)
	time.Sleep(200 * time.Millisecond)
	w.drawn(0x123456)
	tech.asksForTiles(true)
	w.drawn(0x222222)
	wantNoTile(t, tech)
	tech.Send(signaling.ChannelControl, &signaling.End{Reason: signaling.EndTechnicianStopped})
	if s := w.person.waitPhase(t, ui.Ended); s.Reason != signaling.EndTechnicianStopped {
		t.Errorf("ended with %q", s.Reason)
	}
}

// Tiles come from the host alone.
func TestATileFromTheTechnicianEndsTheSession(t *testing.T) {
	w := newWorld(t)
	tech := w.session(viewAndControl, onlyView)
	tech.SendBytes(signaling.ChannelTile, []byte{1, 2, 3})
	if s := w.person.waitPhase(t, ui.Ended); s.Reason != signaling.EndError {
		t.Errorf("ended with %q", s.Reason)
	}
}
