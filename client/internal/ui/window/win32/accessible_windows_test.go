package win32

import (
	"syscall"
	"testing"
	"unsafe"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sys/windows"
)

// accessible is an IAccessible: what screen readers ask.
type accessible struct {
	methods *struct {
		_, _, release, _, _, _, _, _, _, _ uintptr
		name, _, _, role                   uintptr
	}
}

var iidAccessible = windows.GUID{Data1: 0x618736e0, Data2: 0x3c3d, Data3: 0x11cf, Data4: [8]byte{0x81, 0x0c, 0x00, 0xaa, 0x00, 0x38, 0x9b, 0x71}}

// heard is what a screen reader learns of a control.
type heard struct {
	Name string
	Role int
}

// hear asks as a screen reader does, from another thread.
func hear(t *testing.T, w uintptr) heard {
	t.Helper()
	var object *accessible
	from := windows.NewLazySystemDLL("oleacc.dll").NewProc("AccessibleObjectFromWindow")
	if result := int32(call(from, w, objectClient, uintptr(unsafe.Pointer(&iidAccessible)), uintptr(unsafe.Pointer(&object)))); result < 0 {
		t.Fatalf("nothing accessible: %#x", uint32(result))
	}
	defer func() { _, _, _ = syscall.SyscallN(object.methods.release, uintptr(unsafe.Pointer(object))) }()
	const isInt32 = 3
	self, role := variant{Kind: isInt32}, variant{}
	var name *uint16
	_, _, _ = syscall.SyscallN(object.methods.name, uintptr(unsafe.Pointer(object)), uintptr(unsafe.Pointer(&self)), uintptr(unsafe.Pointer(&name)))
	_, _, _ = syscall.SyscallN(object.methods.role, uintptr(unsafe.Pointer(object)), uintptr(unsafe.Pointer(&self)), uintptr(unsafe.Pointer(&role)))
	return heard{windows.UTF16PtrToString(name), int(role.Number)}
}

// What has the keyboard's turn says what it is, even where what it says is not what it shows.
func TestWhatAScreenReaderHears(t *testing.T) {
	call(procCoInitializeEx, 0, 0)
	tk := start(t)
	w := open(t, tk, waitingPage())
	// Wine knows the part that a field plays. Of the others it knows the names alone.
	const unknown, field = 10, 42
	want := []heard{
		{"Read this number to the person who helps you", unknown},
		{"4 8 2, 9 1 3, 0 7 7", field},
		{"Time left for this number", unknown},
		{"A new number comes in six minutes.", unknown},
		{"Copy the number", unknown},
		{"Say it aloud", unknown},
		{"Connected with help.example.com", unknown},
		{"I was sent a number", field},
		{"Open", unknown},
	}
	var got []heard
	for _, p := range partsOf(w) {
		got = append(got, hear(t, p.window))
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
