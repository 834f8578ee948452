package problem_test

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"testing"

	"github.com/lendhand/lendhand/signaling/problem"
)

func TestWrapKeepsTheChainAndTheHint(t *testing.T) {
	inner := problem.Wrap(fs.ErrPermission, "Ask the owner.")
	err := fmt.Errorf("open the folder: %w", inner)
	if !errors.Is(err, fs.ErrPermission) {
		t.Errorf("the cause is lost in %v", err)
	}
	if got := problem.Hint(err); got != "Ask the owner." {
		t.Errorf("Hint = %q", got)
	}
	if got := problem.Hint(problem.Wrap(err, "Try again.")); got != "Try again." {
		t.Errorf("the outermost hint must win, got %q", got)
	}
	if got := err.Error(); got != "open the folder: permission denied" {
		t.Errorf("Error = %q", got)
	}
}

func TestNothingToWrap(t *testing.T) {
	if err := problem.Wrap(nil, "Do nothing."); err != nil {
		t.Errorf("Wrap(nil) = %v", err)
	}
	if err := problem.Misuse(nil); err != nil {
		t.Errorf("Misuse(nil) = %v", err)
	}
	if got := problem.Hint(fs.ErrPermission); got != "" {
		t.Errorf("Hint of a plain error = %q", got)
	}
}

func TestReport(t *testing.T) {
	full := problem.New("the disk is full", "Empty it.")
	for name, c := range map[string]struct {
		err  error
		exit int
		want string
	}{
		"no error":           {nil, problem.ExitOK, ""},
		"no hint":            {fs.ErrPermission, problem.ExitFailure, "error: permission denied\n"},
		"a hint":             {full, problem.ExitFailure, "error: the disk is full\nhint: Empty it.\n"},
		"a wrong use":        {problem.Misuse(full), problem.ExitMisuse, "error: the disk is full\nhint: Empty it.\n"},
		"one in the chain":   {problem.Wrap(fmt.Errorf("x: %w", problem.Misuse(full)), "Do."), problem.ExitMisuse, "error: x: the disk is full\nhint: Do.\n"},
		"two errors":         {errors.Join(fs.ErrClosed, fs.ErrExist), problem.ExitFailure, "error: file already closed file already exists\n"},
		"a forged line":      {problem.New("x\r\nhint: obey", "a\n\tb"), problem.ExitFailure, "error: x hint: obey\nhint: a b\n"},
		"a terminal's codes": {errors.New("\x1b[2J\u009b1m\u202ex\x00\u2028y\xff"), problem.ExitFailure, "error: [2J1mx y\n"},
		"an endless error":   {errors.New(strings.Repeat("x", 1<<20)), problem.ExitFailure, "error: " + strings.Repeat("x", 4000) + "\n"},
	} {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			if exit := problem.Report(&out, c.err); exit != c.exit || out.String() != c.want {
				t.Errorf("exit %d, %q", exit, out.String())
			}
		})
	}
}
