package account

import (
	"strings"

	"github.com/lendhand/lendhand/signaling"
)

// maxBrowser bounds what is kept of a browser's name, in characters.
const maxBrowser = 60

// cleanBrowser makes "Firefox 151 on Linux" of a User-Agent. Browsers name each
// other there for the sake of old pages: the first that is found is meant. What is
// not known is kept as it came, made short and harmless.
func cleanBrowser(agent string) string {
	if len(agent) > 1024 {
		agent = agent[:1024]
	}
	for _, b := range [][2]string{
		{"Edg/", "Edge"}, {"OPR/", "Opera"}, {"SamsungBrowser/", "Samsung Internet"}, {"Firefox/", "Firefox"},
		{"FxiOS/", "Firefox"}, {"CriOS/", "Chrome"}, {"Chrome/", "Chrome"}, {"Version/", "Safari"},
	} {
		if _, version, ok := strings.Cut(agent, b[0]); ok {
			major, _, _ := strings.Cut(version, ".")
			return signaling.Clean(b[1]+" "+digits(major)+platform(agent), maxBrowser)
		}
	}
	return signaling.Clean(strings.ToValidUTF8(agent, ""), maxBrowser)
}

func digits(text string) string {
	end := 0
	for end < len(text) && end < 5 && text[end] >= '0' && text[end] <= '9' {
		end++
	}
	return text[:end]
}

func platform(agent string) string {
	for _, p := range [][2]string{
		{"Windows", "Windows"}, {"Android", "Android"}, {"iPhone", "iPhone"}, {"iPad", "iPad"},
		{"Mac OS X", "macOS"}, {"CrOS", "ChromeOS"}, {"Linux", "Linux"}, {"BSD", "BSD"},
	} {
		if strings.Contains(agent, p[0]) {
			return " on " + p[1]
		}
	}
	return ""
}
