package speech

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The numbers are those of Windows.
const (
	german, austrian = 0x07, 0xc07
	english, tonga   = 0x409, 0x431
)

func TestBestFirst(t *testing.T) {
	zira := voice{id: "Zira", languages: "409", preferred: true}
	hazel := voice{id: "Hazel", languages: "809;9"}
	hedda := voice{id: "Hedda", languages: "407"}
	michael := voice{id: "Michael", languages: "c07"}
	odd := voice{id: "Odd", languages: "what;; 0"}
	all := []voice{odd, hazel, hedda, michael, zira}
	for _, c := range []struct {
		name     string
		language uint64
		want     []string
	}{
		{"a language with two voices", german, []string{"Hedda", "Michael", "Zira", "Odd", "Hazel"}},
		{"one of its countries", austrian, []string{"Hedda", "Michael", "Zira", "Odd", "Hazel"}},
		{"the language of the chosen voice", english, []string{"Zira", "Hazel", "Odd", "Hedda", "Michael"}},
		{"a language without a voice", tonga, []string{"Zira", "Odd", "Hazel", "Hedda", "Michael"}},
		{"no language", 0, []string{"Zira", "Odd", "Hazel", "Hedda", "Michael"}},
	} {
		var got []string
		for _, v := range bestFirst(all, c.language) {
			got = append(got, v.id)
		}
		if d := cmp.Diff(c.want, got); d != "" {
			t.Errorf("%s: %s", c.name, d)
		}
	}
}
