package x11

import (
	"encoding/binary"
	"errors"
	"fmt"
	"strings"

	"github.com/jezek/xgb/xproto"

	"github.com/lendhand/lendhand/client/internal/capture"
	"github.com/lendhand/lendhand/client/internal/presence"
)

const extensionName = "XInputExtension"

// Requests of XInput 2 (XI2proto.h).
const (
	requestSelectEvents = 46
	requestQueryVersion = 47
	requestQueryDevice  = 48
)

// Raw events come under any grab from 2.1 on, and touches from 2.2.
const major, minor, leastMinor = 2, 2, 1

// Whom events are selected for.
const allDevices = 0

// Uses of devices.
const (
	masterPointer  = 1
	masterKeyboard = 2
	slaveKeyboard  = 4
)

// device is what is known of one.
type device struct {
	// injecting says that programs use it to inject, master that it stands for others, whose
	// events it repeats.
	injecting, master bool
	// off says that it tells of nothing, keyboard that it is one which is on.
	off, keyboard bool
}

// request makes the bytes of a request from those after its head.
func (w *Watch) request(number byte, body ...byte) []byte {
	b := []byte{w.opcode, number, 0, 0}
	binary.LittleEndian.PutUint16(b[2:], uint16((len(b)+len(body))/4))
	return append(b, body...)
}

// reply sends a request and waits for the answer.
func (w *Watch) reply(b []byte) ([]byte, error) {
	cookie := w.c.NewCookie(true, true)
	w.c.NewRequest(b, cookie)
	answer, err := cookie.Reply()
	if err == nil && answer == nil {
		err = capture.ErrNoDisplay
	}
	return answer, err
}

func (w *Watch) queryVersion() error {
	answer, err := w.reply(w.request(requestQueryVersion, major, 0, minor, 0))
	if err != nil {
		return fmt.Errorf("ask for the version of XInput: %w", err)
	}
	has, hasMinor := binary.LittleEndian.Uint16(answer[8:]), binary.LittleEndian.Uint16(answer[10:])
	if has < major || has == major && hasMinor < leastMinor {
		return fmt.Errorf("%w: the X server has XInput %d.%d, and not 2.1", presence.ErrMissing, has, hasMinor)
	}
	return nil
}

// mask is which events of a device are wanted.
type mask struct {
	device uint16
	events uint32
}

const (
	// presses come of every device, those that are attached to no pointer included: a
	// program that grabs one takes it away from there.
	presses = 1<<kindHierarchy | 1<<kindKeyPress | 1<<kindKeyRelease | 1<<kindButtonPress | 1<<kindTouchBegin
	// motions come of the person's own devices alone, and not while nobody would be told.
	motions = 1<<kindMotion | 1<<kindTouchUpdate
)

// selectPresses asks for all events but motions.
func (w *Watch) selectPresses() error {
	cookie := w.c.NewCookie(true, false)
	w.c.NewRequest(w.selection(mask{allDevices, presses}), cookie)
	if err := cookie.Check(); err != nil {
		return fmt.Errorf("select events: %w", err)
	}
	return nil
}

// selectMotions asks for the motions, or for none. A device that is gone by then spoils
// it for all, and then the news of that is on its way.
func (w *Watch) selectMotions(events uint32) {
	var masks []mask
	for id, d := range w.known() {
		if !d.injecting && !d.master && !d.off {
			masks = append(masks, mask{id, events})
		}
	}
	if len(masks) > 0 {
		w.c.NewRequest(w.selection(masks...), w.c.NewCookie(false, false))
	}
}

// selection makes an XISelectEvents on the root window.
func (w *Watch) selection(masks ...mask) []byte {
	root := xproto.Setup(w.c).DefaultScreen(w.c).Root
	body := binary.LittleEndian.AppendUint32(nil, uint32(root))
	body = binary.LittleEndian.AppendUint16(body, uint16(len(masks)))
	body = append(body, 0, 0)
	for _, m := range masks {
		const units = 1
		body = binary.LittleEndian.AppendUint16(body, m.device)
		body = binary.LittleEndian.AppendUint16(body, units)
		body = binary.LittleEndian.AppendUint32(body, m.events)
	}
	return w.request(requestSelectEvents, body...)
}

// readDevices reads which devices there are, and watches them. What was down on one that is gone or off is
// down no more.
func (w *Watch) readDevices() error {
	answer, err := w.reply(w.request(requestQueryDevice, allDevices, 0, 0, 0))
	if err != nil {
		return fmt.Errorf("read devices: %w", err)
	}
	before, now := w.known(), parseDevices(answer)
	for id, was := range before {
		is, ok := now[id]
		if !ok || is.off {
			w.hands.Forget(uint32(id))
		}
		if ok && is.off && was.keyboard {
			return errSwitchedOff
		}
	}
	w.devices.Store(&now)
	w.selectMotions(motions)
	return nil
}

func (w *Watch) known() map[uint16]device {
	if known := w.devices.Load(); known != nil {
		return *known
	}
	return nil
}

// errSwitchedOff says that the person's keyboard is there, and tells of nothing any more. One
// that is unplugged is no reason for alarm; this is what a program does that wants to keep
// them from the key that stops.
var errSwitchedOff = errors.New("a program has switched a keyboard off")

// checkKeyboard returns presence.ErrMissing when the person has no keyboard that is on.
func (w *Watch) checkKeyboard() error {
	for _, d := range w.known() {
		if d.keyboard {
			return nil
		}
	}
	return fmt.Errorf("%w: no keyboard is switched on", presence.ErrMissing)
}

// parseDevices reads an answer of XIQueryDevice: of each device its head, its name and
// its classes, which are of no interest.
func parseDevices(answer []byte) map[uint16]device {
	const answerHead, deviceHead, classHead = 32, 12, 4
	devices := make(map[uint16]device)
	count, b := binary.LittleEndian.Uint16(answer[8:]), answer[answerHead:]
	for ; count > 0 && len(b) >= deviceHead; count-- {
		id, use := binary.LittleEndian.Uint16(b), binary.LittleEndian.Uint16(b[2:])
		classes, length := binary.LittleEndian.Uint16(b[6:]), int(binary.LittleEndian.Uint16(b[8:]))
		enabled := b[10] != 0
		b = b[deviceHead:]
		padded := (length + 3) &^ 3
		if len(b) < padded {
			break
		}
		injecting := isXTest(string(b[:length]))
		devices[id] = device{
			injecting: injecting, master: use == masterPointer || use == masterKeyboard,
			off: !enabled, keyboard: use == slaveKeyboard && enabled && !injecting,
		}
		b = b[padded:]
		for ; classes > 0 && len(b) >= classHead; classes-- {
			size := 4 * int(binary.LittleEndian.Uint16(b[2:]))
			b = b[min(max(size, classHead), len(b)):]
		}
	}
	return devices
}

// isXTest tells the devices that XTEST speaks for by their names, which the server gives
// them and nobody can change. They have a property too, but any program can give the
// same to the person's keyboard.
func isXTest(name string) bool {
	return strings.HasSuffix(name, " XTEST pointer") || strings.HasSuffix(name, " XTEST keyboard")
}
