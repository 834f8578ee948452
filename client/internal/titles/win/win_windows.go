package win

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"sync"
	"time"
	"unsafe"

	"golang.org/x/sys/windows"

	"github.com/lendhand/lendhand/client/internal/titles"
)

var (
	user32            = windows.NewLazySystemDLL("user32.dll")
	procGetWindowText = user32.NewProc("GetWindowTextW")
)

// Watch implements titles.Watch.
type Watch struct {
	closed chan struct{}
	close  func()
	pace   titles.Pace // owned by who calls Next
}

var _ titles.Watch = (*Watch)(nil)

// Open watches this session's desktop.
func Open() *Watch {
	w := &Watch{closed: make(chan struct{})}
	w.close = sync.OnceFunc(func() { close(w.closed) })
	return w
}

// Next implements titles.Watch.
func (w *Watch) Next(ctx context.Context) (titles.Title, error) {
	ticker := time.NewTicker(titles.Every)
	defer ticker.Stop()
	for {
		if now := look(); w.pace.Tell(now) {
			return now, nil
		}
		select {
		case <-ticker.C:
		case <-w.closed:
			return titles.Title{}, errors.New("titles: closed")
		case <-ctx.Done():
			return titles.Title{}, ctx.Err()
		}
	}
}

// Close implements titles.Watch.
func (w *Watch) Close() error {
	w.close()
	return nil
}

// look returns the title of the window in the foreground. Of a window that does not answer
// the system gives the title that it had last.
func look() titles.Title {
	window := windows.GetForegroundWindow()
	if window == 0 {
		return titles.Title{}
	}
	var text [2 * titles.MaxTitle]uint16
	n, _, _ := procGetWindowText.Call(uintptr(window), uintptr(unsafe.Pointer(&text[0])), uintptr(len(text)))
	title := windows.UTF16ToString(text[:min(int(n), len(text))])
	return titles.Clean(title, programOf(window))
}

// programOf returns the name of a window's program, without its folder; empty where the
// system does not tell.
func programOf(window windows.HWND) string {
	var process uint32
	if _, err := windows.GetWindowThreadProcessId(window, &process); err != nil {
		return ""
	}
	h, err := windows.OpenProcess(windows.PROCESS_QUERY_LIMITED_INFORMATION, false, process)
	if err != nil {
		return ""
	}
	defer func() { _ = windows.CloseHandle(h) }()
	var path [windows.MAX_PATH]uint16
	size := uint32(len(path))
	if err := windows.QueryFullProcessImageName(h, 0, &path[0], &size); err != nil {
		return ""
	}
	return strings.TrimSuffix(filepath.Base(windows.UTF16ToString(path[:size])), ".exe")
}
