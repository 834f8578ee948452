package x11

import (
	"encoding/binary"
	"testing"
)

// raw makes a raw event with these values, of the axes in the mask.
func raw(kind uint16, mask uint32, values ...int64) []byte {
	b := make([]byte, rawSize, 200)
	b[0] = codeGeneric
	binary.LittleEndian.PutUint16(b[8:], kind)
	binary.LittleEndian.PutUint16(b[10:], 6)
	binary.LittleEndian.PutUint32(b[16:], 9)
	binary.LittleEndian.PutUint16(b[22:], 1)
	b = binary.LittleEndian.AppendUint32(b, mask)
	for _, v := range values {
		b = binary.LittleEndian.AppendUint64(b, uint64(v))
	}
	return b
}

func TestDecode(t *testing.T) {
	for name, c := range map[string]struct {
		bytes []byte
		want  event
		ok    bool
	}{
		"a key":                       {raw(kindKeyPress, 0), event{kind: kindKeyPress, device: 6, detail: 9}, true},
		"a motion":                    {raw(kindMotion, 1<<1, 0, 5), event{kind: kindMotion, device: 6, detail: 9}, true},
		"less than a pixel":           {raw(kindMotion, 3, 0, 0, 1, 0), event{kind: kindMotion, device: 6, detail: 9}, true},
		"a motion of nothing":         {raw(kindMotion, 3, 7, 8, 0, 0), event{kind: kindMotion, device: 6, detail: 9, still: true}, true},
		"a motion without values":     {raw(kindMotion, 3, 7, 8), event{kind: kindMotion, device: 6, detail: 9, still: true}, true},
		"the keys":                    {append([]byte{kindMapping}, make([]byte, 31)...), event{kind: kindMapping}, true},
		"a key that a program sends":  {append([]byte{codeGeneric | 0x80}, raw(kindKeyPress, 0)[1:]...), event{}, false},
		"a release of a button":       {raw(16, 0), event{}, false},
		"an event of another sort":    {append([]byte{12}, make([]byte, 31)...), event{}, false},
		"one that is cut off":         {raw(kindKeyPress, 0)[:31], event{}, false},
		"nothing":                     {nil, event{}, false},
		"one with a mask of too much": {raw(kindMotion, 0xffffffff), event{kind: kindMotion, device: 6, detail: 9, still: true}, true},
	} {
		if got, ok := decode(c.bytes); got != c.want || ok != c.ok {
			t.Errorf("%s: %+v, %v, want %+v, %v", name, got, ok, c.want, c.ok)
		}
	}
}

// Events and devices come from the X server, which may be another machine.
func FuzzDecode(f *testing.F) {
	f.Add(raw(kindMotion, 3, 7, 8, 0, 0))
	f.Add(make([]byte, 60))
	f.Fuzz(func(_ *testing.T, bytes []byte) {
		decode(bytes)
		if len(bytes) >= 32 {
			parseDevices(bytes)
		}
	})
}

func BenchmarkDecode(b *testing.B) {
	bytes := raw(kindMotion, 3, 7, 8, 1, 0)
	for b.Loop() {
		decode(bytes)
	}
}
