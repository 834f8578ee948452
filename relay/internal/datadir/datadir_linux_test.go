package datadir_test

import (
	"strings"
	"testing"

	"github.com/lendhand/lendhand/relay/internal/datadir"
	"github.com/lendhand/lendhand/signaling/problem"
)

// On Linux, /proc refuses new files to everybody, root too.
func TestPrepareSaysWhatIsNotWritable(t *testing.T) {
	err := datadir.Prepare("/proc/self/lendhand")
	if err == nil || !strings.Contains(err.Error(), "/proc/self/lendhand") || problem.Hint(err) == "" {
		t.Errorf("Prepare = %v, hint %q", err, problem.Hint(err))
	}
}
