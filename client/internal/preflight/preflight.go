// Package preflight tries, before a code is shown, what a session will need of this
// machine and its network: whoever reads a code to somebody should know by then what
// will not work. Nothing of what it looks at leaves this machine.
package preflight

import (
	"context"
	"crypto/tls"
	"sync"
	"time"

	"github.com/lendhand/lendhand/client/internal/capture"
	"github.com/lendhand/lendhand/client/internal/input"
	"github.com/lendhand/lendhand/signaling/checkup"
	"github.com/lendhand/lendhand/signaling/problem"
	"github.com/lendhand/lendhand/signaling/settings"
)

// within bounds all looks together, however slow what they look at.
const within = 8 * time.Second

// Config says what is tried. OpenScreen and OpenInjector are required.
type Config struct {
	// Server is the relay, whom TLS trusts; without it no network is tried.
	Server settings.Address
	TLS    *tls.Config
	// OpenScreen and OpenInjector open this machine's desktop.
	OpenScreen   func() (capture.Source, error)
	OpenInjector func() (input.Injector, error)
	// Asks finds out, where the system asks the person which screen to show, whether it can,
	// and can have it controlled. It asks nobody. nil where the system asks nothing; else
	// neither OpenScreen nor OpenInjector is called: they would have it ask.
	Asks func(ctx context.Context) (canControl bool, err error)
	// Hands says whether this system tells the person's own hands from a program's; nil
	// where it has nothing that could.
	Hands func() (tells bool, err error)
}

// Result is what was found.
type Result struct {
	Findings []checkup.Finding
	// Screen and Input say whether the desktop can be shown, and controlled.
	Screen, Input bool
}

// Err returns why the desktop cannot be shown, with a hint, and nil when it can.
func (r Result) Err() error {
	if r.Screen || len(r.Findings) == 0 {
		return nil
	}
	f := r.Findings[0] // the screen is looked at first
	return problem.New(f.Detail, f.Hint)
}

// Examine tries everything, and returns after eight seconds at the latest.
func Examine(ctx context.Context, config Config) Result {
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	looks := []func(context.Context, Config) []checkup.Finding{screen, controls, hands}
	if !config.Server.IsZero() {
		looks = append(looks, proxied, relay, packets, tunnel)
	}
	found := make([][]checkup.Finding, len(looks))
	var all sync.WaitGroup
	for i, look := range looks {
		all.Go(func() { found[i] = look(ctx, config) })
	}
	all.Wait()
	var r Result
	for _, findings := range found {
		r.Findings = append(r.Findings, findings...)
	}
	r.Screen = checkup.Worst(found[0]) != checkup.Bad
	r.Input = checkup.Worst(found[1]) != checkup.Bad
	return r
}
