//go:build linux

package pipewire

import (
	"fmt"
	"sync"
	"unsafe"

	"github.com/ebitengine/purego"

	"github.com/lendhand/lendhand/client/internal/capture"
)

// libraryName is that of the interface that has not changed since 2018.
const libraryName = "libpipewire-0.3.so.0"

// library is what is used of libpipewire. All but lock, unlock and the end of the thread
// is called with the thread's lock held, or while it does not run.
type library struct {
	initialise func(argc, argv unsafe.Pointer)

	threadNew     func(name string, properties unsafe.Pointer) unsafe.Pointer
	threadLoop    func(thread unsafe.Pointer) unsafe.Pointer
	threadStart   func(thread unsafe.Pointer) int32
	threadStop    func(thread unsafe.Pointer)
	threadLock    func(thread unsafe.Pointer)
	threadUnlock  func(thread unsafe.Pointer)
	threadDestroy func(thread unsafe.Pointer)

	contextNew     func(loop, properties unsafe.Pointer, userData uintptr) unsafe.Pointer
	contextConnect func(context unsafe.Pointer, fd int32, properties unsafe.Pointer, userData uintptr) unsafe.Pointer
	contextDestroy func(context unsafe.Pointer)
	coreDisconnect func(core unsafe.Pointer) int32

	properties func(text string) unsafe.Pointer

	streamNew     func(core unsafe.Pointer, name string, properties unsafe.Pointer) unsafe.Pointer
	streamListen  func(stream unsafe.Pointer, hook *hook, events *events, data uintptr)
	streamConnect func(stream unsafe.Pointer, direction int32, target uint32, flags int32, params *unsafe.Pointer, count uint32) int32
	streamUpdate  func(stream unsafe.Pointer, params *unsafe.Pointer, count uint32) int32
	streamDequeue func(stream unsafe.Pointer) *pwBuffer
	streamQueue   func(stream unsafe.Pointer, buffer *pwBuffer) int32
	streamDestroy func(stream unsafe.Pointer)

	// What the library calls.
	stateChanged, paramChanged, removeBuffer, process uintptr
}

// load opens the library once for the whole process, which cannot close it: it has
// threads of its own, and what it calls is never given back.
var load = sync.OnceValues(open)

// Available says whether this machine has what this package needs. The error is
// capture.ErrNoDisplay, and says what is missing.
func Available() error {
	_, err := load()
	return err
}

func open() (*library, error) {
	handle, err := purego.Dlopen(libraryName, purego.RTLD_NOW|purego.RTLD_GLOBAL)
	if err != nil {
		return nil, fmt.Errorf("%w: PipeWire's library %s is missing", capture.ErrNoDisplay, libraryName)
	}
	l := &library{}
	for name, function := range map[string]any{
		"pw_init":                  &l.initialise,
		"pw_thread_loop_new":       &l.threadNew,
		"pw_thread_loop_get_loop":  &l.threadLoop,
		"pw_thread_loop_start":     &l.threadStart,
		"pw_thread_loop_stop":      &l.threadStop,
		"pw_thread_loop_lock":      &l.threadLock,
		"pw_thread_loop_unlock":    &l.threadUnlock,
		"pw_thread_loop_destroy":   &l.threadDestroy,
		"pw_context_new":           &l.contextNew,
		"pw_context_connect_fd":    &l.contextConnect,
		"pw_context_destroy":       &l.contextDestroy,
		"pw_core_disconnect":       &l.coreDisconnect,
		"pw_properties_new_string": &l.properties,
		"pw_stream_new":            &l.streamNew,
		"pw_stream_add_listener":   &l.streamListen,
		"pw_stream_connect":        &l.streamConnect,
		"pw_stream_update_params":  &l.streamUpdate,
		"pw_stream_dequeue_buffer": &l.streamDequeue,
		"pw_stream_queue_buffer":   &l.streamQueue,
		"pw_stream_destroy":        &l.streamDestroy,
	} {
		symbol, err := purego.Dlsym(handle, name)
		if err != nil {
			return nil, fmt.Errorf("%w: PipeWire's library has no %s", capture.ErrNoDisplay, name)
		}
		purego.RegisterFunc(function, symbol)
	}
	l.stateChanged = purego.NewCallback(onStateChanged)
	l.paramChanged = purego.NewCallback(onParamChanged)
	l.removeBuffer = purego.NewCallback(onRemoveBuffer)
	l.process = purego.NewCallback(onProcess)
	l.initialise(nil, nil)
	return l, nil
}
