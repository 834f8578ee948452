package win32

import (
	"testing"
	"time"
)

func TestGuard(t *testing.T) {
	sound, covered := condition{}, condition{covered: true}
	always := func(c condition) func(int) condition { return func(int) condition { return c } }
	tests := []struct {
		name  string
		found func(look int) condition
		want  verdict // of the last of 40 looks, which is ten seconds
		lost  bool    // at any look
	}{
		{"nobody touches it", always(sound), leave, false},
		{"it is gone", always(condition{gone: true}), lost, true},
		{"it stays covered", always(covered), lost, true},
		{"it is covered once", func(n int) condition {
			if n == 3 {
				return covered
			}
			return sound
		}, leave, false},
		{"it is covered two looks of three", func(n int) condition {
			if n%3 != 0 {
				return covered
			}
			return sound
		}, lost, true},
		{"a window is dragged over it now and then", func(n int) condition {
			if n%4 == 0 {
				return covered
			}
			return sound
		}, leave, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var g guard
			now := time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)
			got, wasLost := leave, false
			for look := range 40 {
				got = g.check(now, test.found(look))
				wasLost = wasLost || got == lost
				now = now.Add(guardEvery)
			}
			if got != test.want && !test.lost || wasLost != test.lost {
				t.Errorf("%v, lost: %v", got, wasLost)
			}
		})
	}
}

// A bar is given two seconds, and anything that is wrong with it counts.
func TestPatience(t *testing.T) {
	for _, c := range []condition{
		{hidden: true}, {disabled: true}, {away: true}, {low: true}, {seeThrough: true}, {cut: true}, {altered: true}, {covered: true},
	} {
		var g guard
		start := time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)
		now := start
		for g.check(now, c) != lost {
			now = now.Add(guardEvery)
		}
		if held := now.Sub(start); held < patience-guardEvery || held > patience {
			t.Errorf("%+v was borne for %v", c, held)
		}
	}
}

func TestASleepingMachineLosesNoBar(t *testing.T) {
	var g guard
	now := time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)
	g.check(now, condition{})
	if got := g.check(now.Add(time.Hour), condition{covered: true}); got != mend {
		t.Errorf("after an hour's sleep: %v", got)
	}
}

func TestCovers(t *testing.T) {
	plain := other{visible: true, meets: true}
	tests := []struct {
		name   string
		change func(*other)
		want   bool
	}{
		{"another program's window", func(*other) {}, true},
		{"one of ours", func(o *other) { o.ours = true }, false},
		{"a hidden one", func(o *other) { o.visible = false }, false},
		{"one on another desktop", func(o *other) { o.cloaked = true }, false},
		{"one of which nothing is drawn", func(o *other) { o.faint = true }, false},
		{"one beside it", func(o *other) { o.meets = false }, false},
	}
	for _, test := range tests {
		o := plain
		if test.change(&o); o.covers() != test.want {
			t.Errorf("%s covers: %v", test.name, !test.want)
		}
	}
}
