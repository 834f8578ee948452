//go:build linux

package x11_test

import (
	"errors"
	"testing"
	"time"

	"github.com/lendhand/lendhand/client/internal/capture"
	"github.com/lendhand/lendhand/client/internal/capture/x11"
	"github.com/lendhand/lendhand/client/internal/xvfbtest"
)

// frozen is a Source whose server hangs.
func frozen(t *testing.T) *x11.Source {
	t.Helper()
	server := xvfbtest.Launch(t, size)
	s := open(t)
	next(t, s, &capture.Frame{})
	server.Freeze(t)
	return s
}

func TestAServerThatHangsIsGivenUp(t *testing.T) {
	s := frozen(t)
	began := time.Now()
	if _, err := s.Monitors(); !errors.Is(err, capture.ErrNoDisplay) {
		t.Errorf("monitors: %v", err)
	}
	if d := time.Since(began); d > 15*time.Second {
		t.Errorf("given up after %v", d)
	}
	if err := s.Next(t.Context(), &capture.Frame{}); !errors.Is(err, capture.ErrNoDisplay) {
		t.Errorf("next: %v", err)
	}
}

func TestClosingDoesNotWaitForAServerThatHangs(t *testing.T) {
	s := frozen(t)
	asked := make(chan error, 1)
	go func() {
		_, err := s.Monitors()
		asked <- err
	}()
	time.Sleep(50 * time.Millisecond) // it waits for the answer
	began := time.Now()
	if err := s.Close(); err != nil {
		t.Errorf("close: %v", err)
	}
	if d := time.Since(began); d > 5*time.Second {
		t.Errorf("closed after %v", d)
	}
	if err := <-asked; err == nil {
		t.Error("a server that hangs has answered")
	}
}
