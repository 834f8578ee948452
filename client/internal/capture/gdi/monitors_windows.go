package gdi

import (
	"fmt"
	"image"
	"slices"
	"unsafe"

	"golang.org/x/sys/windows"

	"github.com/lendhand/lendhand/client/internal/capture"
)

// monitorInfo is MONITORINFOEXW.
type monitorInfo struct {
	size          uint32
	monitor, work rect
	flags         uint32
	device        [32]uint16
}

type rect struct{ left, top, right, bottom int32 }

func (r rect) rectangle() image.Rectangle {
	return image.Rect(int(r.left), int(r.top), int(r.right), int(r.bottom))
}

// collect is EnumDisplayMonitors' callback: there can be few in a process, so it is one for all. data is
// the list that it fills.
var collect = windows.NewCallback(func(handle, _, _ uintptr, list *[]uintptr) uintptr {
	*list = append(*list, handle)
	return 1
})

// register gives monitors their IDs, by the names of their connectors.
type register struct {
	names []string // each one's place is its ID
}

// look lists the monitors as they are now.
func (r *register) look() ([]capture.Monitor, error) {
	var handles []uintptr
	_, _, _ = procEnumDisplayMonitors.Call(0, 0, collect, uintptr(unsafe.Pointer(&handles)))
	var list []capture.Monitor
	for _, handle := range handles {
		const isPrimary = 1
		info := monitorInfo{}
		info.size = uint32(unsafe.Sizeof(info))
		if ok, _, _ := procGetMonitorInfo.Call(handle, uintptr(unsafe.Pointer(&info))); ok == 0 {
			continue // it has just gone
		}
		m := capture.Monitor{
			Name: windows.UTF16ToString(info.device[:]), Bounds: info.monitor.rectangle(), Primary: info.flags&isPrimary != 0,
		}
		m.ID = r.id(m.Name)
		list = append(list, m)
	}
	if len(list) == 0 {
		return nil, fmt.Errorf("list monitors: %w: none is connected", capture.ErrNoDisplay)
	}
	slices.SortStableFunc(list, func(a, b capture.Monitor) int {
		switch {
		case a.Primary == b.Primary:
			return a.ID - b.ID
		case a.Primary:
			return -1
		}
		return 1
	})
	return list, nil
}

func (r *register) id(name string) int {
	if n := slices.Index(r.names, name); n >= 0 {
		return n
	}
	r.names = append(r.names, name)
	return len(r.names) - 1
}
