//go:build linux

package x11

import (
	"bytes"
	"errors"
	"fmt"
	"image"

	"github.com/jezek/xgb/shm"
	"github.com/jezek/xgb/xproto"
	"golang.org/x/sys/unix"
)

var errNotShared = errors.New("the X server shares no memory with this program")

// segment is memory that the X server writes into.
type segment struct {
	id     shm.Seg
	memory []byte
}

// newSegment returns capture.ErrNoDisplay when the server has gone away; any other
// error says that there can be no segment.
func newSegment(d *display, size int) (*segment, error) {
	if !d.shared {
		return nil, fmt.Errorf("%w: it does not have MIT-SHM", errNotShared)
	}
	key, err := unix.SysvShmGet(unix.IPC_PRIVATE, size, unix.IPC_CREAT|0o600)
	if err != nil {
		return nil, fmt.Errorf("make %d bytes of shared memory: %w", size, err)
	}
	// Marked as removed, it goes with the last who uses it, even if that is by a crash.
	defer func() { _, _ = unix.SysvShmCtl(key, unix.IPC_RMID, nil) }()
	memory, err := unix.SysvShmAttach(key, 0, 0)
	if err != nil {
		return nil, fmt.Errorf("attach shared memory: %w", err)
	}
	s := &segment{memory: memory}
	if err := s.attach(d, key); err != nil {
		_ = unix.SysvShmDetach(memory)
		return nil, err
	}
	if err := s.check(d); err != nil {
		s.close(d)
		return nil, err
	}
	return s, nil
}

func (s *segment) attach(d *display, key int) error {
	id, err := shm.NewSegId(d.c)
	if err != nil {
		return d.failed("name shared memory", err)
	}
	s.id = id
	const readOnly = false
	if err := shm.AttachChecked(d.c, id, uint32(key), readOnly).Check(); err != nil {
		return d.failed("have the X server attach shared memory", err)
	}
	return nil
}

// check makes sure that this is the memory that the server writes into. A server in
// another container or on another machine may know another segment by the number.
func (s *segment) check(d *display) error {
	for _, mark := range [][]byte{{0x5a, 0xa5, 0x5a, 0xa5}, {0xa5, 0x5a, 0xa5, 0x5a}} {
		copy(s.memory, mark)
		if _, err := s.ask(d, image.Rect(0, 0, 1, 1), 0).Reply(); err != nil {
			return d.failed("try shared memory", err)
		}
		if !bytes.Equal(s.memory[:bytesPerPixel], mark) {
			return nil
		}
	}
	return errNotShared
}

// ask has the server write what the desktop shows in part.
func (s *segment) ask(d *display, part image.Rectangle, offset int) shm.GetImageCookie {
	return shm.GetImage(d.c, xproto.Drawable(d.root), int16(part.Min.X), int16(part.Min.Y),
		uint16(part.Dx()), uint16(part.Dy()), allPlanes, xproto.ImageFormatZPixmap, s.id, uint32(offset))
}

func (s *segment) close(d *display) {
	shm.Detach(d.c, s.id)
	_ = unix.SysvShmDetach(s.memory)
}
