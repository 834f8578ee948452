package main

import (
	"strings"
	"testing"

	"github.com/lendhand/lendhand/signaling/settings"
)

func TestRelayByName(t *testing.T) {
	for path, want := range map[string]string{
		`/home/me/Downloads/lendhand@help.example`:          "help.example",
		`lendhand@help.example.exe`:                         "help.example",
		`C:\Users\Me\Downloads\lendhand@help.example.exe`:   "help.example",
		`LENDHAND@HELP.EXAMPLE.EXE`:                         "help.example",
		`lendhand@help.example_8443.exe`:                    "help.example:8443",
		`lendhand@help.example_443`:                         "help.example",
		`lendhand@localhost_8443`:                           "localhost:8443",
		`lendhand@192.0.2.7_8443.exe`:                       "192.0.2.7:8443",
		`lendhand@help.example (1).exe`:                     "help.example",
		`lendhand@help.example_8443 (12).exe`:               "help.example:8443",
		`lendhand@help (1).example`:                         "help.example",
		`lendhand@help(2).example_8443`:                     "help.example:8443",
		`lendhand@help.example(1).exe`:                      "help.example",
		`lendhand@xn--hlfe-5qa.example`:                     "xn--hlfe-5qa.example",
		`lendhand`:                                          "",
		`lendhand.exe`:                                      "",
		`lendhand@.exe`:                                     "",
		`lendhand@`:                                         "",
		`otherhand@help.example`:                            "",
		`lendhand@help..example`:                            "",
		`lendhand@-help.example`:                            "",
		`lendhand@help-.example`:                            "",
		`lendhand@help.example.`:                            "",
		`lendhand@help.example_`:                            "",
		`lendhand@help.example_0`:                           "",
		`lendhand@help.example_08443`:                       "",
		`lendhand@help.example_65536`:                       "",
		`lendhand@help.example_8443_1`:                      "",
		`lendhand@user@help.example`:                        "",
		`lendhand@help.example:8443`:                        "",
		`lendhand@help.example?x=1`:                         "",
		`lendhand@help.example#x`:                           "",
		`lendhand@hélp.example`:                             "",
		`lendhand@help .example`:                            "",
		`lendhand@help.example (1) (2).exe`:                 "",
		`lendhand@help.example/lendhand`:                    "",
		`lendhand@` + strings.Repeat("a", 64) + `.example`:  "",
		`lendhand@` + strings.Repeat("a.", 126) + `example`: "",
	} {
		if got := relayByName(path).Host(); got != want {
			t.Errorf("%q names %q, want %q", path, got, want)
		}
	}
}

// Whatever a file is called, what it names is a whole address of a relay or none.
func FuzzRelayByName(f *testing.F) {
	for _, seed := range []string{"lendhand@help.example_8443 (1).exe", "lendhand", `a\lendhand@b.exe`, "lendhand@a_1"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, path string) {
		a := relayByName(path)
		if a.IsZero() {
			return
		}
		again, err := settings.ParseAddress(a.String())
		if err != nil || again != a {
			t.Errorf("%q names %q: %v", path, a, err)
		}
		name := strings.ToLower(path[strings.LastIndexAny(path, `/\`)+1:])
		if !strings.HasPrefix(name, "lendhand@") || strings.ContainsAny(a.Host(), "@/?#% ") {
			t.Errorf("%q names %q", path, a)
		}
	})
}
