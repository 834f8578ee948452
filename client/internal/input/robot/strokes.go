package robot

import "github.com/jezek/xgb/xproto"

// lastMainKey is the space bar: the keys up to it are those that people type with.
// The others are taken only for what these do not have.
const lastMainKey = 65

// findStrokes looks for the simplest way to type each character.
func (l *layout) findStrokes(borrowed *pool) {
	for group := range l.strokes {
		l.strokes[group] = map[rune]stroke{}
		for _, main := range []bool{true, false} {
			l.findIn(group, main, borrowed)
		}
	}
}

func (l *layout) findIn(group int, main bool, borrowed *pool) {
	for _, s := range []stroke{{}, {shift: true}, {level3: true}, {shift: true, level3: true}} {
		if s.shift && l.shiftKey == 0 || s.level3 && l.level3Key == 0 {
			continue
		}
		for key := l.first; ; key++ {
			if key <= lastMainKey == main && !borrowed.has(key) {
				s.key = key
				l.add(group, s)
			}
			if key == l.last() {
				break
			}
		}
	}
}

// add notes what the stroke types, unless there is a simpler one. The keypad is
// left out, because Num Lock decides about it.
func (l *layout) add(group int, s stroke) {
	symbol := l.level(s.key, group, s.shift, s.level3)
	r, ok := symbol.Rune()
	if !ok || symbol.IsKeypad() {
		return
	}
	if _, found := l.strokes[group][r]; !found {
		l.strokes[group][r] = s
	}
}

// stroke returns how to type r now, with Caps Lock off, and false when a key must be
// borrowed.
func (l *layout) stroke(r rune, now state) (stroke, bool) {
	if now.group >= len(l.strokes) {
		return stroke{}, false
	}
	s, ok := l.strokes[now.group][r]
	return s, ok
}

// modifierKeys returns the keys that are held around the stroke.
func (l *layout) modifierKeys(s stroke) []xproto.Keycode {
	var keys []xproto.Keycode
	if s.shift {
		keys = append(keys, l.shiftKey)
	}
	if s.level3 {
		keys = append(keys, l.level3Key)
	}
	return keys
}
