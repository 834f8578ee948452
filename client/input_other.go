//go:build !windows

package main

import (
	"github.com/lendhand/lendhand/client/internal/input"
	"github.com/lendhand/lendhand/client/internal/input/release"
	"github.com/lendhand/lendhand/client/internal/input/robot"
)

func openInjector(ledger release.Ledger) (input.Injector, error) {
	r, err := robot.NewKept(ledger)
	if err != nil {
		return nil, err
	}
	return r, nil
}

// letGo lets go of what an injector that is no more has held.
func letGo(held []release.Held) error { return robot.LetGo(held) }
