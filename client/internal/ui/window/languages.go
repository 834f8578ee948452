package window

import (
	"embed"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
)

// translations are the files that translators edit; README.md beside them says how.
//
//go:embed languages/*.json
var translations embed.FS

// english is the language of what another one has not.
const english = "en"

// Language is a language that the window speaks. It does not change.
type Language struct {
	tag         string
	texts       map[string]string
	rightToLeft bool
	fallback    *Language // nil for English
}

// MatchLanguage returns the first of the languages that there is, by tags such as
// "de-AT", "pt_BR.UTF-8" or "fr", and English when there is none of them.
func MatchLanguage(tags ...string) (*Language, error) {
	base, err := readLanguage(english, nil)
	if err != nil {
		return nil, err
	}
	for _, tag := range tags {
		tag = strings.ToLower(primary(tag))
		if tag == english {
			break
		}
		if l, err := readLanguage(tag, base); err == nil {
			return l, nil
		}
	}
	return base, nil
}

// primary returns the language of a tag, without country, script and encoding.
func primary(tag string) string {
	if i := strings.IndexFunc(tag, func(r rune) bool { return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') }); i >= 0 {
		return tag[:i]
	}
	return tag
}

func readLanguage(tag string, fallback *Language) (*Language, error) {
	data, err := translations.ReadFile("languages/" + tag + ".json")
	if err != nil {
		return nil, fmt.Errorf("language %q: %w", tag, err)
	}
	return parseLanguage(tag, data, fallback)
}

func parseLanguage(tag string, data []byte, fallback *Language) (*Language, error) {
	l := &Language{tag: tag, fallback: fallback}
	if err := json.Unmarshal(data, &l.texts); err != nil {
		return nil, fmt.Errorf("language %q: %w", tag, err)
	}
	l.rightToLeft = l.texts["language.direction"] == "rtl"
	return l, nil
}

// Tag names the language, such as "de".
func (l *Language) Tag() string { return l.tag }

// text returns the text of a key, with values in the place of {names}. Values come in
// pairs with the names. What is in a value stays as it is.
func (l *Language) text(key string, values ...string) string {
	text, ok := l.find(key)
	if !ok {
		return key
	}
	pairs := make([]string, 0, len(values))
	for i := 0; i+1 < len(values); i += 2 {
		pairs = append(pairs, "{"+values[i]+"}", l.isolate(values[i+1]))
	}
	return strings.NewReplacer(pairs...).Replace(text)
}

// find returns the text of a key as it is in the file, or in English.
func (l *Language) find(key string) (string, bool) {
	if text := l.texts[key]; text != "" {
		return text, true
	}
	if l.fallback != nil {
		return l.fallback.find(key)
	}
	return "", false
}

// counted returns the text of a key with a number in it, in the form that the number
// takes.
func (l *Language) counted(key string, n int) string {
	return l.text(key+"."+l.form(n), "count", strconv.Itoa(n))
}

// form returns which form of a word goes with n, by the names of Unicode's plural rules
// (CLDR). A language with more forms than two gets them here.
func (l *Language) form(n int) string {
	switch l.tag {
	case "ja":
		return "other"
	case "fr":
		if n < 2 {
			return "one"
		}
	default:
		if n == 1 {
			return "one"
		}
	}
	return "other"
}
