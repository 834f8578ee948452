package viewer

import (
	"errors"
	"io/fs"
	"testing"
	"testing/fstest"
)

func TestFilesOf(t *testing.T) {
	built := fstest.MapFS{"dist/index.html": {Data: []byte("page")}, "dist/.gitkeep": {}}
	files, err := filesOf(built)
	if err != nil {
		t.Fatalf("filesOf: %v", err)
	}
	if page, err := fs.ReadFile(files, "index.html"); err != nil || string(page) != "page" {
		t.Errorf("index.html = %q, %v", page, err)
	}
}

func TestFilesOfNothingBuilt(t *testing.T) {
	if _, err := filesOf(fstest.MapFS{"dist/.gitkeep": {}}); !errors.Is(err, ErrNotBuilt) {
		t.Errorf("error = %v, want ErrNotBuilt", err)
	}
}

// The embedded folder compiles in both conditions of a checkout, and Files says
// which of the two holds.
func TestFiles(t *testing.T) {
	_, statErr := fs.Stat(dist, "dist/index.html")
	_, err := Files()
	if built := statErr == nil; built != (err == nil) {
		t.Errorf("built %v, but Files returned %v", built, err)
	}
}
