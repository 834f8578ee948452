package release

import (
	"bytes"
	"errors"
	"log/slog"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// Without a child the keys go on, and it is said once.
func TestNobodyLetsGo(t *testing.T) {
	for name, command := range map[string]func() (*exec.Cmd, error){
		"there is no program": func() (*exec.Cmd, error) { return nil, errors.New("gone") },
		"it does not start":   func() (*exec.Cmd, error) { return exec.Command("/no/such/program"), nil },
		"it ends at once":     func() (*exec.Cmd, error) { return exec.Command("true"), nil },
		"it fails":            func() (*exec.Cmd, error) { return exec.Command("false"), nil },
		"it does not read":    func() (*exec.Cmd, error) { return exec.Command("sleep", "600"), nil },
	} {
		t.Run(name, func(t *testing.T) {
			var log bytes.Buffer
			k := newKeeper(command, slog.New(slog.NewTextHandler(&log, nil)))
			began := time.Now()
			const enough = 1 << 15 // more than a pipe holds
			var slowest time.Duration
			for range enough {
				before := time.Now()
				k.Down(Held{Key, 38})
				k.Up(Held{Key, 38})
				slowest = max(slowest, time.Since(before))
			}
			if slowest > endWithin/2 {
				t.Errorf("one key was held up for %s, and with it the person's stop", slowest)
			}
			_ = k.Close()
			if took := time.Since(began); took > 4*endWithin {
				t.Errorf("it was held up for %s", took)
			}
			if lines := strings.Count(log.String(), "\n"); lines != 1 || !strings.Contains(log.String(), "stay down") {
				t.Errorf("logged %q", log.String())
			}
		})
	}
}
