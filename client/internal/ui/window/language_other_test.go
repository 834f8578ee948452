//go:build !windows

package window_test

import (
	"slices"
	"testing"

	"github.com/lendhand/lendhand/client/internal/ui/window"
)

func TestSystemLanguages(t *testing.T) {
	t.Setenv("LC_ALL", "")
	t.Setenv("LC_MESSAGES", "fr_FR.UTF-8")
	t.Setenv("LANG", "de_DE.UTF-8")
	if got := window.SystemLanguages(); !slices.Equal(got, []string{"fr_FR.UTF-8"}) {
		t.Errorf("%q", got)
	}
	t.Setenv("LC_ALL", "ja_JP.UTF-8")
	if got := window.SystemLanguages(); !slices.Equal(got, []string{"ja_JP.UTF-8"}) {
		t.Errorf("%q", got)
	}
}
