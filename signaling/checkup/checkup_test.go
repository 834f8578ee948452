package checkup_test

import (
	"strings"
	"testing"

	"github.com/lendhand/lendhand/signaling/checkup"
)

// What a relay says of itself goes into a report that is read in a terminal.
func TestPrintIsPlain(t *testing.T) {
	hostile := "v1\x1b]0;title\x07\x1b[2J\r\nok    relay          fine\u202e" + strings.Repeat("x", 1<<16)
	var out strings.Builder
	err := checkup.Print(&out, "lendhand", []checkup.Finding{
		checkup.Found("relay", "version %s", hostile), checkup.Noted("clock", "late", hostile),
	})
	if err != nil {
		t.Fatal(err)
	}
	if strings.ContainsAny(out.String(), "\x1b\x07\r\u202e") || out.Len() > 2000 || strings.Count(out.String(), "\n") != 4 {
		t.Errorf("%d bytes: %.600q", out.Len(), out.String())
	}
}
