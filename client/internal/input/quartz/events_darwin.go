package quartz

import (
	"errors"
	"image"

	"github.com/ebitengine/purego"

	"github.com/lendhand/lendhand/client/internal/input"
	"github.com/lendhand/lendhand/client/internal/macos"
)

// Kinds of events, and what they say (CGEventTypes.h).
const (
	leftDown     = 1
	leftUp       = 2
	rightDown    = 3
	rightUp      = 4
	mouseMoved   = 5
	leftDragged  = 6
	rightDragged = 7
	otherDown    = 25
	otherUp      = 26
	otherDragged = 27

	fieldClicks = 1 // kCGMouseEventClickState
	tapHID      = 0 // kCGHIDEventTap
	unitLine    = 1 // kCGScrollEventUnitLine
	bothWheels  = 2
)

var errNoEvent = errors.New("the system makes no event")

// side is a button's events, and its number.
type side struct{ down, up, number uint32 }

var sides = map[input.Button]side{
	input.ButtonLeft:    {leftDown, leftUp, 0},
	input.ButtonRight:   {rightDown, rightUp, 1},
	input.ButtonMiddle:  {otherDown, otherUp, 2},
	input.ButtonBack:    {otherDown, otherUp, 3},
	input.ButtonForward: {otherDown, otherUp, 4},
}

// point is CGPoint, in points of the whole desktop.
type point struct{ x, y float64 }

// system is Quartz Event Services. Events are posted as if a device had made them.
type system struct {
	newKey    func(source uintptr, key uint16, down bool) uintptr
	newMouse  func(source uintptr, kind uint32, at point, button uint32) uintptr
	newScroll func(source uintptr, unit, wheels uint32, y, x, z int32) uintptr
	setFlags  func(event uintptr, flags uint64)
	setField  func(event uintptr, field uint32, value int64)
	setText   func(event uintptr, length uint, text *uint16)
	post      func(tap uint32, event uintptr)
	release   func(object uintptr)
}

func openSystem() (*system, error) {
	lib, err := macos.Load()
	if err != nil {
		return nil, err
	}
	s := &system{}
	purego.RegisterLibFunc(&s.newKey, lib, "CGEventCreateKeyboardEvent")
	purego.RegisterLibFunc(&s.newMouse, lib, "CGEventCreateMouseEvent")
	purego.RegisterLibFunc(&s.newScroll, lib, "CGEventCreateScrollWheelEvent2")
	purego.RegisterLibFunc(&s.setFlags, lib, "CGEventSetFlags")
	purego.RegisterLibFunc(&s.setField, lib, "CGEventSetIntegerValueField")
	purego.RegisterLibFunc(&s.setText, lib, "CGEventKeyboardSetUnicodeString")
	purego.RegisterLibFunc(&s.post, lib, "CGEventPost")
	purego.RegisterLibFunc(&s.release, lib, "CFRelease")
	return s, nil
}

// send posts an event, and gives it back.
func (s *system) send(event uintptr) error {
	if event == 0 {
		return errNoEvent
	}
	s.post(tapHID, event)
	s.release(event)
	return nil
}

func (s *system) key(key uint16, down bool, flags uint64) error {
	event := s.newKey(0, key, down)
	if event != 0 {
		s.setFlags(event, flags)
	}
	return s.send(event)
}

func (s *system) mouse(kind uint32, at image.Point, button uint32, clicks int64, flags uint64) error {
	event := s.newMouse(0, kind, point{float64(at.X), float64(at.Y)}, button)
	if event != 0 {
		s.setFlags(event, flags)
		s.setField(event, fieldClicks, clicks)
	}
	return s.send(event)
}

func (s *system) scroll(x, y int32) error {
	return s.send(s.newScroll(0, unitLine, bothWheels, y, x, 0))
}

// text types at most 20 units, which is what one event takes.
func (s *system) text(units []uint16) error {
	for _, down := range []bool{true, false} {
		event := s.newKey(0, 0, down)
		if event != 0 {
			s.setFlags(event, 0)
			s.setText(event, uint(len(units)), &units[0])
		}
		if err := s.send(event); err != nil {
			return err
		}
	}
	return nil
}
