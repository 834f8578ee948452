package presence

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Modifiers are keys that are held while another is pressed. Left and right are the same.
type Modifiers uint8

// The modifiers. Meta is the key with the Windows logo.
const (
	Control Modifiers = 1 << iota
	Alt
	Shift
	Meta
)

// modifierNames are as people write them, each with its others, in the order in which a
// Key is written.
var modifierNames = []struct {
	modifier Modifiers
	names    []string
}{
	{Control, []string{"Ctrl", "Control", "Strg"}},
	{Alt, []string{"Alt", "Option"}},
	{Shift, []string{"Shift"}},
	{Meta, []string{"Super", "Meta", "Win"}},
}

// named are the keys with names of more than a character, other than F1 to F12.
var named = []string{
	"End", "Home", "Insert", "Delete", "PageUp", "PageDown",
	"Escape", "Pause", "ScrollLock", "Space", "Backspace",
}

// Key is a key with its modifiers, such as Ctrl+Alt+End.
type Key struct {
	// Modifiers are the ones that have to be down. More may be.
	Modifiers Modifiers
	// Name is End, Home, Insert, Delete, PageUp, PageDown, Escape, Pause, ScrollLock, Space,
	// Backspace, F1 to F12, A to Z or 0 to 9: what the key means, also on the number pad.
	Name string
}

// DefaultKey returns the key that stops when nobody says another: Ctrl+Alt+End.
func DefaultKey() Key { return Key{Modifiers: Control | Alt, Name: "End"} }

// ParseKey reads a key as people write it, in whatever case: "ctrl+alt+end". It must have
// Ctrl, Alt or Super, since people press plain keys all the time; and Ctrl+Alt+Delete
// never reaches a program on Windows.
func ParseKey(text string) (Key, error) {
	parts := strings.Split(text, "+")
	last := len(parts) - 1
	var k Key
	for _, part := range parts[:last] {
		m := modifier(strings.TrimSpace(part))
		switch {
		case m == 0:
			return Key{}, fmt.Errorf("%.32q is no modifier", part)
		case k.Modifiers&m != 0:
			return Key{}, fmt.Errorf("%.32q is there twice", part)
		}
		k.Modifiers |= m
	}
	if k.Name = keyName(strings.TrimSpace(parts[last])); k.Name == "" {
		return Key{}, fmt.Errorf("%.32q is no key", parts[last])
	}
	switch {
	case k.Modifiers&(Control|Alt|Meta) == 0:
		return Key{}, fmt.Errorf("%s has none of Ctrl, Alt and Super", k)
	case k.Modifiers == Control|Alt && k.Name == "Delete":
		return Key{}, fmt.Errorf("%s belongs to the system", k)
	}
	return k, nil
}

func modifier(name string) Modifiers {
	for _, m := range modifierNames {
		if slices.ContainsFunc(m.names, func(n string) bool { return strings.EqualFold(n, name) }) {
			return m.modifier
		}
	}
	return 0
}

// keyName returns the name as it is written here; empty for no key.
func keyName(name string) string {
	name = strings.ToUpper(name)
	if len(name) == 1 && (name >= "A" && name <= "Z" || name >= "0" && name <= "9") {
		return name
	}
	const functionKeys = 12
	for n := 1; n <= functionKeys; n++ {
		if name == "F"+strconv.Itoa(n) {
			return name
		}
	}
	at := slices.IndexFunc(named, func(n string) bool { return strings.EqualFold(n, name) })
	if at < 0 {
		return ""
	}
	return named[at]
}

// IsZero reports whether the Key is none.
func (k Key) IsZero() bool { return k == Key{} }

// String writes the key as people do, such as "Ctrl+Alt+End".
func (k Key) String() string {
	text := ""
	for _, m := range modifierNames {
		if k.Modifiers&m.modifier != 0 {
			text += m.names[0] + "+"
		}
	}
	return text + k.Name
}

// UnmarshalText reads a key from a flag.
func (k *Key) UnmarshalText(text []byte) (err error) {
	*k, err = ParseKey(string(text))
	return err
}
