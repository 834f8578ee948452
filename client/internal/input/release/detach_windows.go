package release

import (
	"os/exec"
	"syscall"

	"golang.org/x/sys/windows"
)

// detach puts the child into a group of its own without a window: Ctrl+C and the end of
// a console do not end it before it has done its work.
func detach(child *exec.Cmd) {
	child.SysProcAttr = &syscall.SysProcAttr{
		HideWindow:    true,
		CreationFlags: windows.CREATE_NEW_PROCESS_GROUP | windows.CREATE_NO_WINDOW,
	}
}
