package robot

import (
	"time"

	"github.com/jezek/xgb/xproto"

	"github.com/lendhand/lendhand/client/internal/input/keymap"
)

// settle is the least time between the last event of a borrowed key and its next
// meaning. Applications look up what a key means when they come to its event, not
// when it was pressed.
const settle = 200 * time.Millisecond

// pool is the set of borrowed keys. They are used in turn, so that a key keeps its
// meaning as long as possible, and they keep it until they are needed: text in
// another script settles down to few changes of the keyboard.
type pool struct {
	slots []slot
}

type slot struct {
	key  xproto.Keycode
	char rune // 0 when the key stands for nothing
	used time.Time
}

func newPool(keys []xproto.Keycode) *pool {
	p := &pool{}
	p.add(keys)
	return p
}

func (p *pool) size() int { return len(p.slots) }

// has tells the keys that are the pool's; a nil pool has none.
func (p *pool) has(key xproto.Keycode) bool {
	if p == nil {
		return false
	}
	for _, s := range p.slots {
		if s.key == key {
			return true
		}
	}
	return false
}

func (p *pool) find(char rune) (xproto.Keycode, bool) {
	for _, s := range p.slots {
		if s.char == char && char != 0 {
			return s.key, true
		}
	}
	return 0, false
}

func (p *pool) touch(char rune) {
	for n := range p.slots {
		if p.slots[n].char == char {
			p.slots[n].used = time.Now()
		}
	}
}

// take chooses the key that has rested longest among those that no character of
// batch needs, and waits until it has rested enough. batch holds char itself, so
// one is always left.
func (p *pool) take(char rune, batch map[rune]bool) xproto.Keycode {
	var oldest *slot
	for n := range p.slots {
		s := &p.slots[n]
		if !batch[s.char] && (oldest == nil || s.used.Before(oldest.used)) {
			oldest = s
		}
	}
	time.Sleep(settle - time.Since(oldest.used))
	oldest.char = char
	return oldest.key
}

// verify gives up what somebody else has changed: a new layout takes the borrowed
// meanings away, and may use the keys itself.
func (p *pool) verify(l *layout) {
	kept := p.slots[:0]
	for _, s := range p.slots {
		switch symbol := l.at(s.key, 0); {
		case l.isEmpty(s.key):
			s.char = 0
		case s.char == 0 || symbol != keymap.KeysymOf(s.char):
			continue
		}
		kept = append(kept, s)
	}
	p.slots = kept
	p.add(l.unused())
}

func (p *pool) add(keys []xproto.Keycode) {
	for _, key := range keys {
		if !p.has(key) {
			p.slots = append(p.slots, slot{key: key})
		}
	}
}

// clear forgets all meanings and returns the keys that had one.
func (p *pool) clear() []xproto.Keycode {
	var keys []xproto.Keycode
	for n := range p.slots {
		if p.slots[n].char != 0 {
			keys = append(keys, p.slots[n].key)
			p.slots[n].char = 0
		}
	}
	return keys
}
