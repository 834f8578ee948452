//go:build linux

package x11

import (
	"image"
	"log/slog"
	"testing"

	"github.com/jezek/xgb/damage"
	"github.com/jezek/xgb/shm"
	"github.com/jezek/xgb/xfixes"
	"github.com/jezek/xgb/xproto"

	"github.com/lendhand/lendhand/client/internal/capture"
	"github.com/lendhand/lendhand/client/internal/xvfbtest"
)

// A frame in the steady state allocates what the library needs for its requests, and
// nothing else.
func TestAFrameAllocatesNothingOfOurOwn(t *testing.T) {
	xvfbtest.Start(t, image.Pt(640, 480))
	s, err := New(Config{Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	var f capture.Frame
	if err := s.Next(t.Context(), &f); err != nil {
		t.Fatal(err)
	}
	d, part := s.display, image.Rect(10, 20, 500, 400)
	dot := 0
	const runs = 200
	ours := testing.AllocsPerRun(runs, func() {
		s.regions.clear()
		if err := d.takeDamage(&s.regions, s.bounds); err != nil {
			t.Error(err)
		}
		s.regions.add(part)
		s.changes.clear()
		dot = 1 - dot
		f.Pix[4*(part.Min.Y*640+part.Min.X)] = byte(dot) // so that something has changed
		if err := s.reader.read(s.bounds, s.regions.all(), pixels{frame: &f, gaps: s.gaps, changes: &s.changes}); err != nil {
			t.Error(err)
		}
		f.Damage = append(f.Damage[:0], s.changes.all()...)
	})
	library := testing.AllocsPerRun(runs, func() {
		damage.Subtract(d.c, d.damage, xfixes.RegionNone, d.parts)
		if _, err := xfixes.FetchRegion(d.c, d.parts).Reply(); err != nil {
			t.Error(err)
		}
		_, err := shm.GetImage(d.c, xproto.Drawable(d.root), int16(part.Min.X), int16(part.Min.Y),
			uint16(part.Dx()), uint16(part.Dy()), allPlanes, xproto.ImageFormatZPixmap, s.reader.segment.id, 0).Reply()
		if err != nil {
			t.Error(err)
		}
	})
	t.Logf("%v allocations a frame, %v of them the library's", ours, library)
	if ours > library {
		t.Errorf("%v allocations a frame, and the library makes %v", ours, library)
	}
}
