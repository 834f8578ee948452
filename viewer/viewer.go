// Package viewer holds the technician's page as it was built by Vite.
//
// The page is built before the program (make build does both). A program built
// without it still compiles and runs; it says so instead of serving the page.
package viewer

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
)

// dist has nothing but .gitkeep in a fresh checkout.
//
//go:embed all:dist
var dist embed.FS

// ErrNotBuilt says that the program was built before the viewer.
var ErrNotBuilt = errors.New("the viewer was not built: run make build")

// Files returns the page's files, index.html at the root. The names below assets
// contain a hash of their contents and never change their meaning. It returns
// ErrNotBuilt when this program has no page in it.
func Files() (fs.FS, error) { return filesOf(dist) }

func filesOf(built fs.FS) (fs.FS, error) {
	root, err := fs.Sub(built, "dist")
	if err != nil {
		return nil, fmt.Errorf("open viewer: %w", err)
	}
	if _, err := fs.Stat(root, "index.html"); err != nil {
		return nil, ErrNotBuilt
	}
	return root, nil
}
