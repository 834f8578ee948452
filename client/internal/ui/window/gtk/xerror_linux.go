package gtk

import (
	"github.com/ebitengine/purego"
)

// GDK ends the process at every error of the X server that it did not expect, and when the
// connection breaks. Both can be had from outside: any program may destroy a window of
// ours, or have the server throw us out. So we are asked instead.

// catchErrors takes GDK's place.
func (t *Toolkit) catchErrors() {
	t.display = t.api.DisplayX(t.api.DisplayDefault())
	t.api.SetErrorHandler(t.calls.xError)
	t.oldIO = t.api.SetIOErrorHandler(t.calls.ioError)
}

// xError goes on after an error. GDK still has its own way with those that it expects.
func (t *Toolkit) xError(_ uintptr, _ uintptr) uintptr {
	t.log.Debug("the X server refused a request of the window")
	return 0
}

// ioError is called when a connection broke, and must not return. That of others, who use
// the same library in this process, is not ours to judge.
func (t *Toolkit) ioError(display uintptr) uintptr {
	if display != t.display {
		_, _, _ = purego.SyscallN(t.oldIO, display)
		return 0
	}
	t.lose()
	select {}
}
