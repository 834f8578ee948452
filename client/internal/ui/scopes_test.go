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
		take, give    = signaling.ScopeFilesToHost, signaling.ScopeFilesFromHost
	)
	for line, want := range map[string][]signaling.Scope{
		"view": {view}, "control": {view, control}, "view copy": {view, out}, "view  paste": {view, in},
		"control send": {view, control, give}, "view receive copy": {view, out, take},
		"control copy paste": {view, control, in, out}, "control paste paste": {view, control, in},
		"": nil, "paste": nil, "copy view": nil, "view everything": nil, "controls": nil,
	} {
		if got := scopesOf(line); !slices.Equal(got, want) {
			t.Errorf("%q: %v, want %v", line, got, want)
		}
	}
}

func TestExtrasLine(t *testing.T) {
	if got := extrasLine(AllowControl().Scopes); got != "" {
		t.Errorf("not asked for: %q", got)
	}
	both := signaling.NewScopes(signaling.ScopeView, signaling.ScopeClipboardToHost, signaling.ScopeClipboardFromHost)
	const want = "After view or control, add paste to let them put text into your clipboard, and copy to let them read what you copy."
	if got := extrasLine(both); got != want {
		t.Errorf("got %q", got)
	}
	files := signaling.NewScopes(signaling.ScopeView, signaling.ScopeFilesToHost, signaling.ScopeFilesFromHost)
	const wantFiles = "After view or control, add receive to let them send you files, and send to let them have files that you name."
	if got := extrasLine(files); got != wantFiles {
		t.Errorf("got %q", got)
	}
}
