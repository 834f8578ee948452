package win32

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lendhand/lendhand/client/internal/ui/window"
)

func el(id string, kind window.Kind, children ...window.Element) window.Element {
	return window.Element{ID: id, Kind: kind, Children: children}
}

func TestTabOrderIsThatOfTheElements(t *testing.T) {
	page := []window.Element{
		el("h", window.Heading),
		el("", window.Row, el("a", window.Button), el("b", window.Button)),
		el("f", window.Field, el("s", window.Button)),
		el("l", window.Log, el("line", window.Text)),
	}
	var got []string
	for _, e := range flatten(page) {
		got = append(got, e.ID)
	}
	if diff := cmp.Diff([]string{"h", "a", "b", "f", "s", "l"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestCompare(t *testing.T) {
	have := []shown{{"a", window.Text}, {"b", window.Button}, {"c", window.Button}}
	tests := []struct {
		name  string
		want  []window.Element
		gone  []string
		fresh map[string]bool
		moved bool
	}{
		{"the same", []window.Element{el("a", window.Text), el("b", window.Button), el("c", window.Button)}, nil, map[string]bool{}, false},
		{"one goes", []window.Element{el("a", window.Text), el("c", window.Button)}, []string{"b"}, map[string]bool{}, false},
		{
			"one becomes another kind", []window.Element{el("a", window.Status), el("b", window.Button), el("c", window.Button)},
			[]string{"a"}, map[string]bool{"a": true}, true,
		},
		{"two change places", []window.Element{el("a", window.Text), el("c", window.Button), el("b", window.Button)}, nil, map[string]bool{}, true},
		{"all go", nil, []string{"a", "b", "c"}, map[string]bool{}, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			gone, fresh, moved := compare(have, flatten(test.want))
			if diff := cmp.Diff(test.gone, gone); diff != "" {
				t.Errorf("gone (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(test.fresh, fresh); diff != "" {
				t.Errorf("fresh (-want +got):\n%s", diff)
			}
			if moved != test.moved {
				t.Errorf("moved: %v", moved)
			}
		})
	}
}

func TestFocus(t *testing.T) {
	page := func(id, focus string, more ...window.Element) window.Page {
		h := window.Element{ID: "heading", Kind: window.Heading}
		return window.Page{ID: id, Focus: focus, Elements: append([]window.Element{h}, more...)}
	}
	copying, off := el("copy", window.Button), el("copy", window.Button)
	off.Off = true
	hidden := page("code", "copy", copying)
	hidden.Hidden = true
	tests := []struct {
		name          string
		before, after window.Page
		fresh         map[string]bool
		focused       string
		want          string
	}{
		{"a countdown takes it from nobody", page("code", "copy", copying), page("code", "copy", copying), nil, "heading", ""},
		{"a question comes", page("code", "copy"), page("request", "heading"), nil, "copy", "heading"},
		{"another page with the same wish", page("one", "heading", el("no", window.Button)), page("two", "heading", el("no", window.Button)), nil, "no", "heading"},
		{"a page without a wish", page("one", ""), page("two", ""), nil, "heading", ""},
		{"what has it goes", page("code", "", copying), page("code", ""), nil, "copy", "heading"},
		{"what has it cannot be used any more", page("code", "", copying), page("code", "", off), nil, "copy", "heading"},
		{"what has it becomes another kind", page("code", "copy", copying), page("code", "copy", copying), map[string]bool{"copy": true}, "copy", "copy"},
		{"the window was hidden", hidden, page("code", "copy", copying), nil, "", "copy"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := focus(test.before, test.after, test.fresh, test.focused); got != test.want {
				t.Errorf("%q, want %q", got, test.want)
			}
		})
	}
}
