package window

// What the tests of this package see beside what everybody sees.
var (
	ParseLanguage = parseLanguage
	Translations  = translations
)

// Text returns a text of a language.
func (l *Language) Text(key string, values ...string) string { return l.text(key, values...) }

// Counted returns a text with a number in it.
func (l *Language) Counted(key string, n int) string { return l.counted(key, n) }

// Size returns how large a file is.
func (l *Language) Size(bytes int64) string { return l.size(bytes) }

// Own reports whether the language itself, and not English for it, has a text.
func (l *Language) Own(key string) bool { return l.texts[key] != "" }
