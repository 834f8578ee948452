package winclip

import (
	"fmt"
	"unsafe"

	"golang.org/x/sys/windows"
)

// marks are the formats by which a program says who may see what it has put into the
// clipboard, by their numbers in this session of Windows.
type marks struct {
	never  []uintptr // there at all: nobody who only watches
	unless []uintptr // there with a zero: not the history; not other computers
}

// registerMarks finds out the numbers.
func registerMarks() (marks, error) {
	var m marks
	for _, one := range []struct {
		name string
		to   *[]uintptr
	}{
		{"ExcludeClipboardContentFromMonitorProcessing", &m.never},
		{"Clipboard Viewer Ignore", &m.never}, // from before Windows had any
		{"CanIncludeInClipboardHistory", &m.unless},
		{"CanUploadToCloudClipboard", &m.unless},
	} {
		format, err := registerFormat(one.name)
		if err != nil {
			return marks{}, err
		}
		*one.to = append(*one.to, format)
	}
	return m, nil
}

func registerFormat(name string) (uintptr, error) {
	text, err := windows.UTF16PtrFromString(name)
	if err != nil {
		return 0, err
	}
	format, _, err := procRegisterClipboardFormat.Call(uintptr(unsafe.Pointer(text)))
	if format == 0 {
		return 0, fmt.Errorf("register %q: %w", name, err)
	}
	return format, nil
}

// secret reports whether what is in the clipboard, which is open, is for nobody else.
func (m *marks) secret() bool {
	for _, format := range m.never {
		if available(format) {
			return true
		}
	}
	for _, format := range m.unless {
		if available(format) && !allows(format) {
			return true
		}
	}
	return false
}

func available(format uintptr) bool { return call(procIsClipboardFormatAvailable, format) != 0 }

// allows reports whether a mark holds a number that is not zero. One that cannot be read
// allows nothing.
func allows(format uintptr) bool {
	const number = 4
	memory := call(procGetClipboardData, format)
	start := call(procGlobalLock, memory)
	if start == 0 {
		return false
	}
	defer call(procGlobalUnlock, memory)
	if call(procGlobalSize, memory) < number {
		return false
	}
	value := units(start, number/2)
	return value[0] != 0 || value[1] != 0
}

// set marks what is being written, so that it comes into no history and to no other
// computer.
func (m *marks) set() error {
	for _, format := range m.unless {
		if err := set(format, []uint16{0, 0}); err != nil {
			return err
		}
	}
	return nil
}
