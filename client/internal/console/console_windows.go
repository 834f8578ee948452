package console

import (
	"os"

	"golang.org/x/sys/windows"
)

// Open gives the program something to print to, in os.Stdout and os.Stderr. What it was given as a file or
// a pipe is used as it is. Then one with the interface in a terminal gets a console of its own, to read from
// too, as the shell that it was started in reads on in its; and what is only said, such as --help, is said
// in that of the shell.
func Open(terminal bool) {
	if usable(windows.STD_OUTPUT_HANDLE) {
		return
	}
	const ofParent = ^uintptr(0)
	if opened, _, _ := attach(terminal, ofParent); opened == 0 {
		return
	}
	if out, err := openDevice("CONOUT$"); err == nil {
		os.Stdout, os.Stderr = out, out
	}
	if in, err := openDevice("CONIN$"); err == nil && terminal {
		os.Stdin = in
	}
}

func attach(own bool, parent uintptr) (uintptr, uintptr, error) {
	kernel := windows.NewLazySystemDLL("kernel32.dll")
	if own {
		return kernel.NewProc("AllocConsole").Call()
	}
	return kernel.NewProc("AttachConsole").Call(parent)
}

// usable tells a handle that leads somewhere.
func usable(standard uint32) bool {
	handle, err := windows.GetStdHandle(standard)
	if err != nil || handle == 0 || handle == windows.InvalidHandle {
		return false
	}
	kind, err := windows.GetFileType(handle)
	return err == nil && kind != windows.FILE_TYPE_UNKNOWN
}

func openDevice(name string) (*os.File, error) {
	handle, err := windows.CreateFile(windows.StringToUTF16Ptr(name), windows.GENERIC_READ|windows.GENERIC_WRITE,
		windows.FILE_SHARE_READ|windows.FILE_SHARE_WRITE, nil, windows.OPEN_EXISTING, 0, 0)
	if err != nil {
		return nil, err
	}
	return os.NewFile(uintptr(handle), name), nil
}
