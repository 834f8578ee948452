package release

import (
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"sync"
	"time"
)

// Command is the hidden command of this program that serves as the child.
const Command = "release-when-gone"

// endWithin is how long the child may take to end after the pipe has. Nothing is held by
// then.
const endWithin = 2 * time.Second

// takesWithin is how long the child may take to read one more record. The person's stop waits
// as long: a program that halts the child must not hold it up.
const takesWithin = 50 * time.Millisecond

// Keeper is a Ledger whose child lives from the first thing that is held until Close. Its
// methods may be called from any goroutine.
type Keeper struct {
	// Set at construction.
	command func() (*exec.Cmd, error)
	log     *slog.Logger

	// Guarded by mu.
	mu    sync.Mutex
	child *exec.Cmd
	pipe  io.WriteCloser // nil while there is no child
	given bool           // up: there will be no other one
}

// NewKeeper returns a Keeper whose child is this program.
func NewKeeper(log *slog.Logger) *Keeper { return newKeeper(self, log) }

func newKeeper(command func() (*exec.Cmd, error), log *slog.Logger) *Keeper {
	return &Keeper{command: command, log: log}
}

// self is this program as the child.
func self() (*exec.Cmd, error) {
	path, err := os.Executable()
	if err != nil {
		return nil, err
	}
	return exec.Command(path, Command), nil
}

// Down implements Ledger.
func (k *Keeper) Down(h Held) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.pipe == nil && !k.given {
		k.check(k.start())
	}
	k.tell(markDown, h)
}

// Up implements Ledger.
func (k *Keeper) Up(h Held) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.tell(markUp, h)
}

// Close ends the child, and waits for it.
func (k *Keeper) Close() error {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.given = true
	return k.end()
}

// tell is called with mu held. A child that does not read, or is gone, is given up: it
// must not hold up who tells it, and letting go works without.
func (k *Keeper) tell(mark byte, h Held) {
	if k.pipe == nil {
		return
	}
	if d, ok := k.pipe.(interface{ SetWriteDeadline(time.Time) error }); ok {
		_ = d.SetWriteDeadline(time.Now().Add(takesWithin)) // a pipe that has none does not wait long either
	}
	if _, err := k.pipe.Write(encode(mark, h)); err != nil {
		k.check(fmt.Errorf("tell: %w", err))
		_ = k.child.Process.Kill() // it is halted, or gone
		_ = k.end()
	}
}

// start is called with mu held.
func (k *Keeper) start() error {
	child, err := k.command()
	if err != nil {
		return fmt.Errorf("find this program: %w", err)
	}
	detach(child)
	pipe, err := child.StdinPipe()
	if err != nil {
		return fmt.Errorf("open pipe: %w", err)
	}
	if err := child.Start(); err != nil {
		_ = pipe.Close()
		return fmt.Errorf("start: %w", err)
	}
	k.child, k.pipe = child, pipe
	return nil
}

// end is called with mu held.
func (k *Keeper) end() error {
	if k.pipe == nil {
		return nil
	}
	_ = k.pipe.Close()
	late := time.AfterFunc(endWithin, func() { _ = k.child.Process.Kill() })
	defer late.Stop()
	err := k.child.Wait()
	k.child, k.pipe = nil, nil
	if err != nil {
		return fmt.Errorf("end what lets go of keys: %w", err)
	}
	return nil
}

// check notes that there is no child. It is tried once: the keys go on without.
func (k *Keeper) check(err error) {
	if err == nil {
		return
	}
	k.given = true
	k.log.Warn("keys would stay down if this program were killed", "error", err)
}
