package win32

import (
	"log/slog"
	"runtime"
	"syscall"
	"unsafe"

	"golang.org/x/sys/windows"
)

// annotator tells screen readers what the text of a control does not say, through Windows'
// service for that (IAccPropServices). A nil one tells nothing.
type annotator struct {
	object *accPropServices
	log    *slog.Logger
}

type accPropServices struct{ methods *accPropMethods }

// accPropMethods are the methods up to those that are called.
type accPropMethods struct {
	_, _, release, _, _, _ uintptr
	setHwndProp            uintptr
	setHwndPropStr         uintptr
}

// variant is a VARIANT with a number.
type variant struct {
	Kind   uint16
	_      [3]uint16
	Number int64
	_      uint64
}

var (
	clsidAccPropServices = windows.GUID{Data1: 0xb5f8350b, Data2: 0x0548, Data3: 0x48b1, Data4: [8]byte{0xa6, 0xee, 0x88, 0xbd, 0x00, 0xb4, 0xa5, 0xe7}}
	iidAccPropServices   = windows.GUID{Data1: 0x6e26e776, Data2: 0x04f0, Data3: 0x495d, Data4: [8]byte{0x80, 0xe4, 0x33, 0x30, 0x35, 0x2e, 0x31, 0x69}}
	propName             = windows.GUID{Data1: 0x608d3df8, Data2: 0x8128, Data3: 0x4aa7, Data4: [8]byte{0xa4, 0x28, 0xf5, 0x5e, 0x49, 0x26, 0x72, 0x91}}
	propRole             = windows.GUID{Data1: 0xcb905ff2, Data2: 0x7bd1, Data3: 0x4c05, Data4: [8]byte{0xb3, 0xc8, 0xe6, 0xc2, 0x41, 0x36, 0x4d, 0x70}}
	propLive             = windows.GUID{Data1: 0xc12bcd8e, Data2: 0x2a8e, Data3: 0x4950, Data4: [8]byte{0x8a, 0xe7, 0x36, 0x25, 0x11, 0x1d, 0x58, 0xeb}}
)

// objectClient is OBJID_CLIENT: what is in the window.
const objectClient = 0xfffffffc

// newAnnotator returns nil where the service is not to be had. Its calls take structures by
// value, which Go can pass on the 64-bit processors of Intel's kind alone.
func newAnnotator(log *slog.Logger) *annotator {
	if runtime.GOARCH != "amd64" {
		return nil
	}
	const inProcess = 1
	a := &annotator{log: log}
	result := call(procCoCreateInstance, uintptr(unsafe.Pointer(&clsidAccPropServices)), 0, inProcess, uintptr(unsafe.Pointer(&iidAccPropServices)), uintptr(unsafe.Pointer(&a.object)))
	if int32(result) < 0 || a.object == nil {
		log.Debug("names are told by labels alone", slog.Int64("result", int64(uint32(result))))
		return nil
	}
	return a
}

func (a *annotator) close() {
	if a != nil {
		_, _, _ = syscall.SyscallN(a.object.methods.release, uintptr(unsafe.Pointer(a.object)))
	}
}

// name says what a screen reader calls a control.
func (a *annotator) name(w uintptr, name string) {
	if a == nil || w == 0 {
		return
	}
	property := propName
	_, _, _ = syscall.SyscallN(a.object.methods.setHwndPropStr, uintptr(unsafe.Pointer(a.object)), w, objectClient, 0, uintptr(unsafe.Pointer(&property)), uintptr(unsafe.Pointer(utf16(name))))
}

// number sets a property that is a number.
func (a *annotator) number(w uintptr, property windows.GUID, value int64) {
	const isInt32 = 3
	v := variant{Kind: isInt32, Number: value}
	_, _, _ = syscall.SyscallN(a.object.methods.setHwndProp, uintptr(unsafe.Pointer(a.object)), w, objectClient, 0, uintptr(unsafe.Pointer(&property)), uintptr(unsafe.Pointer(&v)))
}

// dialog says that a window is one, so that all of its text is read when it comes.
func (a *annotator) dialog(w uintptr) {
	const role = 0x12
	if a != nil {
		a.number(w, propRole, role)
	}
}

// live says that a control's text is to be read when it changes; and unless it is new, that
// it has changed.
func (a *annotator) live(w uintptr, first bool) {
	const polite, changed = 1, 0x8019
	if first && a != nil {
		a.number(w, propLive, polite)
	}
	if !first {
		call(procNotifyWinEvent, changed, w, objectClient, 0)
	}
}
