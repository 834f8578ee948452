package gdi

import (
	"image"
	"unsafe"

	"github.com/lendhand/lendhand/client/internal/capture"
)

// iconInfo is ICONINFO.
type iconInfo struct {
	icon         int32
	hotX, hotY   uint32
	mask, colour uintptr
}

// bitmapSize is BITMAP.
type bitmapSize struct {
	kind, width, height, bytes int32
	planes, bits               uint16
	pixels                     uintptr
}

// maxSide bounds what a program may have as a cursor.
const maxSide = 512

// shapeOf returns what a cursor looks like. One that cannot be read, as it has gone, is a transparent pixel.
func shapeOf(cursor uintptr) *capture.Cursor {
	hidden := &capture.Cursor{Pix: make([]byte, 4), Size: image.Pt(1, 1)}
	var info iconInfo
	if cursor == 0 {
		return hidden
	}
	if ok, _, _ := procGetIconInfo.Call(cursor, uintptr(unsafe.Pointer(&info))); ok == 0 {
		return hidden
	}
	defer deleteAll(info.mask, info.colour)
	mask, size := pixels(info.mask)
	hot := image.Pt(int(info.hotX), int(info.hotY))
	if info.colour == 0 {
		if size.Y%2 != 0 || mask == nil {
			return hidden
		}
		return &capture.Cursor{Pix: plainShape(mask), Size: image.Pt(size.X, size.Y/2), Hot: hot}
	}
	colour, colourSize := pixels(info.colour)
	if colour == nil || colourSize != size {
		return hidden
	}
	return &capture.Cursor{Pix: colourShape(colour, mask), Size: size, Hot: hot}
}

func deleteAll(handles ...uintptr) {
	for _, handle := range handles {
		if handle != 0 {
			_, _, _ = procDeleteObject.Call(handle)
		}
	}
}

// pixels reads a bitmap, four bytes a pixel; nil when it cannot.
func pixels(handle uintptr) (pix []byte, size image.Point) {
	var b bitmapSize
	if n, _, _ := procGetObject.Call(handle, unsafe.Sizeof(b), uintptr(unsafe.Pointer(&b))); n == 0 {
		return nil, image.Point{}
	}
	size = image.Pt(int(b.width), int(b.height))
	if size.X < 1 || size.Y < 1 || size.X > maxSide || size.Y > 2*maxSide {
		return nil, image.Point{}
	}
	pix = make([]byte, 4*size.X*size.Y)
	info := rows(size)
	err := withScreen(func(screen uintptr) error {
		read, _, err := procGetDIBits.Call(screen, handle, 0, uintptr(size.Y), uintptr(unsafe.Pointer(&pix[0])),
			uintptr(unsafe.Pointer(&info)), 0)
		if int(read) != size.Y {
			return err
		}
		return nil
	})
	if err != nil {
		return nil, image.Point{}
	}
	return pix, size
}
