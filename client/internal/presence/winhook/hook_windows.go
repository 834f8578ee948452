package winhook

import (
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"time"
	"unsafe"

	"golang.org/x/sys/windows"
)

// Kind is what an Event is of.
type Kind int

// The kinds. A wheel is a Move.
const (
	Key Kind = iota + 1
	Button
	Move
)

// Event is what happened on a keyboard or a mouse.
type Event struct {
	Kind Kind
	// Code is the virtual key of a Key, and Extended tells two keys of one code apart.
	Code     uint32
	Extended bool
	// Down says that a Key or Button goes down, or that a Key repeats.
	Down bool
	// Injected says that a program made it.
	Injected bool
	// X and Y are where on the desktop, in pixels, a Button or Move is.
	X, Y int32
	At   time.Time
}

// Config says who is told.
type Config struct {
	// Event is called on the thread that Windows waits for: it must return at once. No two
	// calls overlap, and none comes after Close has returned.
	Event func(Event)
	// Lost is called in the same way when the hooks are gone and cannot be set anew; nil for
	// nobody.
	Lost func()
	Log  *slog.Logger
}

// heartbeat is how often the hook is looked at, and slack how much later than what it saw
// an input may be before it counts as dropped.
const (
	heartbeat = time.Second
	slack     = 500 // milliseconds, as Windows counts
)

// Hook is a keyboard hook and a mouse hook on a thread of their own.
type Hook struct {
	// Set at construction.
	config    Config
	keyProc   uintptr
	mouseProc uintptr
	thread    uint32
	done      chan struct{}

	// Owned by the thread.
	key, mouse uintptr
	seen       uint32 // when the newest input was, in Windows' milliseconds
}

// Install hooks. Windows keeps the few bytes of the two callbacks for as long as the program
// runs.
func Install(config Config) (*Hook, error) {
	if config.Event == nil || config.Log == nil {
		return nil, errors.New("winhook: event and log are required")
	}
	h := &Hook{config: config, done: make(chan struct{})}
	h.keyProc = windows.NewCallback(h.onKey)
	h.mouseProc = windows.NewCallback(h.onMouse)
	ready := make(chan error)
	go h.run(ready)
	if err := <-ready; err != nil {
		return nil, err
	}
	return h, nil
}

// Close unhooks, and waits for the thread.
func (h *Hook) Close() {
	_, _, _ = procPostThreadMessage.Call(uintptr(h.thread), wmQuit, 0, 0)
	<-h.done
}

func (h *Hook) run(ready chan<- error) {
	defer close(h.done)
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	var m message
	// Looking for a message makes the queue that Close posts to.
	_, _, _ = procPeekMessage.Call(uintptr(unsafe.Pointer(&m)), 0, 0, 0, 0)
	h.thread = windows.GetCurrentThreadId()
	err := h.hook()
	ready <- err
	if err != nil {
		return
	}
	defer h.unhook()
	timer, _, _ := procSetTimer.Call(0, 0, uintptr(heartbeat.Milliseconds()), 0)
	defer func() { _, _, _ = procKillTimer.Call(0, timer) }()
	for {
		got, _, _ := procGetMessage.Call(uintptr(unsafe.Pointer(&m)), 0, 0, 0)
		if int32(got) <= 0 {
			return
		}
		if m.Message == wmTimer {
			h.beat()
		}
		_, _, _ = procDispatchMessage.Call(uintptr(unsafe.Pointer(&m)))
	}
}

func (h *Hook) hook() error {
	tick, _, _ := procGetTickCount.Call()
	h.seen = uint32(tick)
	var module windows.Handle
	if err := windows.GetModuleHandleEx(0, nil, &module); err != nil {
		return fmt.Errorf("hook: %w", err)
	}
	var err error
	if h.key, _, err = procSetWindowsHookEx.Call(whKeyboardLL, h.keyProc, uintptr(module), 0); h.key == 0 {
		return fmt.Errorf("hook the keyboard: %w", err)
	}
	if h.mouse, _, err = procSetWindowsHookEx.Call(whMouseLL, h.mouseProc, uintptr(module), 0); h.mouse == 0 {
		h.unhook()
		return fmt.Errorf("hook the mouse: %w", err)
	}
	return nil
}

func (h *Hook) unhook() {
	_, _, _ = procUnhookWindowsHookEx.Call(h.key)
	_, _, _ = procUnhookWindowsHookEx.Call(h.mouse)
}

// beat hooks anew when there was input that the hook has not seen. On the secure desktop,
// that of passwords, there always is; then this does no harm.
func (h *Hook) beat() {
	last := lastInput{Size: uint32(unsafe.Sizeof(lastInput{}))}
	if ok, _, _ := procGetLastInputInfo.Call(uintptr(unsafe.Pointer(&last))); ok == 0 {
		return
	}
	if int32(last.Time-h.seen) <= slack { // the count wraps around after 49 days
		return
	}
	h.config.Log.Debug("the hooks saw nothing of the last input, and are set anew")
	h.unhook()
	if err := h.hook(); err != nil {
		h.config.Log.Error("what the person does cannot be watched any more", slog.Any("error", err))
		if h.config.Lost != nil {
			h.config.Lost()
		}
	}
}

func (h *Hook) onKey(code int32, what uintptr, e *keyEvent) uintptr {
	if code == 0 {
		h.seen = e.Time
		h.config.Event(Event{
			Kind: Key, Code: e.Code, Extended: e.Flags&keyExtended != 0,
			Down:     what == wmKeyDown || what == wmSysKeyDown,
			Injected: e.Flags&(keyInjected|keyLowInjected) != 0,
			At:       time.Now(),
		})
	}
	next, _, _ := procCallNextHookEx.Call(0, uintptr(code), what, uintptr(unsafe.Pointer(e)))
	return next
}

func (h *Hook) onMouse(code int32, what uintptr, e *mouseEvent) uintptr {
	if code == 0 {
		h.seen = e.Time
		event := Event{
			Kind: Button, Down: isMouseDown(what), X: e.At.X, Y: e.At.Y,
			Injected: e.Flags&(mouseInjected|mouseLoInjected) != 0,
			At:       time.Now(),
		}
		if what == wmMouseMove || what == wmMouseWheel || what == wmMouseHWheel {
			event.Kind = Move
		}
		h.config.Event(event)
	}
	next, _, _ := procCallNextHookEx.Call(0, uintptr(code), what, uintptr(unsafe.Pointer(e)))
	return next
}
