//go:build unix

package main

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"syscall"
	"testing"
	"time"
)

// The second Ctrl-C ends a program that the first one only makes wait.
func TestSecondInterrupt(t *testing.T) {
	const child, within = "LENDHAND_TEST_INTERRUPT", 10 * time.Second
	if os.Getenv(child) != "" {
		ctx, stop := untilInterrupted()
		defer stop()
		fmt.Println("ready")
		<-ctx.Done()
		fmt.Println("interrupted")
		time.Sleep(2 * within)
		return
	}
	program := exec.Command(os.Args[0], "-test.run=^TestSecondInterrupt$") //nolint:gosec // this test
	program.Env = append(os.Environ(), child+"=1")
	out, err := program.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := program.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for _, want := range []string{"ready", "interrupted"} {
		if !lines.Scan() || lines.Text() != want {
			t.Errorf("got %q, want %q", lines.Text(), want)
		}
		if err := program.Process.Signal(os.Interrupt); err != nil {
			t.Error(err)
		}
	}
	// One that comes in the same moment as the first may count as the same.
	again := time.AfterFunc(100*time.Millisecond, func() { _ = program.Process.Signal(os.Interrupt) })
	defer again.Stop()
	kill := time.AfterFunc(within, func() { _ = program.Process.Kill() })
	defer kill.Stop()
	_ = program.Wait() // its error is the state
	if s, ok := program.ProcessState.Sys().(syscall.WaitStatus); !ok || s.Signal() != syscall.SIGINT {
		t.Errorf("the program ended with %v, want by the interrupt", program.ProcessState)
	}
}
