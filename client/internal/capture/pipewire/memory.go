//go:build linux

package pipewire

import (
	"fmt"
	"unsafe"

	"golang.org/x/sys/unix"
)

// What follows mirrors structures of the library, on machines of 64 bits
// (pipewire/stream.h, spa/buffer/buffer.h, spa/utils/hook.h).

// hook is the library's place in its list of listeners.
type hook [6]uintptr

// events are what a stream calls. The version is that of the first functions.
type events struct {
	version      uint32
	destroy      uintptr
	stateChanged uintptr
	controlInfo  uintptr
	ioChanged    uintptr
	paramChanged uintptr
	addBuffer    uintptr
	removeBuffer uintptr
	process      uintptr
	drained      uintptr
}

type pwBuffer struct {
	buffer *spaBuffer
}

type spaBuffer struct {
	metaCount, dataCount uint32
	metas                *spaMeta
	datas                *spaData
}

type spaMeta struct {
	kind, size uint32
	data       unsafe.Pointer
}

type spaData struct {
	_       [20]byte // what kind of memory, and where from: the library has mapped it
	maxSize uint32
	data    unsafe.Pointer
	chunk   *spaChunk
}

type spaChunk struct {
	offset, size uint32
	stride       int32
	flags        int32
}

// region is a rectangle of the picture that changed.
type region struct {
	x, y          int32
	width, height uint32
}

const (
	flagCorrupted = 1 // of a chunk
	markCorrupted = 2 // of a header
	// maxMetas bounds how much is looked at beside a picture.
	maxMetas = 32
)

// find returns what comes with a picture, of that kind and at least that size; nil for none.
func (b *spaBuffer) find(kind, size uint32) *spaMeta {
	if b.metas == nil || b.metaCount > maxMetas {
		return nil
	}
	for n, m := range unsafe.Slice(b.metas, b.metaCount) {
		if m.kind == kind && m.size >= size && m.data != nil {
			return &unsafe.Slice(b.metas, b.metaCount)[n]
		}
	}
	return nil
}

// arena is memory that the library may keep pointers to: it is none of Go's heap.
type arena struct {
	page []byte
	used int
}

const arenaSize = 1 << 13

func newArena() (*arena, error) {
	page, err := unix.Mmap(-1, 0, arenaSize, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_PRIVATE|unix.MAP_ANON)
	if err != nil {
		return nil, fmt.Errorf("take memory: %w", err)
	}
	return &arena{page: page}, nil
}

// take returns so many bytes, which are zero unless reset was called.
func (a *arena) take(size uintptr) unsafe.Pointer {
	from := (a.used + podAlign - 1) &^ (podAlign - 1)
	a.used = from + int(size)
	return unsafe.Pointer(&a.page[:a.used][from])
}

// pods writes values for a call, as an array of pointers to them, and forgets those of
// the call before: the library copies what it keeps.
func (a *arena) pods(from int, values ...value) (*unsafe.Pointer, uint32) {
	a.used = from
	list := (*unsafe.Pointer)(a.take(unsafe.Sizeof(uintptr(0)) * uintptr(len(values))))
	for n, v := range values {
		b := v.append(nil)
		at := a.take(uintptr(len(b)))
		copy(unsafe.Slice((*byte)(at), len(b)), b)
		unsafe.Slice(list, len(values))[n] = at
	}
	return list, uint32(len(values))
}

func (a *arena) close() error { return unix.Munmap(a.page) }
