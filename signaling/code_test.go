package signaling

import (
	"testing"
	"testing/quick"

	"github.com/google/go-cmp/cmp"
)

func TestParseCode(t *testing.T) {
	tests := []struct {
		typed string
		want  Code
	}{
		{"482913077", "482913077"},
		{"482 913 077", "482913077"},
		{" 482-913.077\t", "482913077"},
		{"482\u00a0913\u202f077", "482913077"},
		{"000000000", "000000000"},
		{"48291307", ""},
		{"4829130777", ""},
		{"48291307a", ""},
		{"+48291307", ""},
		{"٤٨٢٩١٣٠٧٧", ""},
		{"", ""},
	}
	for _, tt := range tests {
		got, err := ParseCode(tt.typed)
		if got != tt.want || (err == nil) != (tt.want != "") {
			t.Errorf("ParseCode(%q) = %q, %v; want %q", tt.typed, got, err, tt.want)
		}
	}
}

func TestCodeIsShownInGroups(t *testing.T) {
	if got := Code("482913077").String(); got != "482 913 077" {
		t.Errorf("got %q", got)
	}
}

// Codes are drawn evenly: chi-square over the digits of each place, with a bound
// that one run in a billion would break.
func TestCodesAreDrawnEvenly(t *testing.T) {
	const draws = 20_000
	var counts [codeDigits][10]int
	for range draws {
		c, err := NewCode()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := ParseCode(string(c)); err != nil {
			t.Fatalf("drew %q: %v", c, err)
		}
		for place := range codeDigits {
			counts[place][c[place]-'0']++
		}
	}
	for place, digits := range counts {
		chi := 0.0
		for _, n := range digits {
			d := float64(n) - draws/10
			chi += d * d / (draws / 10)
		}
		if chi > 60 { // 9 degrees of freedom: P(chi² > 60) is about 1e-9
			t.Errorf("place %d: chi² = %.1f: %v", place, chi, digits)
		}
	}
}

func TestClean(t *testing.T) {
	tests := []struct{ in, want string }{
		{"  reception ", "reception"},
		{"a\x1b[31mb", "a[31mb"},
		{"a\u202eb\u2066c", "abc"},
		{"new\nline", "newline"},
		{"\xff\xfebad", "bad"},
		{"Bücherei 東京", "Bücherei 東"},
		{"123456789012", "1234567890"},
	}
	for _, tt := range tests {
		if got := Clean(tt.in, 10); got != tt.want {
			t.Errorf("Clean(%q) = %q, want %q", tt.in, got, tt.want)
		}
	}
	clean := func(s string) bool { return checkText("x", Clean(s, 20), 0, 20) == nil }
	if err := quick.Check(clean, nil); err != nil {
		t.Error(err)
	}
}

func TestScopes(t *testing.T) {
	both, view := NewScopes(ScopeControl, ScopeView, ScopeView, "root"), NewScopes(ScopeView)
	if diff := cmp.Diff(Scopes{ScopeView, ScopeControl}, both); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(view, both.Narrow(view)); diff != "" {
		t.Error(diff)
	}
	if !view.Within(both) || both.Within(view) {
		t.Error("Within is the wrong way round")
	}
}
