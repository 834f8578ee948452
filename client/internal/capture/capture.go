// Package capture watches the pictures of this machine's monitors.
//
// A [Source] is driven by change: Next waits until the picture differs from the
// one it returned last, so that an unchanged screen costs nothing. The leaves
// below this folder do the watching: x11-native ones wake on damage, portable
// ones compare. All of them pass the one contract suite in capturetest.
package capture

import (
	"context"
	"errors"
	"image"
	"time"
)

// Errors that a Source's constructor returns, wrapped with details. They are
// for the person: the program says what to do about each.
var (
	// ErrNoDisplay says that there is no desktop to show: no display server, or
	// one that does not answer.
	ErrNoDisplay = errors.New("no display")
	// ErrMissingExtension says that the display server lacks an extension that
	// capture or input needs; the wrapping error names it.
	ErrMissingExtension = errors.New("display extension missing")
	// ErrPixelFormat says that the display keeps its pixels in a way that the Source
	// cannot read; the wrapping error describes it.
	ErrPixelFormat = errors.New("pixel format not supported")
)

// AllMonitors is what to watch for all of them at once.
const AllMonitors = -1

// Monitor is one screen of this machine.
type Monitor struct {
	// ID is stable while the monitor stays connected. It is 0 or more.
	ID int
	// Name is what the system calls it, such as "HDMI-1"; it may be empty.
	Name string
	// Bounds is the monitor's place on the desktop, in desktop pixels.
	Bounds image.Rectangle
	// Primary is true for exactly one of the monitors.
	Primary bool
}

// Frame is one picture of one monitor, or of all of them. A Source fills the Frame that its caller
// hands it, and reuses Pix when it is large enough: a Frame must not be used by
// two goroutines at a time.
type Frame struct {
	// Pix holds rows of 4-byte pixels in the order B, G, R, X; Stride is the
	// number of bytes from one row to the next. The first pixel is the top left. Whoever writes to them gets wrong pictures from then on: a Source may
	// renew only what changed.
	Pix    []byte
	Stride int
	// Bounds is the picture's place on the desktop at the moment of the grab: the
	// monitor's, or the smallest that holds all of them.
	Bounds image.Rectangle
	// Damage lists what changed since the Frame that Next filled before, relative
	// to the picture's top left. It is never empty: the first frame, and the first
	// one of a new size, has one rectangle that covers everything.
	Damage []image.Rectangle
	// At is when the picture was taken.
	At time.Time
}

// Size returns the width and height of the picture in pixels.
func (f *Frame) Size() image.Point { return f.Bounds.Size() }

// Source watches one monitor, or all of them. Its methods are called from one
// goroutine, except Rearranged and Close, which may be called from any. Close makes a
// waiting Next return.
type Source interface {
	// Monitors lists the monitors connected now, the primary one first.
	Monitors() ([]Monitor, error)
	// Rearranged holds a value when monitors may have come, gone, or got another place,
	// since the value before was taken. It is always the same channel, of capacity 1.
	// A Source that compares notices while Next waits.
	Rearranged() <-chan struct{}
	// Watch chooses the monitor that Next shows. The next Frame is a complete one.
	// AllMonitors shows each at its place, and black where there is none.
	Watch(id int) error
	// Next waits until the picture differs from the one it returned last and fills
	// f with it, whichever Frame that is; to go on with the same one costs least. It
	// returns ctx's error when ctx ends first, and ErrNoMonitor while the watched monitor
	// is not connected. The first call returns at once.
	Next(ctx context.Context, f *Frame) error
	// Close gives back what the Source holds.
	Close() error
}
