package gtk

import (
	"os"
	"path/filepath"
	"time"

	"github.com/lendhand/lendhand/client/internal/ui"
	"github.com/lendhand/lendhand/client/internal/ui/window"
)

// responseAccept is GTK_RESPONSE_ACCEPT.
const responseAccept = -3

// chooser is the desktop's own dialog for a file, while a page has one. It is not modal: a
// modal one would keep the person from the bar.
type chooser struct {
	*Toolkit
	number int    // of the one that was opened last
	native object // 0 while it is closed
	folder string // where a file was chosen last
}

// show opens the dialog for the first page that wants it, and closes it for one that does
// not.
func (c *chooser) show(wanted *window.Chooser) {
	if wanted == nil {
		c.close()
		return
	}
	if wanted.Number != c.number {
		c.close()
		c.number = wanted.Number
		c.open(*wanted)
	}
}

func (c *chooser) open(w window.Chooser) {
	const open = 0
	c.native = c.api.ChooserNew(w.Title, c.main.window, open, w.Choose, w.Cancel)
	c.api.Connect(c.native, "response", c.calls.chosen, 0, 0, 0)
	if c.folder == "" {
		c.folder, _ = os.UserHomeDir() // without one, where GTK likes to begin
	}
	if c.folder != "" {
		c.api.ChooserFolder(c.native, c.folder)
	}
	c.api.NativeShow(c.native)
}

// chosen tells what came of it.
func (c *chooser) chosen(response int32) {
	path := ""
	if response == responseAccept {
		name := c.api.ChooserPath(c.native)
		path = text(name)
		c.api.Free(name)
		c.folder = filepath.Dir(path)
	}
	c.close()
	c.press(window.Press{ID: window.Chosen, Text: path, Hand: c.handOfChoice()})
}

// handOfChoice is whose hand has just done something: a button of the dialog tells of its
// key when the event is over.
func (c *chooser) handOfChoice() ui.Hand {
	if !c.hand.busy && time.Since(c.hand.lastAt) < keyWithin {
		return c.hand.last
	}
	return c.handNow()
}

func (c *chooser) close() {
	if c.native == 0 {
		return
	}
	c.api.NativeHide(c.native)
	c.api.Unref(c.native)
	c.native = 0
}
