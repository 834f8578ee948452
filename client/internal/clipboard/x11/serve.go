package x11

import (
	"encoding/binary"
	"log/slog"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/xproto"

	"github.com/lendhand/lendhand/client/internal/capture/xdisplay"
)

// serve handles events until the connection ends. It waits for no answer of the server,
// which would come behind its events.
func (b *Board) serve() {
	for {
		event, err := b.c.WaitForEvent()
		if err == nil && event == nil {
			return
		}
		if err != nil {
			// Somebody who has asked for the text was gone before it came.
			b.log.Debug("the X server refused a request", slog.Any("error", err))
			continue
		}
		b.handle(event)
	}
}

func (b *Board) handle(event xgb.Event) {
	switch e := event.(type) {
	case xproto.SelectionRequestEvent:
		b.give(e)
	case xproto.SelectionClearEvent:
		if e.Selection == b.atoms.clipboard {
			b.own(false, "")
		}
	case xproto.SelectionNotifyEvent:
		select { // an answer that came too late makes room for the next
		case <-b.answers:
		default:
		}
		b.answers <- e
	default:
		if xdisplay.Code(event) == b.changed {
			b.ownerChanged(event.Bytes())
		}
	}
}

// ownerChanged tells of a new owner, unless it is this program, or nobody.
func (b *Board) ownerChanged(event []byte) {
	const atOwner = 8
	owner := xproto.Window(binary.LittleEndian.Uint32(event[atOwner:]))
	if owner != b.window && owner != xproto.WindowNone {
		b.changes.Put()
	}
}

// give gives the text to a program that asks for it, in a property of its window. Nothing
// is what it asks for in another form.
func (b *Board) give(e xproto.SelectionRequestEvent) {
	answer := xproto.SelectionNotifyEvent{
		Time: e.Time, Requestor: e.Requestor, Selection: e.Selection, Target: e.Target, Property: e.Property,
	}
	if e.Property == xproto.AtomNone { // of old programs (ICCCM section 2.2)
		answer.Property = e.Target
	}
	text, owns := b.ours()
	a := &b.atoms
	switch {
	case !owns || e.Selection != a.clipboard:
		answer.Property = xproto.AtomNone
	case e.Target == a.targets:
		b.put(e.Requestor, answer.Property, xproto.AtomAtom, 32, list(a.targets, a.utf8, a.plain, a.text))
	case e.Target == a.utf8 || e.Target == a.plain:
		b.put(e.Requestor, answer.Property, e.Target, 8, []byte(text))
	case e.Target == a.text: // any form that is right for the text
		b.put(e.Requestor, answer.Property, a.utf8, 8, []byte(text))
	default:
		answer.Property = xproto.AtomNone
	}
	xproto.SendEvent(b.c, false, e.Requestor, xproto.EventMaskNoEvent, string(answer.Bytes()))
}

func (b *Board) put(w xproto.Window, property, kind xproto.Atom, format byte, data []byte) {
	units := uint32(len(data) / int(format/8))
	xproto.ChangeProperty(b.c, xproto.PropModeReplace, w, property, kind, format, units, data)
}

func list(atoms ...xproto.Atom) []byte {
	var data []byte
	for _, a := range atoms {
		data = binary.LittleEndian.AppendUint32(data, uint32(a))
	}
	return data
}
