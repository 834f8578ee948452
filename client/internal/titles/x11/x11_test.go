package x11

import (
	"context"
	"image"
	"strings"
	"testing"
	"time"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/xproto"
	"go.uber.org/goleak"

	"github.com/lendhand/lendhand/client/internal/titles"
	"github.com/lendhand/lendhand/client/internal/xvfbtest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// manager is a window manager that says which window is active.
type manager struct {
	t    *testing.T
	c    *xgb.Conn
	root xproto.Window
	a    atoms
}

func newManager(t *testing.T) *manager {
	t.Helper()
	xvfbtest.Start(t, image.Pt(320, 240))
	c, screen := xvfbtest.Connect(t)
	a, err := intern(c)
	if err != nil {
		t.Fatal(err)
	}
	return &manager{t: t, c: c, root: screen.Root, a: a}
}

func (m *manager) check(err error) {
	m.t.Helper()
	if err != nil {
		m.t.Fatal(err)
	}
}

func (m *manager) window(title, class string) xproto.Window {
	m.t.Helper()
	w, err := xproto.NewWindowId(m.c)
	m.check(err)
	m.check(xproto.CreateWindowChecked(m.c, 0, w, m.root, 0, 0, 10, 10, 0, xproto.WindowClassInputOutput, 0, 0, nil).Check())
	m.name(w, title)
	m.set(w, m.a.class, "instance\x00"+class+"\x00")
	return w
}

func (m *manager) name(w xproto.Window, title string) { m.set(w, m.a.name, title) }

func (m *manager) set(w xproto.Window, property xproto.Atom, value string) {
	m.t.Helper()
	m.check(xproto.ChangePropertyChecked(m.c, xproto.PropModeReplace, w, property, xproto.AtomString, 8, uint32(len(value)), []byte(value)).Check())
}

func (m *manager) front(w xproto.Window) {
	m.t.Helper()
	value := make([]byte, 4)
	xgb.Put32(value, uint32(w))
	m.check(xproto.ChangePropertyChecked(m.c, xproto.PropModeReplace, m.root, m.a.active, xproto.AtomWindow, 32, 1, value).Check())
}

func open(t *testing.T) *Watch {
	t.Helper()
	w, err := Open()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = w.Close() })
	return w
}

func wantNext(t *testing.T, w *Watch, want titles.Title) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	got, err := w.Next(ctx)
	if err != nil || got != want {
		t.Errorf("got %+v, %v, want %+v", got, err, want)
	}
}

func TestTitles(t *testing.T) {
	m := newManager(t)
	w := open(t)
	editor, mail := m.window("letter — Editor", "Editor"), m.window("Inbox", "Mail")
	m.front(editor)
	wantNext(t, w, titles.Title{Title: "letter — Editor", Program: "Editor"})
	m.front(mail)
	wantNext(t, w, titles.Title{Title: "Inbox", Program: "Mail"})
	m.name(mail, "Inbox (2)\n\u202e"+strings.Repeat("x", 1000))
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	got, err := w.Next(ctx)
	if n := len([]rune(got.Title)); err != nil || n > titles.MaxTitle || strings.ContainsAny(got.Title, "\n\u202e") {
		t.Errorf("got %q, %v: %d characters", got.Title, err, n)
	}
	m.check(xproto.DestroyWindowChecked(m.c, mail).Check())
	m.front(editor)
	wantNext(t, w, titles.Title{Title: "letter — Editor", Program: "Editor"})
}

func TestTitlesComeInNoHurry(t *testing.T) {
	m := newManager(t)
	w := open(t)
	player := m.window("0", "Player")
	m.front(player)
	wantNext(t, w, titles.Title{Title: "0", Program: "Player"})
	began := time.Now()
	m.name(player, "1")
	wantNext(t, w, titles.Title{Title: "1", Program: "Player"})
	if took := time.Since(began); took < titles.Every*9/10 {
		t.Errorf("told again after %v", took)
	}
}

func TestCloseEndsNext(t *testing.T) {
	newManager(t)
	w := open(t)
	time.AfterFunc(50*time.Millisecond, func() { _ = w.Close() })
	if got, err := w.Next(t.Context()); err == nil {
		t.Errorf("got %+v of a watch that is closed", got)
	}
}
