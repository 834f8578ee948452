//go:build !windows

package main

// openConsole does nothing: a program has what it was started with.
func openConsole([]string) {}
