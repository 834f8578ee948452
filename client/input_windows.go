package main

import (
	"github.com/lendhand/lendhand/client/internal/input"
	"github.com/lendhand/lendhand/client/internal/input/sendinput"
)

func openInjector() (input.Injector, error) {
	i, err := sendinput.New()
	if err != nil {
		return nil, err
	}
	return i, nil
}
