package win32

import (
	"sync"
	"time"
	"unsafe"

	"github.com/lendhand/lendhand/client/internal/presence/winhook"
	"github.com/lendhand/lendhand/client/internal/ui"
)

// hands remembers what the hooks saw last.
type hands struct {
	mu       sync.Mutex
	own      winhook.Event // key or button
	injected time.Time     // key, button or movement
	x, y     int32         // where the pointer is
}

func (h *hands) see(e winhook.Event) {
	h.mu.Lock()
	defer h.mu.Unlock()
	moved := e.X != h.x || e.Y != h.y
	if e.Kind != winhook.Key {
		h.x, h.y = e.X, e.Y
	}
	switch {
	case e.Injected && e.Kind == winhook.Move && !moved:
		// Wine does so whenever a button lets the pointer go.
	case e.Injected:
		h.injected = e.At
	case e.Kind != winhook.Move:
		h.own = e
	}
}

// of says whose hand pressed a control, or with anywhere set, something in a window.
func (h *hands) of(w uintptr, anywhere bool) ui.Hand { return h.gather(w, anywhere).hand() }

// closing says whose hand closes a window. Windows itself posts that, after a device's key
// or click in the window.
func (h *hands) closing(w uintptr) ui.Hand {
	e := h.gather(w, true)
	if e.message == originNone {
		e.message = originSilent
	}
	return e.hand()
}

func (h *hands) gather(w uintptr, anywhere bool) evidence {
	h.mu.Lock()
	own, injected := h.own, h.injected
	h.mu.Unlock()
	e := evidence{now: time.Now(), own: own.At, injected: injected, message: messageOrigin()}
	switch own.Kind {
	case winhook.Button:
		e.at = pointedAt(w, own.X, own.Y, anywhere)
	case winhook.Key:
		e.at = hasKeyboard(w, anywhere)
	}
	return e
}

// pointedAt reports whether a point of the desktop shows a window, and not one that lies on
// it.
func pointedAt(w uintptr, x, y int32, anywhere bool) bool {
	r := wide(w)
	if x < r.Left || x >= r.Right || y < r.Top || y >= r.Bottom {
		return false
	}
	top := call(procWindowFromPoint, uintptr(uint32(x))|uintptr(uint32(y))<<32)
	return top == w || anywhere && call(procIsChild, w, top) != 0
}

// hasKeyboard reports whether what is typed goes to a window.
func hasKeyboard(w uintptr, anywhere bool) bool {
	const root = 2
	if call(procGetForegroundWindow) != call(procGetAncestor, w, root) {
		return false
	}
	focused := call(procGetFocus)
	return focused == w || anywhere && call(procIsChild, w, focused) != 0
}

// messageOrigin is what Windows says of the message that is being handled.
func messageOrigin() origin {
	const hardware, injected = 1, 2
	if !has(procGetCurrentInputSource) {
		return originSilent
	}
	var s inputSource
	if call(procGetCurrentInputSource, uintptr(unsafe.Pointer(&s))) == 0 {
		return originNone
	}
	switch s.Origin {
	case hardware:
		return originHardware
	case injected:
		return originInjected
	}
	return originNone
}
