package speech

import (
	"fmt"
	"log/slog"
	"runtime"
	"sync"
	"syscall"
	"testing"
	"time"
	"unsafe"

	"golang.org/x/sys/windows"
	"golang.org/x/sys/windows/registry"
)

// sapi stands for what speaks in Windows, which Debian's Wine has the outside of alone: an
// object of COM behind the same class and the same methods, that writes down what is wanted
// of it. The entries of voices, in the registry, are read by Wine's own part of SAPI.
type sapi struct {
	mu    sync.Mutex
	calls []string
	hangs chan struct{} // not nil: Speak returns when it is closed

	factory *[5]uintptr // IClassFactory
	voice   *object     // ISpVoice
}

const (
	notImplemented = 0x80004001
	noInterface    = 0x80004002
)

var faceFactory = windows.GUID{Data1: 1, Data4: [8]byte{0xc0, 7: 0x46}}

// install puts it in the place of the real one, for this program.
func install(t *testing.T) *sapi {
	t.Helper()
	s := &sapi{}
	self := windows.NewCallback(func(this uintptr, face *windows.GUID, to *uintptr) uintptr {
		if *face != faceFactory {
			return noInterface
		}
		*to = this
		return 0
	})
	count := windows.NewCallback(func(uintptr) uintptr { return 1 })
	table := &[methods]uintptr{}
	for i := range table {
		table[i] = windows.NewCallback(func(uintptr) uintptr {
			s.note(fmt.Sprintf("method %d", i))
			return notImplemented
		})
	}
	table[0], table[1], table[2] = self, count, count
	table[methodSetVoice] = windows.NewCallback(s.setVoice)
	table[methodSpeak] = windows.NewCallback(s.speak)
	s.voice = &object{table}
	s.factory = &[5]uintptr{
		self, count, count,
		windows.NewCallback(s.createInstance), windows.NewCallback(func(uintptr, uintptr) uintptr { return 0 }),
	}
	s.register(t)
	return s
}

// register tells COM of it, for as long as the test runs.
func (s *sapi) register(t *testing.T) {
	t.Helper()
	registered, done := make(chan error), make(chan struct{})
	end := make(chan struct{})
	go func() {
		defer close(done)
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		_, _, _ = procCoInitializeEx.Call(0, 0)
		defer func() { _, _, _ = procCoUninitialize.Call() }()
		var cookie uint32
		const inProcess, multipleUse = 1, 1
		result, _, _ := ole32.NewProc("CoRegisterClassObject").Call(uintptr(unsafe.Pointer(&classVoice)),
			uintptr(unsafe.Pointer(&s.factory)), inProcess, multipleUse, uintptr(unsafe.Pointer(&cookie)))
		registered <- failure(result)
		<-end
		_, _, _ = ole32.NewProc("CoRevokeClassObject").Call(uintptr(cookie))
	}()
	if err := <-registered; err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { close(end); <-done })
}

func (s *sapi) createInstance(_, _ uintptr, face *windows.GUID, to **object) uintptr {
	if *face != faceVoice {
		return noInterface
	}
	s.note("load")
	*to = s.voice
	return 0
}

func (s *sapi) setVoice(_ uintptr, token *object) uintptr {
	const methodGetID = 16
	var id *uint16
	if result, _, _ := syscall.SyscallN(token.methods[methodGetID], uintptr(unsafe.Pointer(token)), uintptr(unsafe.Pointer(&id))); failure(result) != nil {
		return result
	}
	s.note("voice " + windows.UTF16PtrToString(id))
	windows.CoTaskMemFree(unsafe.Pointer(id))
	return 0
}

func (s *sapi) speak(_ uintptr, text *uint16, flags, number uintptr) uintptr {
	words := "nothing"
	if text != nil {
		words = windows.UTF16PtrToString(text)
	}
	s.note(fmt.Sprintf("say %s, %d, %d", words, uint32(flags), number))
	if s.hangs != nil {
		<-s.hangs
	}
	return 0
}

func (s *sapi) note(call string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls = append(s.calls, call)
}

// called waits for a number of calls, and returns and forgets them.
func (s *sapi) called(t *testing.T, n int) []string {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		s.mu.Lock()
		calls := s.calls
		if len(calls) >= n {
			s.calls = nil
		}
		s.mu.Unlock()
		if len(calls) >= n {
			return calls
		}
		if time.Now().After(deadline) {
			t.Fatalf("only %q came", calls)
		}
	}
}

// addVoice makes an entry of a voice, behind which is a class.
func addVoice(t *testing.T, folder, name, languages, class string) {
	t.Helper()
	entry := folder + `\Tokens\` + name
	for _, one := range []struct{ key, name, value string }{
		{entry, "CLSID", class}, {entry + `\Attributes`, "Language", languages},
	} {
		k, _, err := registry.CreateKey(registry.LOCAL_MACHINE, one.key, registry.SET_VALUE)
		if err != nil {
			t.Fatal(err)
		}
		err = k.SetStringValue(one.name, one.value)
		_ = k.Close()
		if err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() {
		_ = registry.DeleteKey(registry.LOCAL_MACHINE, entry+`\Attributes`)
		_ = registry.DeleteKey(registry.LOCAL_MACHINE, entry)
	})
}

// choose makes a voice the one that the person has chosen.
func choose(t *testing.T, id string) {
	t.Helper()
	k, _, err := registry.CreateKey(registry.CURRENT_USER, voicesKey, registry.SET_VALUE)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = k.Close() }()
	if err := k.SetStringValue("DefaultTokenId", id); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = registry.DeleteKey(registry.CURRENT_USER, voicesKey) })
}

func testLog(t *testing.T) *slog.Logger {
	return slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelDebug}))
}
