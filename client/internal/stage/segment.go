//go:build linux

package main

import (
	"fmt"
	"image"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/shm"
	"golang.org/x/sys/unix"
)

// segment is a sheet in memory that the X server reads by itself.
type segment struct {
	sheet
	id shm.Seg
}

func newSegment(c *xgb.Conn, size image.Point) (*segment, error) {
	bytes := size.X * size.Y * bytesPerPixel
	key, err := unix.SysvShmGet(unix.IPC_PRIVATE, bytes, unix.IPC_CREAT|0o600)
	if err != nil {
		return nil, fmt.Errorf("make %d bytes of shared memory: %w", bytes, err)
	}
	// Marked as removed, it goes with the last who uses it, even if that is by a crash.
	defer func() { _, _ = unix.SysvShmCtl(key, unix.IPC_RMID, nil) }()
	memory, err := unix.SysvShmAttach(key, 0, 0)
	if err != nil {
		return nil, fmt.Errorf("attach shared memory: %w", err)
	}
	g := &segment{sheet: sheet{pixels: memory, width: size.X, height: size.Y}}
	if g.id, err = shm.NewSegId(c); err != nil {
		return nil, fmt.Errorf("name shared memory: %w", err)
	}
	const readOnly = true
	if err := shm.AttachChecked(c, g.id, uint32(key), readOnly).Check(); err != nil {
		_ = unix.SysvShmDetach(memory)
		return nil, fmt.Errorf("have the X server attach shared memory: %w", err)
	}
	return g, nil
}

func (g *segment) close(c *xgb.Conn) {
	shm.Detach(c, g.id)
	_ = unix.SysvShmDetach(g.pixels)
}
