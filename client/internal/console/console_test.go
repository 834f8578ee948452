package console

import "testing"

func TestWanted(t *testing.T) {
	tests := []struct {
		args        []string
		environment string
		want        bool
	}{
		{nil, "", false},
		{nil, "terminal", true},
		{[]string{"--ui", "terminal"}, "", true},
		{[]string{"--ui=terminal"}, "window", true},
		{[]string{"--ui", "window"}, "terminal", false},
		{[]string{"--ui=terminal", "--ui", "auto"}, "", false},
		{[]string{"--server", "terminal"}, "", false},
		{[]string{"--ui"}, "", false},
	}
	for _, test := range tests {
		if got := Wanted(test.args, test.environment); got != test.want {
			t.Errorf("%q with %q: %v, want %v", test.args, test.environment, got, test.want)
		}
	}
}
