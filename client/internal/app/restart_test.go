package app

import (
	"testing"

	"github.com/lendhand/lendhand/signaling"
)

func TestNeedlessRestart(t *testing.T) {
	for _, c := range []struct {
		name     string
		answered uint64
		path     bool
		want     bool
	}{
		{"a check was answered meanwhile", 8, true, true},
		{"no check was answered", 7, true, false},
		{"another path was found", 1, true, true},
		{"the path is gone", 0, false, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := (&restart{answered: 7}).needless(c.answered, c.path); got != c.want {
				t.Errorf("needless: %v, want %v", got, c.want)
			}
		})
	}
}

func TestCandidatesOfARestart(t *testing.T) {
	r := &restart{}
	for n := range signaling.MaxQueue + 1 {
		if err := r.keep(&signaling.Candidate{}); (err != nil) != (n == signaling.MaxQueue) {
			t.Fatalf("candidate %d: %v", n+1, err)
		}
	}
	r = &restart{dropped: true}
	if err := r.keep(&signaling.Candidate{}); err != nil || len(r.candidates) > 0 {
		t.Errorf("of one that is not needed: %d candidates kept, error %v", len(r.candidates), err)
	}
}
