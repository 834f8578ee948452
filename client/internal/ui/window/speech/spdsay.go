//go:build !windows

package speech

import (
	"context"
	"log/slog"
	"os/exec"
	"sync"
	"time"
)

const (
	command = "spd-say"
	// within is how long the command may take to hand its text over.
	within = 10 * time.Second
)

// Speaker reads text aloud.
type Speaker struct {
	// Set at construction.
	path   string
	log    *slog.Logger
	ctx    context.Context // ends with Close
	cancel context.CancelFunc

	// Guarded by mu.
	mu       sync.Mutex
	speaking sync.WaitGroup
	stop     context.CancelFunc // of the newest text
	closed   bool
}

// Open returns a Speaker, and nil where nothing can speak.
func Open(log *slog.Logger) *Speaker {
	path, err := exec.LookPath(command)
	if err != nil {
		log.Debug("nothing reads aloud", slog.Any("error", err))
		return nil
	}
	ctx, cancel := context.WithCancel(context.Background())
	return &Speaker{path: path, log: log, ctx: ctx, cancel: cancel, stop: func() {}}
}

// Speak says text in a language such as "de", instead of what it is saying. It does not
// wait. What the system cannot say is not said.
func (s *Speaker) Speak(text, language string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return
	}
	s.stop()
	ctx, cancel := context.WithTimeout(s.ctx, within)
	s.stop = cancel
	s.speaking.Go(func() { // joined by Close
		defer cancel()
		err := exec.CommandContext(ctx, s.path, "--wait", "--language", language, "--", text).Run()
		if err != nil && ctx.Err() == nil {
			s.log.Warn("not read aloud", slog.Any("error", err))
		}
	})
}

// Quiet ends what is being said.
func (s *Speaker) Quiet() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stop()
}

// Close says nothing more, and waits until that is so.
func (s *Speaker) Close() {
	s.mu.Lock()
	s.closed = true
	s.mu.Unlock()
	s.cancel()
	s.speaking.Wait()
}
