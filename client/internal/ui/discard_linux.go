package ui

import (
	"io"
	"os"

	"golang.org/x/sys/unix"
)

// discard drops what was typed and not yet read, when in is a terminal.
func discard(in io.Reader) {
	f, ok := in.(*os.File)
	if !ok {
		return
	}
	raw, err := f.SyscallConn()
	if err != nil {
		return
	}
	_ = raw.Control(func(fd uintptr) { _ = unix.IoctlSetInt(int(fd), unix.TCFLSH, unix.TCIFLUSH) }) // not a terminal
}
