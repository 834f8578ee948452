package gdi

import (
	"context"
	"image"
	"sync"
	"time"
	"unsafe"

	"github.com/lendhand/lendhand/client/internal/capture"
)

// glance is the time from one look at the pointer to the next: nobody tells of its moves, and a look costs
// a microsecond.
const glance = 16 * time.Millisecond

// Pointer implements capture.Pointer.
type Pointer struct {
	closing chan struct{} // set at construction
	once    sync.Once

	// Owned by the caller of Next.
	told   capture.Pointing
	handle uintptr // of told's shape
	looked time.Time
}

// NewPointer watches the pointer.
func NewPointer() *Pointer { return &Pointer{closing: make(chan struct{})} }

// Next implements capture.Pointer. While the system shows its own desktop, nothing changes.
func (p *Pointer) Next(ctx context.Context) (capture.Pointing, error) {
	for {
		if err := p.wait(ctx); err != nil {
			return capture.Pointing{}, err
		}
		if now, handle, ok := p.look(); ok && now != p.told {
			p.told, p.handle = now, handle
			return now, nil
		}
	}
}

func (p *Pointer) wait(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	timer := time.NewTimer(time.Until(p.looked.Add(glance)))
	defer timer.Stop()
	select {
	case <-timer.C:
		p.looked = time.Now()
		return nil
	case <-p.closing:
		return capture.ErrClosed
	case <-ctx.Done():
		return ctx.Err()
	}
}

// cursorInfo is CURSORINFO.
type cursorInfo struct {
	size, flags uint32
	handle      uintptr
	x, y        int32
}

// look returns the pointer as it is. A hidden one, as while somebody types, has no pixels.
func (p *Pointer) look() (now capture.Pointing, handle uintptr, ok bool) {
	info := cursorInfo{}
	info.size = uint32(unsafe.Sizeof(info))
	if done, _, _ := procGetCursorInfo.Call(uintptr(unsafe.Pointer(&info))); done == 0 {
		return now, 0, false
	}
	const showing = 1
	if info.flags&showing != 0 {
		handle = info.handle
	}
	now.Place = image.Pt(int(info.x), int(info.y))
	if p.told.Cursor != nil && handle == p.handle {
		now.Cursor = p.told.Cursor
	} else {
		now.Cursor = shapeOf(handle)
	}
	return now, handle, true
}

// Close implements capture.Pointer.
func (p *Pointer) Close() error {
	p.once.Do(func() { close(p.closing) })
	return nil
}
