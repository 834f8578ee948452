//go:build !linux

package main

// behindPortal changes nothing: there is no Wayland here.
func (d *desktop) behindPortal(bool) {}
