package config_test

import (
	"io"
	"strings"
	"testing"
	"unicode"

	"github.com/alecthomas/kong"

	"github.com/lendhand/lendhand/relay/internal/config"
	"github.com/lendhand/lendhand/signaling/problem"
)

// Whatever a configuration file holds, it is a relay that could be started, or a
// mistake with a hint, in words that a terminal shows as they are.
func FuzzFile(f *testing.F) {
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, content []byte) {
		writeFile(t, dir, string(content))
		var p program
		exited := false
		_, err := config.Parse(&p, []string{"serve", "--data", dir}, kong.Writers(io.Discard, io.Discard), kong.Exit(func(int) { exited = true }))
		if exited {
			t.Fatal("the file makes the program end")
		}
		if err == nil {
			_, err = p.Serve.Relay(p.Data)
		}
		if err == nil {
			return
		}
		if !problem.IsMisuse(err) || problem.Hint(err) == "" {
			t.Errorf("%q: %v, hint %q", content, err, problem.Hint(err))
		}
		if strings.ContainsFunc(err.Error(), func(r rune) bool { return unicode.IsControl(r) && r != '\n' || unicode.Is(unicode.Bidi_Control, r) }) {
			t.Errorf("%q: the error acts on terminals: %q", content, err)
		}
	})
}
