package xdisplay

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
)

// message makes what a server sends: a code, and after 32 bytes so many units more.
func message(code byte, units uint32) []byte {
	b := append([]byte{code}, bytes.Repeat([]byte{code}, 31+4*int(units))...)
	binary.LittleEndian.PutUint32(b[4:], units)
	return b
}

// Events of every kind are taken whole, and the rest is read as if there were none.
func TestEventsAreTaken(t *testing.T) {
	setup := append([]byte{1, 0, 11, 0, 0, 0, 2, 0}, "12345678"...)
	failure, answer, longer := message(0, 9)[:32], message(1, 0), message(1, 7)
	press, generic, sent := message(2, 9)[:32], message(codeGeneric, 3), message(codeGeneric|0x80, 1)
	wire := bytes.Join([][]byte{setup, press, failure, generic, longer, sent, sent, answer, press}, nil)
	for name, in := range map[string]io.Reader{
		"at once":      bytes.NewReader(wire),
		"bit by bit":   iotest.OneByteReader(bytes.NewReader(wire)),
		"half by half": iotest.HalfReader(bytes.NewReader(wire)),
	} {
		var events [][]byte
		d := &diverted{
			in: bufio.NewReaderSize(in, unit), first: true,
			take: func(e []byte) { events = append(events, bytes.Clone(e)) },
		}
		rest, err := io.ReadAll(d)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if diff := cmp.Diff(bytes.Join([][]byte{setup, failure, longer, answer}, nil), rest); diff != "" {
			t.Errorf("%s: read %s", name, diff)
		}
		if diff := cmp.Diff([][]byte{press, generic, sent, sent, press}, events); diff != "" {
			t.Errorf("%s: events %s", name, diff)
		}
	}
}

// A server that lies about an event's size has no memory taken for it.
func TestAnEventOfTooMuch(t *testing.T) {
	d := &diverted{
		in:   bufio.NewReaderSize(bytes.NewReader(message(codeGeneric, longEvent)), unit),
		take: func([]byte) { t.Error("it was taken") },
	}
	if _, err := d.Read(make([]byte, unit)); err == nil || !strings.Contains(err.Error(), "bytes") {
		t.Errorf("read: %v", err)
	}
}
