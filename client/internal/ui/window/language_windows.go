package window

import (
	"unsafe"

	"golang.org/x/sys/windows"
)

// maxLocaleName is LOCALE_NAME_MAX_LENGTH of Windows, in UTF-16 units.
const maxLocaleName = 85

// SystemLanguages returns the languages that the person has set in their system, best
// first, as tags for [MatchLanguage].
func SystemLanguages() []string {
	var list []string
	for _, call := range []string{"GetUserDefaultLocaleName", "GetSystemDefaultLocaleName"} {
		if name := localeName(windows.NewLazySystemDLL("kernel32.dll").NewProc(call)); name != "" {
			list = append(list, name)
		}
	}
	return list
}

func localeName(call *windows.LazyProc) string {
	var name [maxLocaleName]uint16
	if call.Find() != nil {
		return ""
	}
	if n, _, _ := call.Call(uintptr(unsafe.Pointer(&name[0])), uintptr(len(name))); n == 0 {
		return ""
	}
	return windows.UTF16ToString(name[:])
}
