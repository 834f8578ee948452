//go:build unix

package release

import (
	"os/exec"
	"syscall"
)

// detach puts the child into a session of its own: what ends a terminal or a group of
// processes does not end it before it has done its work.
func detach(child *exec.Cmd) {
	child.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
}
