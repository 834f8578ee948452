// Package windowtest is a toolkit without a screen: it keeps what it is given, and
// presses what a test wants.
package windowtest

import (
	"sync"
	"testing"
	"time"

	"github.com/lendhand/lendhand/client/internal/ui"
	"github.com/lendhand/lendhand/client/internal/ui/window"
)

// Toolkit is a [window.Toolkit] that shows nothing.
type Toolkit struct {
	presses chan window.Press

	// Guarded by mu.
	mu       sync.Mutex
	page     window.Page
	bar      *window.Bar
	shown    int
	attended int
	copied   string
	spoken   string
	opened   string
}

// New returns a Toolkit that nothing has been shown on.
func New() *Toolkit { return &Toolkit{presses: make(chan window.Press)} }

// Show implements [window.Toolkit].
func (t *Toolkit) Show(p window.Page) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.page = p
	t.shown++
}

// ShowBar implements [window.Toolkit].
func (t *Toolkit) ShowBar(b *window.Bar) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.bar = b
}

// Attend implements [window.Toolkit].
func (t *Toolkit) Attend() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.attended++
}

// Copy implements [window.Toolkit].
func (t *Toolkit) Copy(text string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.copied = text
}

// Speak implements [window.Speaker].
func (t *Toolkit) Speak(text, language string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.spoken = language + ": " + text
}

// Quiet implements [window.Speaker].
func (t *Toolkit) Quiet() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.spoken = ""
}

// Open implements [window.Browser].
func (t *Toolkit) Open(address string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.opened = address
}

// Opened is the address that was opened last.
func (t *Toolkit) Opened() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.opened
}

// Presses implements [window.Toolkit].
func (t *Toolkit) Presses() <-chan window.Press { return t.presses }

// Page is the newest page.
func (t *Toolkit) Page() window.Page {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.page
}

// Bar is the newest bar; nil while there is none.
func (t *Toolkit) Bar() *window.Bar {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.bar
}

// Shown is how many pages were shown so far.
func (t *Toolkit) Shown() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.shown
}

// Attended is how often the window was brought before the others.
func (t *Toolkit) Attended() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.attended
}

// Copied is what was copied last.
func (t *Toolkit) Copied() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.copied
}

// Spoken is what was read aloud last, behind its language; empty when it was ended.
func (t *Toolkit) Spoken() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.spoken
}

// Press presses something with the person's own hand.
func (t *Toolkit) Press(tb testing.TB, id string) {
	tb.Helper()
	t.Do(tb, window.Press{ID: id, Hand: ui.OwnHand})
}

// Do does what a press says.
func (t *Toolkit) Do(tb testing.TB, p window.Press) {
	tb.Helper()
	select {
	case t.presses <- p:
	case <-time.After(time.Minute):
		tb.Fatalf("nobody hears the press of %q", p.ID)
	}
}

// Element returns the element with an ID on the newest page, or on the bar.
func (t *Toolkit) Element(id string) (window.Element, bool) {
	page, bar := t.Page(), t.Bar()
	lists := [][]window.Element{page.Elements}
	for _, e := range page.Elements {
		lists = append(lists, e.Children)
	}
	if bar != nil {
		lists = append(lists, bar.Elements)
	}
	for _, list := range lists {
		for _, e := range list {
			if e.ID == id {
				return e, true
			}
		}
	}
	return window.Element{}, false
}
