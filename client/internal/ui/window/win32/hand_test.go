package win32

import (
	"testing"
	"time"

	"github.com/lendhand/lendhand/client/internal/ui"
)

func TestHand(t *testing.T) {
	now := time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)
	ago := func(ms int) time.Time { return now.Add(-time.Duration(ms) * time.Millisecond) }
	tests := []struct {
		name string
		e    evidence
		want ui.Hand
	}{
		{"the person clicks", evidence{own: ago(5), at: true, message: originHardware}, ui.OwnHand},
		{"on a Windows that does not tell", evidence{own: ago(5), at: true, message: originSilent}, ui.OwnHand},
		{"a program posts", evidence{message: originNone}, ui.UnknownHand},
		{"a program posts while the person clicks there", evidence{own: ago(5), at: true, message: originNone}, ui.UnknownHand},
		{"a program posts while the person clicks elsewhere", evidence{own: ago(5), message: originSilent}, ui.UnknownHand},
		{"the person's click is long ago", evidence{own: ago(501), at: true, message: originHardware}, ui.UnknownHand},
		{"hooks that saw nothing", evidence{at: true, message: originHardware}, ui.UnknownHand},
		{"a program injects", evidence{injected: ago(5), message: originInjected}, ui.ProgramHand},
		{"a program injects, unseen by the hooks", evidence{own: ago(5), at: true, message: originInjected}, ui.ProgramHand},
		{"a program moved the pointer under the person's finger", evidence{own: ago(5), injected: ago(100), at: true, message: originHardware}, ui.UnknownHand},
		{"a program presses after the person, where Windows does not tell", evidence{own: ago(100), injected: ago(5), at: true, message: originSilent}, ui.ProgramHand},
		{"a program did something a while ago, where Windows does not tell", evidence{own: ago(1000), injected: ago(900), message: originSilent}, ui.UnknownHand},
		{"a program posts and injects", evidence{injected: ago(100), message: originNone}, ui.ProgramHand},
		{"a program did something a while ago", evidence{own: ago(5), injected: ago(600), at: true, message: originHardware}, ui.OwnHand},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			test.e.now = now
			if got := test.e.hand(); got != test.want {
				t.Errorf("%v, want %v", got, test.want)
			}
		})
	}
}
