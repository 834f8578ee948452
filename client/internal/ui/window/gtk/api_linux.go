package gtk

import (
	"errors"
	"fmt"
	"reflect"
	"unsafe"

	"github.com/ebitengine/purego"
)

// ErrMissing says that there is no GTK 3 here, or no display for it.
var ErrMissing = errors.New("no GTK 3 or no display")

// object is a GObject: a widget, a device, a style context.
type object uintptr

// rgba and rectangle are GdkRGBA and GdkRectangle.
type (
	rgba        struct{ R, G, B, A float64 }
	requisition struct{ Width, Height int32 }
	rectangle   struct{ X, Y, Width, Height int32 }
)

// event is what every GdkEvent begins with.
type event struct {
	kind int32
	_    uintptr // its window
	sent int8
}

// logField is GLogField.
type logField struct {
	key, value *byte
	_          int // the value's length
}

// api is what is used of GTK and of the libraries below it. A gboolean is an int32.
type api struct {
	InitCheck          func(argc, argv uintptr) int32                                     `c:"gtk_init_check"`
	SetAllowedBackends func(list string)                                                  `c:"gdk_set_allowed_backends"`
	SetProgramClass    func(name string)                                                  `c:"gdk_set_program_class"`
	SetProgramName     func(name string)                                                  `c:"g_set_prgname"`
	Main               func()                                                             `c:"gtk_main"`
	MainQuit           func()                                                             `c:"gtk_main_quit"`
	MainDoEvent        func(e *event)                                                     `c:"gtk_main_do_event"`
	EventHandlerSet    func(f, data, destroy uintptr)                                     `c:"gdk_event_handler_set"`
	IdleAdd            func(f, data uintptr) uint32                                       `c:"gdk_threads_add_idle"`
	Connect            func(o object, name string, f, data, destroy uintptr, flags int32) `c:"g_signal_connect_data"`
	SignalLookup       func(name string, kind uintptr) uint32                             `c:"g_signal_lookup"`
	TypeFor            func(name string) uintptr                                          `c:"g_type_from_name"`
	EmitByName         func(o object, name, text string, level int32)                     `c:"g_signal_emit_by_name"`
	Unref              func(o object)                                                     `c:"g_object_unref"`
	LogHandler         func(f, data uintptr) uintptr                                      `c:"g_log_set_default_handler"`
	LogWriter          func(f, data, destroy uintptr)                                     `c:"g_log_set_writer_func"`
	BytesNew           func(data *byte, size uintptr) object                              `c:"g_bytes_new"`
	BytesUnref         func(o object)                                                     `c:"g_bytes_unref"`
	ListAppend         func(list uintptr, o object) uintptr                               `c:"g_list_append"`
	ListFree           func(list uintptr)                                                 `c:"g_list_free"`

	WindowNew         func(kind int32) object                          `c:"gtk_window_new"`
	WindowTitle       func(o object, text string)                      `c:"gtk_window_set_title"`
	WindowDefaultSize func(o object, width, high int32)                `c:"gtk_window_set_default_size"`
	WindowKeepAbove   func(o object, on int32)                         `c:"gtk_window_set_keep_above"`
	WindowUrgency     func(o object, on int32)                         `c:"gtk_window_set_urgency_hint"`
	WindowPresent     func(o object, time uint32)                      `c:"gtk_window_present_with_time"`
	WindowMove        func(o object, x, y int32)                       `c:"gtk_window_move"`
	WindowResize      func(o object, width, high int32)                `c:"gtk_window_resize"`
	WindowPosition    func(o object, where int32)                      `c:"gtk_window_set_position"`
	WindowIcons       func(list uintptr)                               `c:"gtk_window_set_default_icon_list"`
	WindowFocus       func(o object) object                            `c:"gtk_window_get_focus"`
	WindowRole        func(o object, name string)                      `c:"gtk_window_set_role"`
	WindowActive      func(o object) int32                             `c:"gtk_window_is_active"`
	WindowTypeHint    func(o object, hint int32)                       `c:"gtk_window_set_type_hint"`
	WindowScreen      func(o object) object                            `c:"gtk_window_get_screen"`
	Show              func(o object)                                   `c:"gtk_widget_show"`
	Hide              func(o object)                                   `c:"gtk_widget_hide"`
	Destroy           func(o object)                                   `c:"gtk_widget_destroy"`
	Realize           func(o object)                                   `c:"gtk_widget_realize"`
	HAlign            func(o object, where int32)                      `c:"gtk_widget_set_halign"`
	VAlign            func(o object, where int32)                      `c:"gtk_widget_set_valign"`
	HExpand           func(o object, on int32)                         `c:"gtk_widget_set_hexpand"`
	VExpand           func(o object, on int32)                         `c:"gtk_widget_set_vexpand"`
	Sensitive         func(o object, on int32)                         `c:"gtk_widget_set_sensitive"`
	Direction         func(o object, direction int32)                  `c:"gtk_widget_set_direction"`
	DefaultDirection  func(direction int32)                            `c:"gtk_widget_set_default_direction"`
	CanFocus          func(o object, on int32)                         `c:"gtk_widget_set_can_focus"`
	GrabFocus         func(o object)                                   `c:"gtk_widget_grab_focus"`
	Style             func(o object) object                            `c:"gtk_widget_get_style_context"`
	Accessible        func(o object) object                            `c:"gtk_widget_get_accessible"`
	AllocatedWidth    func(o object) int32                             `c:"gtk_widget_get_allocated_width"`
	PreferredWidth    func(o object, min, natural *int32)              `c:"gtk_widget_get_preferred_width"`
	PreferredHeight   func(o object, width int32, min, natural *int32) `c:"gtk_widget_get_preferred_height_for_width"`
	SizeRequest       func(o object, width, high int32)                `c:"gtk_widget_set_size_request"`
	WidgetWindow      func(o object) object                            `c:"gtk_widget_get_window"`
	WidgetDisplay     func(o object) object                            `c:"gtk_widget_get_display"`
	ScaleFactor       func(o object) int32                             `c:"gtk_widget_get_scale_factor"`
	ResetStyle        func(o object)                                   `c:"gtk_widget_reset_style"`

	Add                   func(box, child object)                                     `c:"gtk_container_add"`
	Remove                func(box, child object)                                     `c:"gtk_container_remove"`
	FocusVAdjust          func(box, adjustment object)                                `c:"gtk_container_set_focus_vadjustment"`
	BoxNew                func(orientation, spacing int32) object                     `c:"gtk_box_new"`
	BoxPackStart          func(box, child object, expand, fill int32, padding uint32) `c:"gtk_box_pack_start"`
	BoxReorder            func(box, child object, at int32)                           `c:"gtk_box_reorder_child"`
	BoxHomogeneous        func(box object, on int32)                                  `c:"gtk_box_set_homogeneous"`
	Orientation           func(o object, orientation int32)                           `c:"gtk_orientable_set_orientation"`
	ScrolledNew           func(h, v object) object                                    `c:"gtk_scrolled_window_new"`
	ScrolledOverlay       func(o object, on int32)                                    `c:"gtk_scrolled_window_set_overlay_scrolling"`
	ScrolledPolicy        func(o object, h, v int32)                                  `c:"gtk_scrolled_window_set_policy"`
	ScrolledNaturalWidth  func(o object, on int32)                                    `c:"gtk_scrolled_window_set_propagate_natural_width"`
	ScrolledNaturalHeight func(o object, on int32)                                    `c:"gtk_scrolled_window_set_propagate_natural_height"`
	ScrolledMaxHeight     func(o object, high int32)                                  `c:"gtk_scrolled_window_set_max_content_height"`
	ScrolledMinHeight     func(o object, high int32)                                  `c:"gtk_scrolled_window_set_min_content_height"`
	VAdjustment           func(o object) object                                       `c:"gtk_scrolled_window_get_vadjustment"`
	AdjustmentUpper       func(o object) float64                                      `c:"gtk_adjustment_get_upper"`
	AdjustmentSet         func(o object, value float64)                               `c:"gtk_adjustment_set_value"`

	LabelNew        func(text uintptr) object                                                  `c:"gtk_label_new"`
	LabelText       func(o object, text string)                                                `c:"gtk_label_set_text"`
	LabelWrap       func(o object, on int32)                                                   `c:"gtk_label_set_line_wrap"`
	LabelWrapMode   func(o object, mode int32)                                                 `c:"gtk_label_set_line_wrap_mode"`
	LabelXAlign     func(o object, at float32)                                                 `c:"gtk_label_set_xalign"`
	LabelJustify    func(o object, how int32)                                                  `c:"gtk_label_set_justify"`
	LabelMaxChars   func(o object, n int32)                                                    `c:"gtk_label_set_max_width_chars"`
	LabelSelectable func(o object, on int32)                                                   `c:"gtk_label_set_selectable"`
	LabelEllipsize  func(o object, mode int32)                                                 `c:"gtk_label_set_ellipsize"`
	LabelAttributes func(o object, list uintptr)                                               `c:"gtk_label_set_attributes"`
	LabelMnemonic   func(o, widget object)                                                     `c:"gtk_label_set_mnemonic_widget"`
	ButtonNew       func() object                                                              `c:"gtk_button_new"`
	CheckNew        func() object                                                              `c:"gtk_check_button_new"`
	ToggleActive    func(o object) int32                                                       `c:"gtk_toggle_button_get_active"`
	ToggleSet       func(o object, on int32)                                                   `c:"gtk_toggle_button_set_active"`
	EntryNew        func() object                                                              `c:"gtk_entry_new"`
	EntryText       func(o object) string                                                      `c:"gtk_entry_get_text"`
	EntrySetText    func(o object, text string)                                                `c:"gtk_entry_set_text"`
	EntryMaxLength  func(o object, n int32)                                                    `c:"gtk_entry_set_max_length"`
	EntryWidth      func(o object, n int32)                                                    `c:"gtk_entry_set_width_chars"`
	ProgressNew     func() object                                                              `c:"gtk_progress_bar_new"`
	ProgressSet     func(o object, part float64)                                               `c:"gtk_progress_bar_set_fraction"`
	ImageNew        func() object                                                              `c:"gtk_image_new"`
	ImageSet        func(o, pixbuf object)                                                     `c:"gtk_image_set_from_pixbuf"`
	PixbufFromBytes func(bytes object, colours, alpha, bits, width, high, stride int32) object `c:"gdk_pixbuf_new_from_bytes"`
	AttrListNew     func() uintptr                                                             `c:"pango_attr_list_new"`
	AttrListInsert  func(list, attribute uintptr)                                              `c:"pango_attr_list_insert"`
	AttrListUnref   func(list uintptr)                                                         `c:"pango_attr_list_unref"`
	AttrScale       func(by float64) uintptr                                                   `c:"pango_attr_scale_new"`
	AttrFeatures    func(list string) uintptr                                                  `c:"pango_attr_font_features_new"`

	CSSNew         func() object                                            `c:"gtk_css_provider_new"`
	CSSLoad        func(o object, data string, length int, err *byte) int32 `c:"gtk_css_provider_load_from_data"`
	StyleForScreen func(screen, provider object, priority uint32)           `c:"gtk_style_context_add_provider_for_screen"`
	AddClass       func(style object, name string)                          `c:"gtk_style_context_add_class"`
	RemoveClass    func(style object, name string)                          `c:"gtk_style_context_remove_class"`
	LookupColor    func(style object, name string, colour *rgba) int32      `c:"gtk_style_context_lookup_color"`
	ScreenDefault  func() object                                            `c:"gdk_screen_get_default"`
	Settings       func() object                                            `c:"gtk_settings_get_default"`
	Resolution     func(screen object) float64                              `c:"gdk_screen_get_resolution"`
	GetString      func(o object, name string, to **byte, end uintptr)      `c:"g_object_get"`
	SetInt         func(o object, name string, value int32, end uintptr)    `c:"g_object_set"`
	Free           func(p *byte)                                            `c:"g_free"`

	DisplayDefault  func() object                             `c:"gdk_display_get_default"`
	DisplayMonitors func(o object) int32                      `c:"gdk_display_get_n_monitors"`
	DisplayMonitor  func(o object, n int32) object            `c:"gdk_display_get_monitor"`
	DisplayBeep     func(o object)                            `c:"gdk_display_beep"`
	DisplayX        func(o object) uintptr                    `c:"gdk_x11_display_get_xdisplay"`
	MonitorGeometry func(o object, r *rectangle)              `c:"gdk_monitor_get_geometry"`
	MonitorWorkarea func(o object, r *rectangle)              `c:"gdk_monitor_get_workarea"`
	WindowXID       func(o object) uintptr                    `c:"gdk_x11_window_get_xid"`
	ServerTime      func(o object) uint32                     `c:"gdk_x11_get_server_time"`
	GdkWindowRaise  func(o object)                            `c:"gdk_window_raise"`
	SourceDevice    func(e *event) object                     `c:"gdk_event_get_source_device"`
	DeviceName      func(o object) string                     `c:"gdk_device_get_name"`
	Keyval          func(e *event, value *uint32) int32       `c:"gdk_event_get_keyval"`
	AtomIntern      func(name string, existing int32) uintptr `c:"gdk_atom_intern"`
	ClipboardGet    func(atom uintptr) object                 `c:"gtk_clipboard_get"`
	ClipboardText   func(o object, text string, length int32) `c:"gtk_clipboard_set_text"`
	ClipboardStore  func(o object)                            `c:"gtk_clipboard_store"`

	ChooserNew    func(title string, parent object, action int32, choose, cancel string) object `c:"gtk_file_chooser_native_new"`
	ChooserFolder func(o object, path string) int32                                             `c:"gtk_file_chooser_set_current_folder"`
	ChooserPath   func(o object) *byte                                                          `c:"gtk_file_chooser_get_filename"`
	NativeShow    func(o object)                                                                `c:"gtk_native_dialog_show"`
	NativeHide    func(o object)                                                                `c:"gtk_native_dialog_hide"`

	AtkName     func(o object, text string)                 `c:"atk_object_set_name"`
	AtkRole     func(o object, role int32)                  `c:"atk_object_set_role"`
	AtkRoleFor  func(name string) int32                     `c:"atk_role_for_name"`
	AtkRelation func(o object, kind int32, to object) int32 `c:"atk_object_add_relationship"`

	StylePadding      func(style object, state uint32, border *[4]int16) `c:"gtk_style_context_get_padding"`
	StyleState        func(style object) uint32                          `c:"gtk_style_context_get_state"`
	WindowWhere       func(o object, x, y *int32)                        `c:"gtk_window_get_position"`
	WindowSize        func(o object, width, high *int32)                 `c:"gtk_window_get_size"`
	EntryHint         func(o object, text string)                        `c:"gtk_entry_set_placeholder_text"`
	ParseColor        func(c *rgba, text string) int32                   `c:"gdk_rgba_parse"`
	PreferredSize     func(o object, min, natural *requisition)          `c:"gtk_widget_get_preferred_size"`
	SetErrorHandler   func(f uintptr) uintptr                            `c:"XSetErrorHandler"`
	SetIOErrorHandler func(f uintptr) uintptr                            `c:"XSetIOErrorHandler"`
}

