package main

import (
	"github.com/lendhand/lendhand/client/internal/input"
	"github.com/lendhand/lendhand/client/internal/input/release"
	"github.com/lendhand/lendhand/client/internal/input/sendinput"
)

func openInjector(ledger release.Ledger) (input.Injector, error) {
	i, err := sendinput.NewKept(ledger)
	if err != nil {
		return nil, err
	}
	return i, nil
}

// letGo lets go of what an injector that is no more has held.
func letGo(held []release.Held) error { return sendinput.LetGo(held) }
