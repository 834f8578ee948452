//go:build linux

package pipewire

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// A pod is how PipeWire writes values: the size of its body, its type, and the body,
// padded to eight bytes, in the byte order of the machine (spa/pod/pod.h).
const (
	podHead  = 8
	podAlign = 8
	// maxPod bounds what is read of one: a format has some hundred bytes.
	maxPod = 1 << 16
)

// Types of pods (spa/utils/type.h).
const (
	typeID        = 3
	typeInt       = 4
	typeRectangle = 10
	typeFraction  = 11
	typeObject    = 15
	typeChoice    = 19

	objectFormat  = 0x40003
	objectBuffers = 0x40004
	objectMeta    = 0x40005
)

// Kinds of choice.
const (
	choiceRange = 1
	choiceEnum  = 3
	choiceFlags = 4
)

var errPod = errors.New("malformed pod")

// order is the machine's own: both ends are on it.
var order = binary.NativeEndian

// value is the body of a pod of one of the simple types.
type value struct {
	kind uint32
	body []byte
}

func id(v uint32) value { return value{typeID, order.AppendUint32(nil, v)} }

func integer(v uint32) value { return value{typeInt, order.AppendUint32(nil, v)} }

func pair(kind, a, b uint32) value {
	return value{kind, order.AppendUint32(order.AppendUint32(nil, a), b)}
}

func rectangle(w, h uint32) value { return pair(typeRectangle, w, h) }

// whole is a fraction without a remainder.
func whole(n uint32) value { return pair(typeFraction, n, 1) }

// choice is one of several values of the same type. The first is the one that is liked best.
func choice(kind uint32, of ...value) value {
	body := order.AppendUint32(nil, kind)
	body = order.AppendUint32(body, 0) // flags
	body = order.AppendUint32(body, uint32(len(of[0].body)))
	body = order.AppendUint32(body, of[0].kind)
	for _, v := range of {
		body = append(body, v.body...)
	}
	return value{typeChoice, body}
}

// property is a named value of an object.
type property struct {
	key   uint32
	value value
}

// object makes a pod of named values.
func object(kind, name uint32, properties ...property) value {
	body := order.AppendUint32(order.AppendUint32(nil, kind), name)
	for _, p := range properties {
		body = order.AppendUint32(order.AppendUint32(body, p.key), 0)
		body = p.value.append(body)
	}
	return value{typeObject, body}
}

// append writes the pod with its padding.
func (v value) append(b []byte) []byte {
	b = order.AppendUint32(b, uint32(len(v.body)))
	b = order.AppendUint32(b, v.kind)
	b = append(b, v.body...)
	return append(b, make([]byte, padding(len(v.body)))...)
}

func padding(n int) int { return (podAlign - n%podAlign) % podAlign }

// parsePod takes one pod from the beginning of b.
func parsePod(b []byte) (v value, rest []byte, err error) {
	if len(b) < podHead {
		return value{}, nil, fmt.Errorf("%w: %d bytes", errPod, len(b))
	}
	size := order.Uint32(b)
	if size > maxPod || int(size) > len(b)-podHead {
		return value{}, nil, fmt.Errorf("%w: a body of %d bytes in %d", errPod, size, len(b))
	}
	v = value{order.Uint32(b[4:]), b[podHead:][:size]}
	rest = b[podHead+int(size):]
	return v, rest[min(padding(int(size)), len(rest)):], nil
}

// parseObject returns the properties of an object of that kind, by their keys.
func parseObject(b []byte, kind uint32) (map[uint32]value, error) {
	v, _, err := parsePod(b)
	if err != nil {
		return nil, err
	}
	if v.kind != typeObject || len(v.body) < 8 || order.Uint32(v.body) != kind {
		return nil, fmt.Errorf("%w: type %d is no object of kind %#x", errPod, v.kind, kind)
	}
	properties := make(map[uint32]value)
	for rest := v.body[8:]; len(rest) > 0; {
		if len(rest) < 8 {
			return nil, fmt.Errorf("%w: %d bytes of a property", errPod, len(rest))
		}
		key := order.Uint32(rest)
		var p value
		if p, rest, err = parsePod(rest[8:]); err != nil {
			return nil, err
		}
		properties[key] = p.settled()
	}
	return properties, nil
}

// settled returns the first value of a choice, and every other value as it is.
func (v value) settled() value {
	const head = 16 // kind, flags, and size and type of the values
	if v.kind != typeChoice || len(v.body) < head {
		return v
	}
	size := order.Uint32(v.body[8:])
	if int64(size) > int64(len(v.body)-head) {
		return v
	}
	return value{order.Uint32(v.body[12:]), v.body[head:][:size]}
}

// name reads a value that is a number by which something is known.
func (v value) name() (uint32, bool) {
	if v.kind != typeID || len(v.body) < 4 {
		return 0, false
	}
	return order.Uint32(v.body), true
}

// size reads a value that is a rectangle.
func (v value) size() (width, height uint32, ok bool) {
	if v.kind != typeRectangle || len(v.body) < 8 {
		return 0, 0, false
	}
	return order.Uint32(v.body), order.Uint32(v.body[4:]), true
}
