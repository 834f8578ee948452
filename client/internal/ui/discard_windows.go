package ui

import (
	"io"
	"os"

	"golang.org/x/sys/windows"
)

// discard drops what was typed and not yet read, when in is a console.
func discard(in io.Reader) {
	f, ok := in.(*os.File)
	if !ok {
		return
	}
	raw, err := f.SyscallConn()
	if err != nil {
		return
	}
	_ = raw.Control(func(handle uintptr) { _ = windows.FlushConsoleInputBuffer(windows.Handle(handle)) }) // not a console
}
