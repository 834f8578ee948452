package hint_test

import (
	"errors"
	"fmt"
	"io/fs"
	"testing"

	"github.com/lendhand/lendhand/relay/internal/hint"
)

func TestWrapKeepsTheChainAndTheAdvice(t *testing.T) {
	inner := hint.Wrap(fs.ErrPermission, "Ask the owner.")
	err := fmt.Errorf("open the folder: %w", inner)
	if !errors.Is(err, fs.ErrPermission) {
		t.Errorf("the cause is lost in %v", err)
	}
	if got := hint.Of(err); got != "Ask the owner." {
		t.Errorf("Of = %q", got)
	}
	if got := hint.Of(hint.Wrap(err, "Try again.")); got != "Try again." {
		t.Errorf("the outermost advice must win, got %q", got)
	}
	if got := err.Error(); got != "open the folder: permission denied" {
		t.Errorf("Error = %q", got)
	}
}

func TestNothingToWrap(t *testing.T) {
	if err := hint.Wrap(nil, "Do nothing."); err != nil {
		t.Errorf("Wrap(nil) = %v", err)
	}
	if got := hint.Of(fs.ErrPermission); got != "" {
		t.Errorf("Of a plain error = %q", got)
	}
	if got := hint.Of(hint.New("full", "Empty it.")); got != "Empty it." {
		t.Errorf("Of = %q", got)
	}
}
