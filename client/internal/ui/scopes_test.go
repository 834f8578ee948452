package ui

import (
	"slices"
	"testing"

	"github.com/lendhand/lendhand/signaling"
)

func TestScopesOf(t *testing.T) {
	const (
		view, control = signaling.ScopeView, signaling.ScopeControl
		in, out       = signaling.ScopeClipboardToHost, signaling.ScopeClipboardFromHost
	)
	for line, want := range map[string][]signaling.Scope{
		"view": {view}, "control": {view, control}, "view copy": {view, out}, "view  paste": {view, in},
		"control copy paste": {view, control, in, out}, "control paste paste": {view, control, in},
		"": nil, "paste": nil, "copy view": nil, "view everything": nil, "controls": nil,
	} {
		if got := scopesOf(line); !slices.Equal(got, want) {
			t.Errorf("%q: %v, want %v", line, got, want)
		}
	}
}

func TestClipboardLine(t *testing.T) {
	if got := extrasLine(AllowControl().Scopes); got != "" {
		t.Errorf("not asked for: %q", got)
	}
	both := signaling.NewScopes(signaling.ScopeView, signaling.ScopeClipboardToHost, signaling.ScopeClipboardFromHost)
	const want = "After view or control, add paste to let them put text into your clipboard, and copy to let them read what you copy."
	if got := extrasLine(both); got != want {
		t.Errorf("got %q", got)
	}
}
