package account

import "testing"

func TestBrowsers(t *testing.T) {
	for agent, want := range map[string]string{
		"Mozilla/5.0 (X11; Linux x86_64; rv:151.0) Gecko/20100101 Firefox/151.0":                                                                 "Firefox 151 on Linux",
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36 Edg/156.0.1":            "Edge 156 on Windows",
		"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.1 Safari/605.1.15":                  "Safari 19 on macOS",
		"Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Mobile Safari/537.36":                           "Chrome 156 on Android",
		"Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/156.0 Mobile/15E148 Safari/604.1": "Chrome 156 on iPhone",
		"Firefox/99999999999999999999": "Firefox 99999",
		"Firefox/":                     "Firefox",
		"":                             "",
		"\x00\u202e\xff":               "",
		"a machine\r\nof ours":         "a machineof ours",
	} {
		if got := cleanBrowser(agent); got != want {
			t.Errorf("cleanBrowser(%q) = %q, want %q", agent, got, want)
		}
	}
}