// load opens GTK. A name is looked for in the libraries that GTK needs, too.
func load() (*api, error) {
	library, err := purego.Dlopen("libgtk-3.so.0", purego.RTLD_NOW|purego.RTLD_GLOBAL)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrMissing, err)
	}
	a := new(api)
	if err := bind(library, a); err != nil {
		return nil, err
	}
	return a, nil
}

// bind fills the fields of a struct with the functions that their tags name.
func bind(library uintptr, functions any) error {
	fields := reflect.ValueOf(functions).Elem()
	for n := range fields.NumField() {
		name := fields.Type().Field(n).Tag.Get("c")
		address, err := purego.Dlsym(library, name)
		if err != nil {
			return fmt.Errorf("%w: %w", ErrMissing, err)
		}
		purego.RegisterFunc(fields.Field(n).Addr().Interface(), address)
	}
	return nil
}

// text reads a C string that GLib has made, up to a limit, and may be nil.
func text(p *byte) string {
	const most = 4096
	if p == nil {
		return ""
	}
	length := 0
	for length < most && *(*byte)(unsafe.Add(unsafe.Pointer(p), length)) != 0 {
		length++
	}
	return string(unsafe.Slice(p, length))
}

func gboolean(on bool) int32 {
	if on {
		return 1
	}
	return 0
}
