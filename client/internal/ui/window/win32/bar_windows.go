package win32

import (
	"image"
	"log/slog"
	"time"
	"unsafe"

	"golang.org/x/sys/windows"

	"github.com/lendhand/lendhand/client/internal/ui/window"
)

// bars are the bar on each monitor.
type bars struct {
	t     *Toolkit
	shown *window.Bar // nil for none
	each  []*bar
	lost  bool // it was told that the bar is lost
	enum  uintptr
	found []uintptr // by enum
}

// bar is the bar on one monitor.
type bar struct {
	sheet
	monitor uintptr
	work    image.Rectangle
	at      image.Rectangle // where it belongs
	guard   guard
}

const (
	barStyle    = wsPopup | wsClipChildren
	barExtended = exTopmost | exNoActivate | exToolWindow
)

// show shows a bar on every monitor, or takes it away.
func (b *bars) show(shown *window.Bar) {
	again := b.shown == nil || shown == nil || b.shown.RightToLeft != shown.RightToLeft
	b.shown = shown
	if !again {
		for _, one := range b.each {
			one.update(shown)
		}
		return
	}
	b.lost = false
	b.remake()
}

// remake makes the bars anew, as when there are other monitors.
func (b *bars) remake() {
	old := b.each
	b.each = nil
	if b.shown != nil {
		for _, m := range b.monitors() {
			b.add(m)
		}
	}
	// The new ones are there before the old ones go.
	for _, one := range old {
		one.destroy()
	}
}

func (b *bars) add(monitor uintptr) {
	one, err := newBar(b.t, monitor, b.shown)
	if err != nil {
		b.t.log.Error("no bar on a monitor", slog.Any("error", err))
		return
	}
	b.each = append(b.each, one) // before it is told to draw itself
	one.update(b.shown)
}

// monitors lists the monitors.
func (b *bars) monitors() []uintptr {
	if b.enum == 0 {
		b.enum = windows.NewCallback(func(m, _, _, _ uintptr) uintptr {
			b.found = append(b.found, m)
			return 1
		})
	}
	b.found = nil
	call(procEnumDisplayMonitors, 0, 0, b.enum, 0)
	return b.found
}

func (b *bars) of(w uintptr) *bar {
	for _, one := range b.each {
		if one.window == w {
			return one
		}
	}
	return nil
}

// restyle follows what the person has set in the system.
func (b *bars) restyle() {
	for _, one := range b.each {
		one.restyle(one.style.dpi)
		one.update(b.shown)
	}
}

// watch looks after the bars.
func (b *bars) watch() {
	if !b.stands() {
		b.remake()
	}
	now := time.Now()
	for n, one := range b.each {
		found := one.condition()
		switch one.guard.check(now, found) {
		case mend:
			one.mend(found)
		case lost:
			b.lose()
			if found.gone {
				b.replace(n)
				return // which has changed the list
			}
			one.mend(found)
		}
	}
}

// stands reports whether each monitor is as it was when it got its bar.
func (b *bars) stands() bool {
	monitors := b.monitors()
	if len(monitors) != len(b.each) {
		return false
	}
	for n, m := range monitors {
		if b.each[n].monitor != m || b.each[n].work != workOf(m) {
			return false
		}
	}
	return true
}

// lose tells once that a bar does not hold.
func (b *bars) lose() {
	if b.lost {
		return
	}
	b.lost = true
	b.t.log.Warn("the bar is kept from being seen")
	b.t.press(window.Press{ID: window.BarLost})
}

// replace makes a bar whose window was destroyed anew.
func (b *bars) replace(n int) {
	gone := b.each[n]
	for _, c := range gone.controls {
		delete(b.t.controls, c.window)
	}
	gone.style.free()
	b.each = append(b.each[:n], b.each[n+1:]...)
	b.remake()
}

func workOf(monitor uintptr) image.Rectangle {
	info := monitorInfo{Size: uint32(unsafe.Sizeof(monitorInfo{}))}
	call(procGetMonitorInfo, monitor, uintptr(unsafe.Pointer(&info)))
	return info.Work.image()
}
