package speech

import (
	"fmt"
	"syscall"
	"unsafe"

	"golang.org/x/sys/windows"
)

var (
	ole32                = windows.NewLazySystemDLL("ole32.dll")
	procCoInitializeEx   = ole32.NewProc("CoInitializeEx")
	procCoUninitialize   = ole32.NewProc("CoUninitialize")
	procCoCreateInstance = ole32.NewProc("CoCreateInstance")

	classVoice = windows.GUID{Data1: 0x96749377, Data2: 0x3391, Data3: 0x11d2, Data4: [8]byte{0x9e, 0xe3, 0x00, 0xc0, 0x4f, 0x79, 0x73, 0x96}}
	faceVoice  = windows.GUID{Data1: 0x6c44df74, Data2: 0x72b9, Data3: 0x4992, Data4: [8]byte{0xa1, 0xec, 0xef, 0x99, 0x6e, 0x04, 0x22, 0xd4}}
	classToken = windows.GUID{Data1: 0xef411752, Data2: 0x3736, Data3: 0x4cb4, Data4: [8]byte{0x9c, 0x8c, 0x8e, 0xf4, 0xcc, 0xb5, 0x8e, 0xfe}}
	faceToken  = windows.GUID{Data1: 0x14056589, Data2: 0xe16c, Data3: 0x11d2, Data4: [8]byte{0xbb, 0x90, 0x00, 0xc0, 0x4f, 0x8e, 0xe6, 0xc0}}
)

// The methods that are called, by their places in ISpVoice and ISpObjectToken (sapi.h).
const (
	methodRelease  = 2
	methodSetID    = 15
	methodSetVoice = 18
	methodSpeak    = 20

	// methods is how many there are in the longer of the two.
	methods = 38
)

// How Speak speaks: it returns at once, and ends what was being said; the text is no markup.
const (
	speakAsync  = 1
	speakPurge  = 2
	speakNotXML = 16
)

// object is one of COM's.
type object struct{ methods *[methods]uintptr }

func create(class, face *windows.GUID) (*object, error) {
	const inProcess = 1
	var o *object
	result, _, _ := procCoCreateInstance.Call(uintptr(unsafe.Pointer(class)), 0, inProcess, uintptr(unsafe.Pointer(face)), uintptr(unsafe.Pointer(&o)))
	if err := failure(result); err != nil {
		return nil, err
	}
	return o, nil
}

// call calls a method. What the arguments point to stays where it is until it returns.
//
//go:uintptrescapes
func (o *object) call(method int, args ...uintptr) error {
	all := append([]uintptr{uintptr(unsafe.Pointer(o))}, args...)
	result, _, _ := syscall.SyscallN(o.methods[method], all...)
	return failure(result)
}

func (o *object) release() {
	_, _, _ = syscall.SyscallN(o.methods[methodRelease], uintptr(unsafe.Pointer(o)))
}

// failure is what an HRESULT says; nil for a success.
func failure(result uintptr) error {
	if int32(result) >= 0 {
		return nil
	}
	return fmt.Errorf("result %#08x", uint32(result))
}

// mouth is what speaks. It belongs to one thread.
type mouth struct{ voice *object }

// openMouth loads what speaks, on a thread that stays the caller's. It needs no messages
// there, since nothing tells it of what is being said.
func openMouth() (*mouth, error) {
	const multithreaded = 0
	result, _, _ := procCoInitializeEx.Call(0, multithreaded)
	if err := failure(result); err != nil {
		return nil, fmt.Errorf("start COM: %w", err)
	}
	v, err := create(&classVoice, &faceVoice)
	if err != nil {
		_, _, _ = procCoUninitialize.Call()
		return nil, fmt.Errorf("load what speaks: %w", err)
	}
	return &mouth{v}, nil
}

func (m *mouth) close() {
	m.quiet()
	m.voice.release()
	_, _, _ = procCoUninitialize.Call()
}

// say begins to say a text, in the voice of an entry in the registry, instead of what is
// being said.
func (m *mouth) say(text, voice string) error {
	if err := m.take(voice); err != nil {
		return fmt.Errorf("take the voice %q: %w", voice, err)
	}
	words, err := windows.UTF16PtrFromString(text)
	if err != nil {
		return err
	}
	return m.voice.call(methodSpeak, uintptr(unsafe.Pointer(words)), speakAsync|speakPurge|speakNotXML, 0)
}

func (m *mouth) take(voice string) error {
	token, err := create(&classToken, &faceToken)
	if err != nil {
		return err
	}
	defer token.release()
	id, err := windows.UTF16PtrFromString(voice)
	if err != nil {
		return err
	}
	if err := token.call(methodSetID, 0, uintptr(unsafe.Pointer(id)), 0); err != nil {
		return err
	}
	return m.voice.call(methodSetVoice, uintptr(unsafe.Pointer(token)))
}

// quiet ends what is being said.
func (m *mouth) quiet() { _ = m.voice.call(methodSpeak, 0, speakAsync|speakPurge, 0) }
