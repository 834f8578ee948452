package jsonlog_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"log/slog"
	"strings"
	"testing"

	"github.com/lendhand/lendhand/relay/internal/jsonlog"
)

func TestLevels(t *testing.T) {
	var out bytes.Buffer
	log := jsonlog.New(&out, slog.LevelInfo)
	log.Debug("quiet")
	log.Info("loud")
	if got := out.String(); strings.Contains(got, "quiet") || !strings.Contains(got, "loud") {
		t.Errorf("log = %q", got)
	}
}

// FuzzLine shows that any value makes one line of safe characters from which the
// same value can be read: as many lines come out as records go in.
func FuzzLine(f *testing.F) {
	for _, s := range []string{
		"plain", "two\nlines", "esc \x1b[2J", "c1 \u009b2J", "del \x7f", "turned \u202e around \u2066",
		"\u2028\u2029\u200f", "bad \xff byte", `{"level":"ERROR"}`, "ü😀",
	} {
		f.Add(s, uint8(1))
	}
	f.Fuzz(func(t *testing.T, s string, records uint8) {
		var out bytes.Buffer
		log := jsonlog.New(&out, slog.LevelInfo)
		for range records {
			log.Info("test", "value", s, "list", []string{s}, slog.Group("in", "error", errors.New(s)))
		}
		lines := strings.SplitAfter(out.String(), "\n")
		if len(lines) != int(records)+1 || lines[records] != "" {
			t.Fatalf("%d records become %d lines: %q", records, len(lines)-1, out.String())
		}
		for _, line := range lines[:records] {
			checkLine(t, strings.TrimSuffix(line, "\n"), string([]rune(s))) // broken bytes become U+FFFD
		}
	})
}

func checkLine(t *testing.T, line, want string) {
	t.Helper()
	if strings.ContainsFunc(line, acts) {
		t.Fatalf("not safe: %q", line)
	}
	var got struct {
		Value string
		List  []string
		In    struct{ Error string }
	}
	if err := json.Unmarshal([]byte(line), &got); err != nil {
		t.Fatalf("not JSON: %v: %q", err, line)
	}
	if got.Value != want || got.In.Error != want || len(got.List) != 1 || got.List[0] != want {
		t.Errorf("%q becomes %+v", want, got)
	}
}

// acts lists in its own words what acts on a terminal or turns text around.
func acts(r rune) bool {
	return r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 ||
		strings.ContainsRune("\u061c\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069", r)
}
