//go:build linux

package x11

import (
	"fmt"

	"github.com/jezek/xgb"

	"github.com/lendhand/lendhand/client/internal/capture"
	"github.com/lendhand/lendhand/client/internal/capture/xdisplay"
)

// The part of the SYNC extension (X Synchronization Extension Protocol, version 3.1)
// that tells when somebody uses a machine that nobody has used for a while. The
// library lacks it.
const (
	syncName = "SYNC"
	// Requests.
	syncInitialize  = 0
	syncCounters    = 1
	syncCreateAlarm = 8
	// syncAlarm is the number of the event after the extension's first.
	syncAlarm = 1
	// Which values a request to create an alarm has, in this order.
	syncSetCounter, syncSetType, syncSetValue, syncSetTest, syncSetDelta = 1, 2, 4, 8, 16

	syncAbsolute = 0
	// syncFalls is the test that is true when a counter falls to a value or below it.
	syncFalls = 1
	// idleCounter counts the milliseconds since somebody touched an input device.
	idleCounter = "IDLETIME"
)

// watchIdle has the server tell of the first use of an input device after a pause of
// idleMillis, each time. It returns the event's code.
func watchIdle(c *xgb.Conn, idleMillis uint32) (event byte, err error) {
	extension, err := xdisplay.Use(c, syncName)
	if err != nil {
		return 0, err
	}
	if _, err := syncRequest(c, syncInitialize, true, []byte{3, 1, 0, 0}); err != nil {
		return 0, fmt.Errorf("ask for the version of SYNC: %w", err)
	}
	reply, err := syncRequest(c, syncCounters, true, nil)
	if err != nil {
		return 0, fmt.Errorf("list the server's counters: %w", err)
	}
	counter, ok := findCounter(reply, idleCounter)
	if !ok {
		return 0, fmt.Errorf("%w: the X server does not count %s", capture.ErrMissingExtension, idleCounter)
	}
	alarm, err := c.NewId()
	if err != nil {
		return 0, fmt.Errorf("name an alarm: %w", err)
	}
	const mask = syncSetCounter | syncSetType | syncSetValue | syncSetTest | syncSetDelta
	// Values of 64 bits begin with their upper half.
	body := words(alarm, mask, counter, syncAbsolute, 0, idleMillis, syncFalls, 0, 0)
	if _, err := syncRequest(c, syncCreateAlarm, false, body); err != nil {
		return 0, fmt.Errorf("set an alarm: %w", err)
	}
	return extension.FirstEvent + syncAlarm, nil
}

func words(values ...uint32) []byte {
	buf := make([]byte, 4*len(values))
	for n, v := range values {
		xgb.Put32(buf[4*n:], v)
	}
	return buf
}

// syncRequest sends a request and waits until the server has carried it out. The body
// is a whole number of words.
func syncRequest(c *xgb.Conn, number byte, hasReply bool, body []byte) ([]byte, error) {
	c.ExtLock.RLock()
	major := c.Extensions[syncName]
	c.ExtLock.RUnlock()
	buf := append([]byte{major, number, 0, 0}, body...)
	xgb.Put16(buf[2:], uint16(len(buf)/4))
	cookie := c.NewCookie(true, hasReply)
	c.NewRequest(buf, cookie)
	if !hasReply {
		return nil, cookie.Check()
	}
	return cookie.Reply()
}

// findCounter looks a counter up in the answer to syncCounters: the number of them in
// the third word, and from byte 32 on, for each, its ID, its resolution in eight bytes,
// the length of its name in two, and the name, filled up to a whole word.
func findCounter(reply []byte, name string) (id uint32, ok bool) {
	if len(reply) < 32 {
		return 0, false
	}
	count, rest := xgb.Get32(reply[8:]), reply[32:]
	for ; count > 0 && len(rest) >= 14; count-- {
		length := int(xgb.Get16(rest[12:]))
		size := (14 + length + 3) &^ 3
		if len(rest) < 14+length {
			return 0, false
		}
		if string(rest[14:14+length]) == name {
			return xgb.Get32(rest), true
		}
		rest = rest[min(size, len(rest)):]
	}
	return 0, false
}
