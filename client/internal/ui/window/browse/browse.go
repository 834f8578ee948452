// Package browse opens an address in the person's own browser, with what the system has for
// that.
package browse

import (
	"context"
	"net/url"
	"os/exec"
	"runtime"
	"slices"
	"sync"
	"time"
)

// within is how long the command may take to hand an address over.
const within = 10 * time.Second

// commands take an address as their last word. No shell reads it.
func commands() map[string][]string {
	return map[string][]string{
		"windows": {"rundll32", "url.dll,FileProtocolHandler"},
		"darwin":  {"open"},
	}
}

// Browser opens addresses.
type Browser struct {
	// Set at construction.
	words  []string
	ctx    context.Context // ends with Close
	cancel context.CancelFunc

	mu      sync.Mutex
	opening sync.WaitGroup
	closed  bool // guarded by mu
}

// Find returns a Browser, and nil where there is nothing that opens addresses.
func Find() *Browser {
	words, ok := commands()[runtime.GOOS]
	if !ok {
		words = []string{"xdg-open"}
	}
	path, err := exec.LookPath(words[0])
	if err != nil {
		return nil
	}
	ctx, cancel := context.WithCancel(context.Background())
	return &Browser{words: append([]string{path}, words[1:]...), ctx: ctx, cancel: cancel}
}

// Open opens an address of the web, and nothing else. It does not wait. What the system
// cannot open is not opened. Other programs of this machine can read the address meanwhile,
// as they could in the browser.
func (b *Browser) Open(address string) {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" || u.Host == "" {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed {
		return
	}
	b.opening.Go(func() { // joined by Close
		ctx, cancel := context.WithTimeout(b.ctx, within)
		defer cancel()
		words := slices.Concat(b.words[1:], []string{u.String()})
		_ = exec.CommandContext(ctx, b.words[0], words...).Run()
	})
}

// Close opens nothing more, and waits until that is so.
func (b *Browser) Close() {
	b.mu.Lock()
	b.closed = true
	b.mu.Unlock()
	b.cancel()
	b.opening.Wait()
}
