//go:build unix

package xvfbtest

import (
	"syscall"
	"testing"
)

// Freeze has the server do nothing any more, as one that hangs, until Stop.
func (s *Server) Freeze(t testing.TB) {
	t.Helper()
	if err := s.process.Process.Signal(syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
}
