package x11

import (
	"fmt"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/xproto"
)

// hintName is the target by which password managers say that what they own is a secret.
// KDE began with it, and others do the same.
const hintName = "x-kde-passwordManagerHint"

// atoms are the names of selections and of the kinds of what is in them.
type atoms struct {
	clipboard, property, targets, incr xproto.Atom
	utf8, plain, text, hint            xproto.Atom
}

func intern(c *xgb.Conn) (atoms, error) {
	var a atoms
	for _, one := range []struct {
		name string
		to   *xproto.Atom
	}{
		{"CLIPBOARD", &a.clipboard}, {"LENDHAND_TEXT", &a.property}, {"TARGETS", &a.targets}, {"INCR", &a.incr},
		{"UTF8_STRING", &a.utf8}, {"text/plain;charset=utf-8", &a.plain}, {"TEXT", &a.text},
		{hintName, &a.hint},
	} {
		reply, err := xproto.InternAtom(c, false, uint16(len(one.name)), one.name).Reply()
		if err != nil {
			return a, fmt.Errorf("intern %s: %w", one.name, err)
		}
		*one.to = reply.Atom
	}
	return a, nil
}
