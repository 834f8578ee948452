// Package macos asks macOS whether this program may see the screen and use mouse and
// keyboard, and calls the functions of the system that the other packages need. It is
// untested: nobody has run it on a Mac yet.
package macos

import (
	"fmt"
	"sync"

	"github.com/ebitengine/purego"

	"github.com/lendhand/lendhand/signaling/problem"
)

const framework = "/System/Library/Frameworks/ApplicationServices.framework/ApplicationServices"

// Load opens the system's library once, and returns its handle.
var Load = sync.OnceValues(func() (uintptr, error) {
	lib, err := purego.Dlopen(framework, purego.RTLD_LAZY|purego.RTLD_GLOBAL)
	if err != nil {
		return 0, fmt.Errorf("open %s: %w", framework, err)
	}
	return lib, nil
})

// Permission is one that the person gives in the system's settings.
type Permission struct {
	preflight, request string
	what, where        string
}

// The permissions that a session needs.
var (
	SeeScreen = Permission{
		"CGPreflightScreenCaptureAccess", "CGRequestScreenCaptureAccess",
		"see the screen", "Screen & System Audio Recording",
	}
	UseHands = Permission{
		"CGPreflightPostEventAccess", "CGRequestPostEventAccess",
		"use mouse and keyboard", "Accessibility",
	}
)

// Check returns nil when the program has the permission. When it has not, the system
// asks the person once; the error says where they give it later.
func (p Permission) Check() error {
	lib, err := Load()
	if err != nil {
		return err
	}
	var granted, request func() bool
	purego.RegisterLibFunc(&granted, lib, p.preflight)
	if granted() {
		return nil
	}
	purego.RegisterLibFunc(&request, lib, p.request)
	if request() {
		return nil
	}
	return problem.New("this program may not "+p.what+" yet",
		"Open System Settings → Privacy & Security → "+p.where+", switch Lendhand on, and start it again.")
}
