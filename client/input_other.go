//go:build !windows

package main

import (
	"github.com/lendhand/lendhand/client/internal/input"
	"github.com/lendhand/lendhand/client/internal/input/robot"
)

func openInjector() (input.Injector, error) {
	r, err := robot.New()
	if err != nil {
		return nil, err
	}
	return r, nil
}
