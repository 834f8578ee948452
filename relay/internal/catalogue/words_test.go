package catalogue_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/lendhand/lendhand/relay/internal/catalogue"
	"github.com/lendhand/lendhand/signaling/problem"
)

func TestMatches(t *testing.T) {
	for words, want := range map[string]string{
		"":                       "",
		"  ":                     "",
		`"'*()^:-{}+`:            "",
		"Invoice":                `"Invoice"*`,
		"a":                      `"a"`,
		"a b":                    `"a" AND "b"`,
		"one two three four":     `"one" AND "two"* AND "three"* AND "four"*`,
		"setup-log.txt":          `"setup log txt"*`,
		`x" OR "y`:               `"x" AND "OR"* AND "y"`,
		"about : secret":         `"about"* AND "secret"*`,
		"NEAR(a b, 5)":           `"NEAR a"* AND "b" AND "5"`,
		"請求書":                    `"請 求 書"*`,
		"請求書2026 Übersicht":      `"請 求 書 2026"* AND "Übersicht"*`,
		strings.Repeat("w ", 50): strings.TrimSuffix(strings.Repeat(`"w" AND `, 12), " AND "),
	} {
		if got := catalogue.MatchOf(words); got != want {
			t.Errorf("matchOf(%q) = %s, want %s", words, got, want)
		}
	}
}

func TestSpacesComeAndGo(t *testing.T) {
	for _, text := range []string{"", "plain text", "請求書", "請求書 2026", "Excel 請求書.xlsx", "สวัสดี"} {
		if got := catalogue.Unspaced(catalogue.Spaced(text)); strings.ReplaceAll(got, " ", "") != strings.ReplaceAll(text, " ", "") {
			t.Errorf("%q becomes %q", text, got)
		}
	}
}

// Whatever somebody types, a search answers: with nothing, or what it finds.
func TestHostileSearches(t *testing.T) {
	w := newWorld(t, false)
	w.whole(t, "s_A", w.own())
	w.Sweep(t.Context())
	for _, words := range hostile() {
		q, err := catalogue.ParseQuery(url.Values{"q": {words}})
		if err != nil {
			if problem.Hint(err) == "" {
				t.Errorf("%q: %v", words, err)
			}
			continue
		}
		if _, err := w.Search(t.Context(), me("ada"), q); err != nil {
			t.Errorf("%q: %v", words, err)
		}
		w.pass(1e9)
	}
}

func hostile() []string {
	return []string{
		`"`, `""`, `"a`, `a"`, `'`, `a*`, `*`, `**`, `^a`, `a^`, `-a`, `+a`, `a + b`, `NOT a`, `a NOT b`, `AND`, `OR`, `NOT`, `NEAR`, `NEAR(`, `NEAR(a b, 9999999999)`, `a AND`, `(a`, `a)`, `((((`,
		`about:a`, `{about windows}:a`, `-about:a`, `rowid:1`, `a; DROP TABLE catalogue`, `' OR 1=1 --`, `%`, `_`, `\`, "a\x00b", "\x00", "\xff\xfe", "\u202e", "a\u0301", "\u0301", "\U000E0001", "𝔘𝔫𝔦", "😀", "ﬀ", "ß", "İ",
		strings.Repeat("(", 190), strings.Repeat("a ", 100), strings.Repeat("é", 200), strings.Repeat("x", 201), "\t\n", "１２３", "a\u200bb", "٣", "Ⅷ", "½",
	}
}

// FuzzMatch looks that no words end the string that they are in.
func FuzzMatch(f *testing.F) {
	for _, words := range hostile() {
		f.Add(words)
	}
	f.Fuzz(func(t *testing.T, words string) {
		match := catalogue.MatchOf(words)
		for i, part := range strings.Split(match, `"`) {
			outside := i%2 == 0
			if outside && strings.Trim(part, "* AND") != "" || !outside && strings.ContainsAny(part, "\"*^:(){}+-\x00") {
				t.Errorf("%q becomes %s", words, match)
			}
		}
	})
}

func TestParametersThatAreRefused(t *testing.T) {
	for _, text := range []string{
		"x=1", "q=a&q=b", "from=yesterday", "to=2026-13-01", "min=-1", "min=NaN", "max=Inf", "max=1e300", "max=a", "happened=", "happened=nothing", "happened=control,", "state=deleted", "held=perhaps",
		"limit=0", "limit=101", "limit=x", "cursor=5", "cursor=c", "cursor=c-5", "cursor=c0", "cursor=c9999999999999999999", "host=" + strings.Repeat("x", 129),
	} {
		values, err := url.ParseQuery(text)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := catalogue.ParseQuery(values); (err == nil || problem.Hint(err) == "") && text != "happened=" {
			t.Errorf("%s: %v", text, err)
		}
	}
}
