package xdisplay

import (
	"fmt"
	"sync"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/xproto"

	"github.com/lendhand/lendhand/client/internal/capture"
)

// Extension is where the server has put an extension's requests and events.
type Extension struct {
	// Opcode is the first byte of its requests.
	Opcode byte
	// FirstEvent is the code of the extension's event number 0.
	FirstEvent byte
}

// Use makes an extension's requests usable on c, as the Init functions of xgb's
// packages do, without their writing to the maps that all connections share: its
// events arrive as *Event. It returns capture.ErrNoDisplay or
// capture.ErrMissingExtension.
func Use(c *xgb.Conn, name string) (Extension, error) {
	reply, err := xproto.QueryExtension(c, uint16(len(name)), name).Reply()
	if err != nil {
		return Extension{}, fmt.Errorf("ask for extension %s: %w: %w", name, capture.ErrNoDisplay, err)
	}
	if !reply.Present {
		return Extension{}, fmt.Errorf("%w: the X server does not have %s", capture.ErrMissingExtension, name)
	}
	c.ExtLock.Lock()
	defer c.ExtLock.Unlock()
	c.Extensions[name] = reply.MajorOpcode
	return Extension{Opcode: reply.MajorOpcode, FirstEvent: reply.FirstEvent}, nil
}

// Code returns an event's code without the bit that tells who sent it.
func Code(e xgb.Event) byte { return e.Bytes()[0] &^ 0x80 }

// Event is an extension's event as it came over the wire.
type Event [32]byte

// Bytes implements xgb.Event.
func (e *Event) Bytes() []byte { return e[:] }

// String implements xgb.Event.
func (e *Event) String() string { return fmt.Sprintf("extension event %d", e[0]) }

// Error is an extension's error as it came over the wire.
type Error [32]byte

// SequenceId implements xgb.Error.
func (e *Error) SequenceId() uint16 { return xgb.Get16(e[2:]) }

// BadId implements xgb.Error.
func (e *Error) BadId() uint32 { return xgb.Get32(e[4:]) }

// Error implements xgb.Error.
func (e *Error) Error() string {
	return fmt.Sprintf("extension error %d of request %d.%d", e[1], e[10], xgb.Get16(e[8:]))
}

// Codes that the protocol sets aside for extensions (X11 protocol, appendix B).
const (
	firstEvent, lastEvent = 64, 127
	firstError, lastError = 128, 255
)

// expectExtensions has events and errors of every extension delivered raw. Without
// an entry in its maps the library drops an event, and lets a request that failed
// wait without end. It runs once, before the first connection is open, because the
// library reads the maps unlocked.
//
// The Init functions of the library's packages write to the same maps whenever they are
// called, and kbinani/screenshot calls them for each picture. What they would write is
// taken away from them.
var expectExtensions = sync.OnceFunc(func() {
	for _, list := range xgb.NewExtEventFuncs {
		clear(list)
	}
	for _, list := range xgb.NewExtErrorFuncs {
		clear(list)
	}
	for n := firstEvent; n <= lastEvent; n++ {
		if xgb.NewEventFuncs[n] == nil {
			xgb.NewEventFuncs[n] = func(buf []byte) xgb.Event { return (*Event)(buf) }
		}
	}
	for n := firstError; n <= lastError; n++ {
		if xgb.NewErrorFuncs[n] == nil {
			xgb.NewErrorFuncs[n] = func(buf []byte) xgb.Error { return (*Error)(buf) }
		}
	}
})
