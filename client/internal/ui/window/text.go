package window

import (
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/lendhand/lendhand/signaling"
)

// How much is shown of what others have written, in characters.
const (
	longName  = 80
	shortName = 24 // on the bar
	longText  = 300
	longChat  = 1000
)

// The first and the last character around text that may run the other way (Unicode
// Bidirectional Algorithm, isolates): it cannot turn what stands around it.
const (
	isolateFirst = "\u2068"
	isolateLast  = "\u2069"
)

// cut makes text that came from elsewhere fit: it cannot turn the line around, nor look
// like another one that it is not, and says when something is missing.
func cut(s string, limit int) string {
	whole := signaling.Clean(signaling.Seen(s), len(s))
	if short := signaling.Clean(whole, limit); short != whole {
		return signaling.Clean(whole, limit-1) + "…"
	}
	return whole
}

// isolate keeps a value that may be written the other way from turning the text around it.
func (l *Language) isolate(s string) string {
	if s == "" || !l.rightToLeft && strings.IndexFunc(s, isRightToLeft) < 0 {
		return s
	}
	return isolateFirst + s + isolateLast
}

func isRightToLeft(r rune) bool {
	return unicode.In(r, unicode.Hebrew, unicode.Arabic, unicode.Syriac, unicode.Thaana, unicode.Nko, unicode.Adlam)
}

// who names a technician with their organisation.
func (l *Language) who(p signaling.Person) string {
	name, organisation := cut(p.Name, longName), cut(p.Organisation, longName)
	if organisation == "" {
		return name
	}
	return l.text("who", "name", name, "organisation", organisation)
}

// list puts names beside each other.
func (l *Language) list(names []string) string {
	var shown []string
	for _, name := range names {
		shown = append(shown, cut(name, longName))
	}
	return cut(strings.Join(shown, l.text("list.separator")), longText)
}

// lasted says how long something has lasted.
func (l *Language) lasted(d time.Duration) string {
	switch {
	case d < time.Minute:
		return l.counted("seconds", max(0, int(d/time.Second)))
	case d < 2*time.Hour:
		return l.counted("minutes", int(d/time.Minute))
	}
	return l.counted("hours", int(d/time.Hour))
}

// minutes says for how many minutes something has lasted already.
func (l *Language) minutes(d time.Duration) string {
	if d < time.Minute {
		return l.text("minutes.none")
	}
	return l.lasted(d)
}

// left says how long something will go on: it is never less than that.
func (l *Language) left(d time.Duration) string {
	if d <= time.Minute {
		return l.counted("seconds", max(0, int((d+time.Second-1)/time.Second)))
	}
	return l.counted("minutes", int((d+time.Minute-1)/time.Minute))
}

// size says how large a file is.
func (l *Language) size(bytes int64) string {
	switch {
	case bytes < 1000:
		return l.counted("size.bytes", int(bytes))
	case bytes < 999_500:
		return l.text("size.kb", "count", strconv.FormatInt((bytes+500)/1000, 10))
	case bytes < 999_950_000:
		return l.text("size.mb", "count", l.decimal(float64(bytes)/1e6))
	}
	return l.text("size.gb", "count", l.decimal(float64(bytes)/1e9))
}

// decimal writes a number with one digit behind the mark.
func (l *Language) decimal(n float64) string {
	return strings.Replace(strconv.FormatFloat(n, 'f', 1, 64), ".", l.text("language.decimal"), 1)
}

// clock says when something is, on this machine's clock.
func clock(t time.Time) string { return t.Local().Format("15:04") }

// part returns how much of a time is left, 0 to 1.
func part(left, whole time.Duration) float64 {
	if whole <= 0 {
		return 0
	}
	return min(1, max(0, left.Seconds()/whole.Seconds()))
}
