package win32

import "github.com/lendhand/lendhand/client/internal/ui/window"

// shown is an element that has a control.
type shown struct {
	id   string
	kind window.Kind
}

// flatten returns the elements that have controls of their own, in the order in which the
// tab key goes through them.
func flatten(elements []window.Element) []*window.Element {
	var all []*window.Element
	for i := range elements {
		e := &elements[i]
		switch e.Kind {
		case window.Row:
			all = append(all, flatten(e.Children)...)
		case window.Field:
			all = append(append(all, e), flatten(e.Children)...)
		default:
			all = append(all, e)
		}
	}
	return all
}

// compare says which of the controls that are there are gone, which elements need a new
// one, and whether the rest has another order now.
func compare(have []shown, want []*window.Element) (gone []string, fresh map[string]bool, moved bool) {
	kinds := make(map[string]window.Kind, len(want))
	for _, e := range want {
		kinds[e.ID] = e.Kind
	}
	place := make(map[string]int, len(have))
	for _, s := range have {
		if kinds[s.id] != s.kind {
			gone = append(gone, s.id)
			continue
		}
		place[s.id] = len(place)
	}
	fresh = make(map[string]bool)
	kept := 0
	for _, e := range want {
		at, there := place[e.ID]
		if !there {
			fresh[e.ID] = true
			continue
		}
		moved = moved || at != kept
		kept++
	}
	return gone, fresh, moved || len(fresh) > 0
}

// focus says which element gets the keyboard when a page follows another; empty for none,
// which leaves it where it is. Beside a page that comes anew, one that takes away what has
// the keyboard gives it to another.
func focus(before, after window.Page, fresh map[string]bool, focused string) string {
	there := false
	for _, e := range flatten(after.Elements) {
		there = there || e.ID == focused && !fresh[e.ID] && !e.Off
	}
	anew := before.ID != after.ID || before.Hidden
	switch {
	case there && (!anew || after.Focus == ""):
		return ""
	case after.Focus != "":
		return after.Focus
	}
	return heading(after).ID
}

// heading returns the heading of a page, or an element that is none.
func heading(p window.Page) window.Element {
	for _, e := range flatten(p.Elements) {
		if e.Kind == window.Heading {
			return *e
		}
	}
	return window.Element{}
}
