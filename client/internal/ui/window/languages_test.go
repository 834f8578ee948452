package window_test

import (
	"encoding/json"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lendhand/lendhand/client/internal/ui/window"
)

// texts are all languages' texts, as they are in the files.
func texts(t *testing.T) map[string]map[string]string {
	t.Helper()
	files, err := window.Translations.ReadDir("languages")
	if err != nil {
		t.Fatal(err)
	}
	all := make(map[string]map[string]string)
	for _, f := range files {
		data, err := window.Translations.ReadFile("languages/" + f.Name())
		if err != nil {
			t.Fatal(err)
		}
		var one map[string]string
		if err := json.Unmarshal(data, &one); err != nil {
			t.Fatalf("%s: %v", f.Name(), err)
		}
		all[strings.TrimSuffix(f.Name(), path.Ext(f.Name()))] = one
	}
	return all
}

var placeholder = regexp.MustCompile(`\{[^}]*\}`)

func placeholders(text string) []string {
	return slices.Sorted(slices.Values(placeholder.FindAllString(text, -1)))
}

// Every language is complete, and says what English says of names and numbers.
func TestLanguagesAreComplete(t *testing.T) {
	all := texts(t)
	if d := cmp.Diff([]string{"de", "en", "es", "fr", "ja"}, slices.Sorted(maps.Keys(all))); d != "" {
		t.Error(d)
	}
	english := all["en"]
	for tag, one := range all {
		if d := cmp.Diff(slices.Sorted(maps.Keys(english)), slices.Sorted(maps.Keys(one))); d != "" {
			t.Errorf("%s: %s", tag, d)
		}
		for key, text := range one {
			if strings.TrimSpace(text) != text && key != "list.separator" || text == "" {
				t.Errorf("%s: %q is %q", tag, key, text)
			}
			if d := cmp.Diff(placeholders(english[key]), placeholders(text)); d != "" {
				t.Errorf("%s: placeholders of %q: %s", tag, key, d)
			}
		}
	}
}

// Two texts that are the same in two languages are a translation that somebody forgot,
// unless they are names or of few words.
func TestLanguagesAreTranslated(t *testing.T) {
	all := texts(t)
	for tag, one := range all {
		for key, text := range one {
			if tag != "en" && text == all["en"][key] && len(strings.Fields(text)) > 2 {
				t.Errorf("%s: %q is English: %q", tag, key, text)
			}
		}
	}
}

func TestMatchLanguage(t *testing.T) {
	for _, c := range []struct {
		tags []string
		want string
	}{
		{nil, "en"},
		{[]string{"de"}, "de"},
		{[]string{"de_AT.UTF-8"}, "de"},
		{[]string{"FR-ca"}, "fr"},
		{[]string{"ja_JP.eucJP@x"}, "ja"},
		{[]string{"es-419"}, "es"},
		{[]string{"C.UTF-8"}, "en"},
		{[]string{"POSIX"}, "en"},
		{[]string{"tlh", "es"}, "es"},
		{[]string{"en_GB", "de"}, "en"},
		{[]string{"../de"}, "en"},
		{[]string{"README"}, "en"},
		{[]string{"", "fr"}, "fr"},
	} {
		l, err := window.MatchLanguage(c.tags...)
		if err != nil {
			t.Fatal(err)
		}
		if l.Tag() != c.want {
			t.Errorf("%q are %q, want %q", c.tags, l.Tag(), c.want)
		}
	}
}

func TestCounted(t *testing.T) {
	for _, c := range []struct {
		tag  string
		n    int
		want string
	}{
		{"en", 0, "0 minutes"}, {"en", 1, "1 minute"}, {"en", 2, "2 minutes"},
		{"fr", 0, "0 minute"}, {"fr", 1, "1 minute"}, {"fr", 2, "2 minutes"},
		{"de", 1, "1 Minute"}, {"de", 21, "21 Minuten"},
		{"es", 1, "1 minuto"}, {"ja", 1, "1 分"}, {"ja", 5, "5 分"},
	} {
		l, err := window.MatchLanguage(c.tag)
		if err != nil {
			t.Fatal(err)
		}
		if got := l.Counted("minutes", c.n); got != c.want {
			t.Errorf("%s: %q, want %q", c.tag, got, c.want)
		}
	}
}

// What a language lacks is said in English, and what nobody knows by its key.
func TestFallback(t *testing.T) {
	english, err := window.MatchLanguage()
	if err != nil {
		t.Fatal(err)
	}
	l, err := window.ParseLanguage("eo", []byte(`{"close": "Fermi"}`), english)
	if err != nil {
		t.Fatal(err)
	}
	got := []string{l.Text("close"), l.Text("do.stop"), l.Text("no.such")}
	if d := cmp.Diff([]string{"Fermi", "Stop", "no.such"}, got); d != "" {
		t.Error(d)
	}
	if _, err := window.ParseLanguage("xx", []byte(`{"close": 1}`), english); err == nil {
		t.Error("a file that is no table of texts was read")
	}
}

// A name cannot be a placeholder, nor turn the sentence around it.
func TestNamesStayNames(t *testing.T) {
	l, err := window.MatchLanguage("en")
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"{relay}": "{relay} is here",
		"Bo":      "Bo is here",
		"דנה":     "\u2068דנה\u2069 is here",
	} {
		if got := l.Text("session.heading", "name", name, "relay", "no"); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
