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
// same value can be read.
func FuzzLine(f *testing.F) {
	for _, s := range []string{
		"plain", "two\nlines", "esc \x1b[2J", "c1 \u009b2J", "del \x7f", "turned \u202e around \u2066",
		"\u2028\u2029\u200f", "bad \xff byte", `{"level":"ERROR"}`, "ü😀",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		var out bytes.Buffer
		log := jsonlog.New(&out, slog.LevelInfo)
		log.Info("test", "value", s, slog.Group("in", "error", errors.New(s)))
		line, ok := strings.CutSuffix(out.String(), "\n")
		if !ok || strings.ContainsFunc(line, func(r rune) bool {
			return r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 || strings.ContainsRune("\u061c\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069", r)
		}) {
			t.Fatalf("not one safe line: %q", out.String())
		}
		var got struct {
			Value string
			In    struct{ Error string }
		}
		if err := json.Unmarshal([]byte(line), &got); err != nil {
			t.Fatalf("not JSON: %v: %q", err, line)
		}
		if valid := strings.ToValidUTF8(s, ""); valid == s && (got.Value != s || got.In.Error != s) {
			t.Errorf("value = %q, error = %q, want %q", got.Value, got.In.Error, s)
		}
	})
}
