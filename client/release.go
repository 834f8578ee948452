package main

import (
	"errors"
	"io"
	"log/slog"

	"github.com/lendhand/lendhand/client/internal/input"
	"github.com/lendhand/lendhand/client/internal/input/release"
	"github.com/lendhand/lendhand/signaling/problem"
)

// keeping returns what opens the injector, with somebody who lets go of what is down
// should this program be killed.
func keeping(log *slog.Logger) func() (input.Injector, error) {
	return func() (input.Injector, error) {
		keeper := release.NewKeeper(log)
		injector, err := openInjector(keeper)
		if err != nil {
			return nil, errors.Join(err, keeper.Close())
		}
		return &kept{injector, keeper}, nil
	}
}

// kept is an injector with its keeper.
type kept struct {
	input.Injector
	keeper *release.Keeper
}

// Close implements input.Injector.
func (k *kept) Close() error { return errors.Join(k.Injector.Close(), k.keeper.Close()) }

// isRelease tells the hidden command that this program starts itself with.
func isRelease(args []string) bool { return len(args) == 1 && args[0] == release.Command }

// whenGone is that command: it takes from standard input what is held, and nothing else.
func whenGone(in io.Reader, errOut io.Writer) (exit int) {
	return problem.Report(errOut, release.Serve(in, letGo))
}
