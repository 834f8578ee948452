package gtk

import (
	_ "embed"
	"os"
	"strings"
)

//go:embed style.css
var styleSheet string

// looks is which of the style sheet's palettes goes with the person's theme.
type looks struct{ class string }

// setUpStyle adds the style sheet to the person's theme, below what they have written
// themselves.
func (t *Toolkit) setUpStyle() {
	const application = 600
	provider := t.api.CSSNew()
	if t.api.CSSLoad(provider, styleSheet, -1, nil) == 0 {
		t.log.Error("the style sheet is wrong")
	}
	t.api.StyleForScreen(t.api.ScreenDefault(), provider, application)
	t.api.Unref(provider)
	// What gets the keyboard must not take the place of what the person has selected.
	t.api.SetInt(t.api.Settings(), "gtk-label-select-on-focus", 0, 0)
}

func (t *Toolkit) class(o object, name string) {
	t.api.AddClass(t.api.Style(o), name)
}

// dress gives a window the palette that goes with the theme.
func (t *Toolkit) dress(o object) {
	style := t.api.Style(o)
	for _, class := range []string{"light", "dark", "contrast"} {
		t.api.RemoveClass(style, class)
	}
	t.looks.class = t.palette(style)
	t.api.AddClass(style, t.looks.class)
}

// palette tells by the theme's own colours. One of high contrast is left as it is.
func (t *Toolkit) palette(style object) string {
	if strings.Contains(t.theme(), "HighContrast") {
		return "contrast"
	}
	var ground rgba
	if t.api.LookupColor(style, "theme_bg_color", &ground) == 0 {
		return "contrast"
	}
	if 0.3*ground.R+0.6*ground.G+0.1*ground.B < 0.5 {
		return "dark"
	}
	return "light"
}

func (t *Toolkit) theme() string {
	if name := os.Getenv("GTK_THEME"); name != "" {
		return name
	}
	var name *byte
	t.api.GetString(t.api.Settings(), "gtk-theme-name", &name, 0)
	defer t.api.Free(name)
	return text(name)
}

// lookAgain follows a change of the theme, of its sizes or of the monitors.
func (t *Toolkit) lookAgain() {
	if t.palette(t.api.Style(t.main.window)) != t.looks.class {
		t.dress(t.main.window)
	}
	t.main.fitLater()
	t.bars.lookAgain()
}
