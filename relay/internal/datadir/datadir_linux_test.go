package datadir_test

import (
	"strings"
	"testing"

	"github.com/lendhand/lendhand/relay/internal/datadir"
	"github.com/lendhand/lendhand/relay/internal/hint"
)

// On Linux, /proc refuses new files to everybody, root too.
func TestPrepareSaysWhatIsNotWritable(t *testing.T) {
	err := datadir.Prepare("/proc/self/lendhand")
	if err == nil || !strings.Contains(err.Error(), "/proc/self/lendhand") || hint.Of(err) == "" {
		t.Errorf("Prepare = %v, hint %q", err, hint.Of(err))
	}
}
