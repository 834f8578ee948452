package win32

import "image"

// The structures of Windows, named as here and not as there.

type rect struct{ Left, Top, Right, Bottom int32 }

func (r rect) image() image.Rectangle {
	return image.Rect(int(r.Left), int(r.Top), int(r.Right), int(r.Bottom))
}

type point struct{ X, Y int32 }

type message struct {
	Window  uintptr
	Message uint32
	W, L    uintptr
	Time    uint32
	At      point
	_       uint32
}

type windowClass struct {
	Size, Style             uint32
	Proc                    uintptr
	ClassExtra, WindowExtra int32
	Instance, Icon, Cursor  uintptr
	Background              uintptr
	Menu, Name              *uint16
	SmallIcon               uintptr
}

type windowPos struct {
	Window, After uintptr
	X, Y, W, H    int32
	Flags         uint32
}

type drawItem struct {
	Type, ID, Item, Action, State uint32
	Window, DC                    uintptr
	Rect                          rect
	Data                          uintptr
}

type logFont struct {
	Height, Width, Escapement, Orientation, Weight       int32
	Italic, Underline, StrikeOut, CharSet                byte
	OutPrecision, ClipPrecision, Quality, PitchAndFamily byte
	Face                                                 [32]uint16
}

type nonClientMetrics struct {
	Size                                  uint32
	Border, ScrollWidth, ScrollHeight     int32
	CaptionWidth, CaptionHeight           int32
	Caption                               logFont
	SmallCaptionWidth, SmallCaptionHeight int32
	SmallCaption                          logFont
	MenuWidth, MenuHeight                 int32
	Menu, Status, Message                 logFont
	Padded                                int32
}

type highContrast struct {
	Size, Flags uint32
	Scheme      *uint16
}

type scrollInfo struct {
	Size, Mask uint32
	Min, Max   int32
	Page       uint32
	At, Track  int32
}

type minMaxInfo struct {
	_, MaxSize, MaxAt, MinTrack, MaxTrack point
}

type monitorInfo struct {
	Size       uint32
	Area, Work rect
	Flags      uint32
}

type flashInfo struct {
	Size         uint32
	Window       uintptr
	Flags, Count uint32
	Timeout      uint32
}

type openFileName struct {
	Size                         uint32
	Owner, Instance              uintptr
	Filter, CustomFilter         *uint16
	MaxCustomFilter, FilterIndex uint32
	File                         *uint16
	MaxFile                      uint32
	FileTitle                    *uint16
	MaxFileTitle                 uint32
	InitialDir, Title            *uint16
	Flags                        uint32
	FileOffset, FileExtension    uint16
	DefaultExtension             *uint16
	Data, Hook                   uintptr
	Template                     *uint16
	_                            uintptr
	_, FlagsEx                   uint32
}

type inputSource struct{ Device, Origin uint32 }

type bitmapHeader struct {
	Size                   uint32
	Width, Height          int32
	Planes, BitCount       uint16
	Compression, ImageSize uint32
	XPerMeter, YPerMeter   int32
	Used, Important        uint32
}

type commonControls struct{ Size, Classes uint32 }
