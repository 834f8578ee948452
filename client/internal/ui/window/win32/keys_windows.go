package win32

import "github.com/lendhand/lendhand/client/internal/ui/window"

// key handles the keys that mean something in the whole window. Windows' own dialogs would
// let Return press the main button from anywhere: here it presses what has the keyboard, or
// nothing. A key that is held down presses nothing again.
func (f *frame) key(m *message) bool {
	if m.Message != wmKeyDown || m.Window != f.window && call(procIsChild, f.window, m.Window) == 0 {
		return false
	}
	const repeated = 1 << 30
	again := m.L&repeated != 0
	c := f.of(m.Window)
	switch m.W {
	case vkReturn:
		if c != nil && !again && returns(c.el.Kind) {
			c.pressed()
		}
		return true
	case vkEscape:
		if !again {
			f.escape(f.t.hands.of(f.window, true), false)
		}
		return true
	case vkPageUp, vkPageDown:
		if c != nil && c.el.Kind == window.Log {
			return false
		}
		const pageUp, pageDown = 2, 3
		if m.W == vkPageUp {
			f.scroll(pageUp)
		} else {
			f.scroll(pageDown)
		}
		return true
	}
	return false
}

func returns(k window.Kind) bool { return k == window.Button || k == window.Field }
