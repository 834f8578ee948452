package signaling

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSeen(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"plain":                      {"Mira Novak", "Mira Novak"},
		"a space without width":      {"Mi\u200bra", "Mira"},
		"joiners in Latin":           {"M\u200di\u200cra", "Mira"},
		"soft hyphen, word joiner":   {"Mi\u00adra\u2060", "Mira"},
		"byte order mark":            {"\ufeffMira", "Mira"},
		"tags":                       {"Mira\U000E0041\U000E007F", "Mira"},
		"fillers":                    {"\u3164\u115f\uffa0\u2800", ""},
		"nothing but joiners":        {"\u200d\u200c\ufe0f", ""},
		"a variant of Latin":         {"Mira\ufe0f\U000E0100", "Mira"},
		"Persian":                    {"می\u200cخواهم", "می\u200cخواهم"},
		"two joiners":                {"می\u200c\u200c\u200dخواهم", "می\u200cخواهم"},
		"joiners at the end":         {"می\u200c", "می"},
		"Hindi":                      {"क्\u200dष", "क्\u200dष"},
		"a Japanese name's variant":  {"葛\U000E0100城", "葛\U000E0100城"},
		"a family":                   {"👩\u200d👧", "👩\u200d👧"},
		"an Arabic sign of a number": {"\u0600\u0661", "\u0600\u0661"},
	} {
		t.Run(name, func(t *testing.T) {
			if d := cmp.Diff(c.want, Seen(c.text)); d != "" {
				t.Error(d)
			}
			if d := cmp.Diff(c.want, CleanName(c.text)); d != "" {
				t.Errorf("as a name: %s", d)
			}
		})
	}
}

func TestANameIsSeen(t *testing.T) {
	for name, ok := range map[string]bool{"Mira": true, "\u3164": false, "\u200b \u2060": false} {
		p := Person{ID: "u_1", Name: name}
		if err := p.check(); (err == nil) != ok {
			t.Errorf("%+q: %v", name, err)
		}
	}
}
