package win32

// Messages.
const (
	wmDestroy           = 0x0002
	wmSize              = 0x0005
	wmActivate          = 0x0006
	wmSetFocus          = 0x0007
	wmEnable            = 0x000a
	wmSetText           = 0x000c
	wmClose             = 0x0010
	wmEraseBackground   = 0x0014
	wmSysColorChange    = 0x0015
	wmSettingChange     = 0x001a
	wmMouseActivate     = 0x0021
	wmGetMinMaxInfo     = 0x0024
	wmDrawItem          = 0x002b
	wmSetFont           = 0x0030
	wmWindowPosChanging = 0x0046
	wmDisplayChange     = 0x007e
	wmGetDlgCode        = 0x0087
	wmKeyUp             = 0x0101
	bmClick             = 0x00f5
	wmKeyDown           = 0x0100
	wmCommand           = 0x0111
	wmSysCommand        = 0x0112
	wmTimer             = 0x0113
	wmVScroll           = 0x0115
	wmCtlColorEdit      = 0x0133
	wmCtlColorButton    = 0x0135
	wmCtlColorStatic    = 0x0138
	wmMouseMove         = 0x0200
	wmLButtonDown       = 0x0201
	wmLButtonUp         = 0x0202
	wmLButtonDouble     = 0x0203
	wmMouseWheel        = 0x020a
	wmCaptureChanged    = 0x0215
	wmExitSizeMove      = 0x0232
	wmDpiChanged        = 0x02e0
	wmThemeChanged      = 0x031a
	wmApp               = 0x8000

	bmGetCheck     = 0x00f0
	bmSetCheck     = 0x00f1
	bmSetState     = 0x00f3
	emGetSel       = 0x00b0
	emSetSel       = 0x00b1
	emReplaceSel   = 0x00c2
	emLimitText    = 0x00c5
	emSetReadOnly  = 0x00cf
	emSetCueBanner = 0x1501
	emSetPassword  = 0x00cc
	pbmSetPos      = 0x0402
	pbmSetRange32  = 0x0406
	pbmSetMarquee  = 0x040a

	bnClicked  = 0
	bnSetFocus = 6
	enSetFocus = 0x0100
)

// Styles.
const (
	wsPopup        = 0x80000000
	wsChild        = 0x40000000
	wsMinimize     = 0x20000000
	wsVisible      = 0x10000000
	wsDisabled     = 0x08000000
	wsClipChildren = 0x02000000
	wsCaption      = 0x00c00000
	wsBorder       = 0x00800000
	wsVScroll      = 0x00200000
	wsSysMenu      = 0x00080000
	wsThickFrame   = 0x00040000
	wsMinimizeBox  = 0x00020000
	wsMaximizeBox  = 0x00010000
	wsTabStop      = 0x00010000

	exTopmost       = 0x00000008
	exTransparent   = 0x00000020
	exToolWindow    = 0x00000080
	exClientEdge    = 0x00000200
	exControlParent = 0x00010000
	exLayered       = 0x00080000
	exLayoutRTL     = 0x00400000
	exNoActivate    = 0x08000000

	ssNoPrefix    = 0x80
	ssOwnerDraw   = 0x0d
	bsCheckBox    = 0x02
	bsOwnerDraw   = 0x0b
	bsMultiline   = 0x2000
	bsNotify      = 0x4000
	esCenter      = 0x0001
	esMultiline   = 0x0004
	esAutoVScroll = 0x0040
	esAutoHScroll = 0x0080
	esReadOnly    = 0x0800
)

// Flags and numbers of functions.
const (
	swHide, swShowNoActivate, swShow, swRestore = 0, 4, 5, 9

	swpNoSize, swpNoMove, swpNoZOrder, swpNoRedraw, swpNoActivate   = 0x01, 0x02, 0x04, 0x08, 0x10
	swpFrameChanged, swpShowWindow, swpHideWindow, swpNoOwnerZOrder = 0x20, 0x40, 0x80, 0x200

	gwlStyle, gwlExStyle, gwlProc = ^uintptr(15), ^uintptr(19), ^uintptr(3)

	gwPrevious = 3
	gaParent   = 1

	dtCenter, dtVCenter, dtWordBreak, dtSingleLine = 0x01, 0x04, 0x10, 0x20
	dtCalcRect, dtNoPrefix, dtRTLReading           = 0x400, 0x800, 0x20000

	odsSelected, odsDisabled, odsFocus = 0x01, 0x04, 0x10

	colorWindow, colorWindowText, colorHighlight, colorHighlightText = 5, 8, 13, 14
	colorFace, colorShadow, colorGrayText, colorButtonText           = 15, 16, 17, 18

	spiNonClientMetrics, spiHighContrast = 0x29, 0x42

	vkReturn, vkEscape, vkPageUp, vkPageDown = 0x0d, 0x1b, 0x21, 0x22

	dlgcWantTab, dlgcWantAllKeys = 0x02, 0x04

	insertBefore    = 0 // HWND_TOP
	hwndMessage     = ^uintptr(2)
	hwndTopmost     = ^uintptr(0)
	hwndNotTopmost  = ^uintptr(1)
	dpiPerMonitorV2 = ^uintptr(3)
	maNoActivate    = 3
	scClose         = 0xf060
	cfUnicodeText   = 13
	beepWarning     = 0x30
	standardDPI     = 96
)
