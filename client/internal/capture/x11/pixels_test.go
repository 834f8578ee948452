//go:build linux

package x11

import (
	"image"
	"testing"

	"github.com/lendhand/lendhand/client/internal/capture"
)

func newFrame(size image.Point) *capture.Frame {
	return &capture.Frame{
		Pix: make([]byte, bytesPerPixel*size.X*size.Y), Stride: bytesPerPixel * size.X,
		Bounds: image.Rectangle{Max: size},
	}
}

func TestPutNotesOnlyWhatDiffers(t *testing.T) {
	f := newFrame(image.Pt(640, 480))
	part := image.Rect(10, 20, 610, 420)
	rows := make([]byte, bytesPerPixel*areaOf(part))
	at := image.Pt(300, 200) // on the screen
	rows[bytesPerPixel*((at.Y-part.Min.Y)*part.Dx()+at.X-part.Min.X)] = 7
	var changes regions
	pixels{frame: f, changes: &changes}.put(part, rows)
	if changes.count != 1 || !at.In(changes.list[0]) || areaOf(changes.list[0]) > blockWidth*blockHeight {
		t.Errorf("changes %v for one pixel at %v", changes.all(), at)
	}
	if f.Pix[at.Y*f.Stride+bytesPerPixel*at.X] != 7 {
		t.Error("the pixel was not renewed")
	}
	changes.clear()
	pixels{frame: f, changes: &changes}.put(part, rows)
	if changes.count != 0 {
		t.Errorf("changes %v where nothing differs", changes.all())
	}
}

func TestPutKeepsWithinThePart(t *testing.T) {
	f := newFrame(image.Pt(200, 100))
	part := image.Rect(61, 13, 131, 35) // on no border of a block
	rows := make([]byte, bytesPerPixel*areaOf(part))
	for n := range rows {
		rows[n] = 1
	}
	var changes regions
	pixels{frame: f, changes: &changes}.put(part, rows)
	for y := range 100 {
		for x := range 200 {
			in := image.Pt(x, y).In(part)
			if got := f.Pix[y*f.Stride+bytesPerPixel*x] == 1; got != in {
				t.Fatalf("pixel %d,%d renewed: %v, want %v", x, y, got, in)
			}
		}
	}
	if changes.count != 1 || changes.list[0] != part {
		t.Errorf("changes %v, want %v", changes.all(), part)
	}
}

func TestPutAllocatesNothing(t *testing.T) {
	f := newFrame(image.Pt(640, 480))
	part := image.Rect(0, 0, 640, 480)
	rows := make([]byte, bytesPerPixel*areaOf(part))
	var changes regions
	got := testing.AllocsPerRun(100, func() {
		for n := 0; n < len(rows); n += 5000 {
			rows[n]++
		}
		changes.clear()
		pixels{frame: f, changes: &changes}.put(part, rows)
		f.Damage = append(f.Damage[:0], changes.all()...)
	})
	if got != 0 || len(f.Damage) == 0 {
		t.Errorf("%v allocations for %d changes", got, len(f.Damage))
	}
}
