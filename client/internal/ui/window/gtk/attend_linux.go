package gtk

import "github.com/ebitengine/purego"

// attend brings the window before the person, whatever they are at.
func (t *Toolkit) attend() {
	m := t.main
	if !m.shown {
		return
	}
	a := t.api
	gdk := a.WidgetWindow(m.window)
	a.WindowUrgency(m.window, gboolean(a.WindowActive(m.window) == 0))
	a.WindowPresent(m.window, a.ServerTime(gdk))
	a.GdkWindowRaise(gdk)
	t.sound()
}

// sounds is what is used of libcanberra, which plays the sounds of the person's theme.
type sounds struct {
	Create  func(context *uintptr) int32                                     `c:"ca_context_create"`
	List    func(list *uintptr) int32                                        `c:"ca_proplist_create"`
	Set     func(list uintptr, key, value string) int32                      `c:"ca_proplist_sets"`
	Play    func(context uintptr, id uint32, list, done, data uintptr) int32 `c:"ca_context_play_full"`
	Destroy func(list uintptr) int32                                         `c:"ca_proplist_destroy"`
}

// sound plays the sound of a question, or the bell where there is none.
func (t *Toolkit) sound() {
	if t.canberra == nil || !t.canberra.play() {
		t.api.DisplayBeep(t.api.DisplayDefault())
	}
}

// player is an open libcanberra.
type player struct {
	sounds
	context uintptr
}

// newPlayer returns nil where there are no sounds.
func newPlayer() *player {
	library, err := purego.Dlopen("libcanberra.so.0", purego.RTLD_NOW)
	if err != nil {
		return nil
	}
	p := new(player)
	if bind(library, &p.sounds) != nil || p.Create(&p.context) != 0 {
		return nil
	}
	return p
}

func (p *player) play() bool {
	var list uintptr
	if p.List(&list) != 0 {
		return false
	}
	defer p.Destroy(list)
	p.Set(list, "event.id", "dialog-question")
	p.Set(list, "media.role", "event")
	return p.Play(p.context, 1, list, 0, 0) == 0
}
