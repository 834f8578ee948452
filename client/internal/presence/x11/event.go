package x11

import (
	"encoding/binary"
	"math/bits"
)

// Kinds of events: those of the X11 protocol by their code, those of XInput 2 by their
// number, which is less than any code of another kind that is watched.
const (
	kindHierarchy   = 11
	kindKeyPress    = 13
	kindKeyRelease  = 14
	kindButtonPress = 15
	kindMotion      = 17
	kindTouchBegin  = 22
	kindTouchUpdate = 23

	kindMapping = 34 // MappingNotify
	codeGeneric = 35
)

// Sizes of raw events (XI2proto.h), in bytes.
const (
	genericSize = 12 // up to the device
	rawSize     = 32 // up to the values
	valueSize   = 8  // a fixed point number of 32.32 bits
)

// event is what is left of one that was watched for.
type event struct {
	kind   int
	device uint16
	detail uint32 // the key or the button
	still  bool   // a motion of nothing
}

// isPress reports whether a key or a button went down.
func (e event) isPress() bool { return e.kind == kindKeyPress || e.kind == kindButtonPress }

// decode reads an event as it came over the wire, and reports whether it is one that is
// watched for.
func decode(b []byte) (event, bool) {
	if len(b) < rawSize {
		return event{}, false
	}
	if b[0]&^0x80 == kindMapping {
		return event{kind: kindMapping}, true
	}
	// The events that programs send have their high bit set. No raw one can be sent.
	if b[0] != codeGeneric {
		return event{}, false
	}
	e := event{
		kind:   int(binary.LittleEndian.Uint16(b[8:])),
		device: binary.LittleEndian.Uint16(b[10:]),
		detail: binary.LittleEndian.Uint32(b[16:]),
	}
	switch e.kind {
	case kindMotion:
		e.still = isStill(b)
	case kindHierarchy, kindKeyPress, kindKeyRelease, kindButtonPress, kindTouchBegin, kindTouchUpdate:
	default:
		return event{}, false
	}
	return e, true
}

// isStill reports whether a motion has moved nothing: every value that it has is zero.
// After a mask of the values that there are come those that the pointer goes by, and then
// the same as the device has told them.
func isStill(b []byte) bool {
	mask := 4 * int(binary.LittleEndian.Uint16(b[22:]))
	if len(b) < rawSize+mask {
		return true
	}
	count := 0
	for _, part := range b[rawSize : rawSize+mask] {
		count += bits.OnesCount8(part)
	}
	values := b[rawSize+mask:]
	if len(values) < 2*count*valueSize {
		return true
	}
	for _, part := range values[count*valueSize : 2*count*valueSize] {
		if part != 0 {
			return false
		}
	}
	return true
}
