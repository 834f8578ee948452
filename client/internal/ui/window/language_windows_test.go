package window_test

import (
	"testing"

	"github.com/lendhand/lendhand/client/internal/ui/window"
)

// Every Windows has a language.
func TestSystemLanguages(t *testing.T) {
	if tags := window.SystemLanguages(); len(tags) == 0 || len(tags[0]) < 2 {
		t.Errorf("%q", tags)
	}
}
