package audit_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/lendhand/lendhand/relay/internal/audit"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 123456000, time.UTC)

func TestLines(t *testing.T) {
	for name, c := range map[string]struct {
		event audit.Event
		want  string
	}{
		"whole": {
			audit.Event{
				Number: 7, Time: noon, Kind: audit.Consent, Actor: audit.ActorHost, Session: "s_1", Subject: "u_1", Address: "192.0.2.7",
				Detail: map[string]string{"scopes": "view control", "answer": "yes"},
			},
			`{"n":7,"time":"2026-11-22T12:00:00.123456Z","kind":"consent","actor":"host","session":"s_1","subject":"u_1","address":"192.0.2.7","detail":{"answer":"yes","scopes":"view control"}}`,
		},
		"least": {
			audit.Event{Number: 1, Time: noon.Add(999 * time.Nanosecond).In(time.FixedZone("", 3600)), Kind: audit.RelayStarted, Detail: map[string]string{}},
			`{"n":1,"time":"2026-11-22T12:00:00.123456Z","kind":"relay_started"}`,
		},
		"hostile": {
			audit.Event{Number: 1, Time: noon, Kind: "Sign\nIn", Actor: "a\"\\\n\x1b[2J\x7f\u009b\u202e\u2066\u200f\u2028 <ü😀>\xff", Detail: map[string]string{"Schlüssel\n": "\x00"}},
			`{"n":1,"time":"2026-11-22T12:00:00.123456Z","kind":"_ign__n","actor":"a\"\\\u000a\u001b[2J\u007f\u009b\u202e\u2066\u200f\u2028 <ü😀>` + "\ufffd" + `","detail":{"_chl_ssel_":"\u0000"}}`,
		},
	} {
		if diff := cmp.Diff(c.want, c.event.Line()); diff != "" {
			t.Errorf("%s:\n%s", name, diff)
		}
	}
}

func TestLongFieldsAreCut(t *testing.T) {
	detail := make(map[string]string)
	for i := range 20 {
		detail[fmt.Sprintf("key_%02d", i)] = strings.Repeat("ü", 5000)
	}
	long := audit.Event{
		Number: 1, Time: noon, Kind: audit.Kind(strings.Repeat("k", 100)),
		Actor: strings.Repeat("😀", 1000), Session: strings.Repeat("s", 256), Detail: detail,
	}
	got, err := audit.ParseLine(long.Line())
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Kind) != 32 || len(got.Session) != 256 || len(got.Actor) > 256 || !strings.HasSuffix(got.Actor, "😀…") || !utf8.ValidString(got.Actor) {
		t.Errorf("kind %q, session %d bytes, actor %q", got.Kind, len(got.Session), got.Actor)
	}
	if len(got.Detail) != 16 || got.Detail["more_details"] != "5" || len(got.Detail["key_00"]) > 4096 {
		t.Errorf("%d details, of which %q are missing", len(got.Detail), got.Detail["more_details"])
	}
	if again := got.Line(); again != long.Line() {
		t.Error("a line that is read and written is another one")
	}
}

func TestLinesThatAreNone(t *testing.T) {
	for _, line := range []string{"", "{}", "x", `{"n":0,"time":"2026-11-22T12:00:00Z","kind":"x"}`, `{"n":1,"kind":"x","detail":7}`, `{"n":1}`, `{"n":1,"kind":"x"} x`} {
		if e, err := audit.ParseLine(line); err == nil {
			t.Errorf("ParseLine(%q) = %+v", line, e)
		}
	}
}

// FuzzAuditLine shows that any event makes one line of safe characters from which
// the same event can be read.
func FuzzAuditLine(f *testing.F) {
	for _, s := range []string{
		"plain", "two\nlines", "esc \x1b[2J", "c1 \u009b2J", "del \x7f", "turned \u202e around \u2066", "\u2028\u2029\u200f",
		"bad \xff byte", `","kind":"consent"}`, `\u0022`, "ü😀", strings.Repeat("x", 5000),
	} {
		f.Add(s, s, "key", int64(1), noon.UnixMicro())
	}
	f.Fuzz(func(t *testing.T, s, value, key string, number, micros int64) {
		e := audit.Event{
			Number: max(1, number), Time: time.UnixMicro(micros).UTC(), Kind: audit.SignIn, Actor: s, Session: value,
			Subject: s, Address: value, Detail: map[string]string{key: value, "name": s},
		}
		if e.Time.Year() < 1 || e.Time.Year() > 9999 {
			e.Time = time.Time{}
		}
		line := e.Line()
		if !json.Valid([]byte(line)) || strings.ContainsFunc(line, func(r rune) bool {
			return r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 || strings.ContainsRune("\u061c\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069", r)
		}) {
			t.Fatalf("not one safe line of JSON: %q", line)
		}
		got, err := audit.ParseLine(line)
		if err != nil {
			t.Fatalf("%v: %q", err, line)
		}
		if again := got.Line(); again != line {
			t.Errorf("read and written: %q, was %q", again, line)
		}
		fits := func(text string, limit int) bool { return len(text) <= limit && utf8.ValidString(text) }
		plain := len(key) <= 32 && strings.Trim(key, "abcdefghijklmnopqrstuvwxyz0123456789_") == "" && key != "" && key != "name"
		if fits(s, 256) && fits(value, 256) && plain {
			if diff := cmp.Diff(e, got); diff != "" {
				t.Error(diff)
			}
		}
	})
}
