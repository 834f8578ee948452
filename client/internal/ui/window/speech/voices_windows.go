package speech

import (
	"unsafe"

	"golang.org/x/sys/windows"
	"golang.org/x/sys/windows/registry"
)

// Where Windows keeps its voices, and which of them the person has chosen. Those of one core
// came later, and more languages have one there.
const (
	voicesKey  = `SOFTWARE\Microsoft\Speech\Voices`
	oneCoreKey = `SOFTWARE\Microsoft\Speech_OneCore\Voices`
	machine    = `HKEY_LOCAL_MACHINE\`

	// mostVoices is how many are looked at.
	mostVoices = 200
)

// findVoices lists the voices that are installed. It reads the registry alone: what speaks
// is loaded when somebody wants to hear something.
func findVoices() []voice {
	chosen := textOf(registry.CURRENT_USER, voicesKey, "DefaultTokenId")
	var list []voice
	for _, folder := range []string{voicesKey, oneCoreKey} {
		for _, name := range keysOf(folder + `\Tokens`) {
			entry := folder + `\Tokens\` + name
			if !speaksAtAll(entry) {
				continue
			}
			v := voice{id: machine + entry, languages: textOf(registry.LOCAL_MACHINE, entry+`\Attributes`, "Language")}
			v.preferred = v.id == chosen
			list = append(list, v)
		}
	}
	return list
}

// speaksAtAll reports whether there is a program behind an entry. Wine has one without.
func speaksAtAll(entry string) bool {
	class := textOf(registry.LOCAL_MACHINE, entry, "CLSID")
	if class == "" {
		return false
	}
	return textOf(registry.CLASSES_ROOT, `CLSID\`+class+`\InprocServer32`, "") != ""
}

// textOf reads a text from the registry; empty for none.
func textOf(root registry.Key, key, name string) string {
	k, err := registry.OpenKey(root, key, registry.QUERY_VALUE)
	if err != nil {
		return ""
	}
	defer func() { _ = k.Close() }()
	text, _, err := k.GetStringValue(name)
	if err != nil {
		return ""
	}
	return text
}

func keysOf(key string) []string {
	k, err := registry.OpenKey(registry.LOCAL_MACHINE, key, registry.ENUMERATE_SUB_KEYS)
	if err != nil {
		return nil
	}
	defer func() { _ = k.Close() }()
	names, _ := k.ReadSubKeyNames(mostVoices) // which says io.EOF when there are fewer
	return names
}

var procLocaleNameToLCID = windows.NewLazySystemDLL("kernel32.dll").NewProc("LocaleNameToLCID")

// numberOf is Windows' number of a language such as "de"; zero for one that it does not know.
func numberOf(language string) uint64 {
	const neutral = 0x08000000
	name, err := windows.UTF16PtrFromString(language)
	if err != nil {
		return 0
	}
	number, _, _ := procLocaleNameToLCID.Call(uintptr(unsafe.Pointer(name)), neutral)
	return uint64(number)
}
