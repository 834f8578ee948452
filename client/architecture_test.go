package main

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// rule says which folder alone, of those below in, may import a package and what is
// below it.
type rule struct {
	pkg, in, only string
	tests         bool // tests may import it anywhere
}

// The linter holds what it can see. It reads cgo's output, where import "C" is gone,
// and only the files of the system that it runs on.
var rules = []rule{
	{pkg: "C", in: "", only: "client/internal/encode/"},
	{pkg: "github.com/pion", in: "client/", only: "client/internal/peer/", tests: true},
	{pkg: "github.com/go-vgo/robotgo", in: "", only: "client/internal/input/robot/"},
	{pkg: "github.com/shirou/gopsutil", in: "client/", only: "client/internal/load/"},
	{pkg: "github.com/shirou/gopsutil", in: "relay/", only: "relay/internal/datadir/"},
}

// breaks reports whether the file, by its path in the module, may not import pkg.
func (r rule) breaks(file, pkg string) bool {
	return (pkg == r.pkg || strings.HasPrefix(pkg, r.pkg+"/")) &&
		strings.HasPrefix(file, r.in) && !strings.HasPrefix(file, r.only) &&
		(!r.tests || !strings.HasSuffix(file, "_test.go"))
}

func TestWhoMayImport(t *testing.T) {
	native := 0
	for file, imports := range goFiles(t, "..") {
		for _, pkg := range imports {
			for _, r := range rules {
				if r.breaks(file, pkg) {
					t.Errorf("%s imports %s, which is for %s alone", file, pkg, r.only)
				}
			}
			if pkg == "C" {
				native++
			}
		}
	}
	if native == 0 {
		t.Error("no file imports C: this test looks in the wrong place")
	}
}

func TestRules(t *testing.T) {
	for _, c := range []struct {
		file, pkg string
		broken    bool
	}{
		{"client/internal/capture/x11/shm.go", "C", true},
		{"relay/main.go", "C", true},
		{"client/internal/encode/vpx/vpx.go", "C", false},
		{"client/internal/app/link.go", "github.com/pion/ice/v4", true},
		{"client/internal/app/link_test.go", "github.com/pion/ice/v4", false},
		{"client/internal/peer/peertest/technician.go", "github.com/pion/webrtc/v4", false},
		{"relay/internal/turn/turn.go", "github.com/pion/turn/v5", false},
		{"client/main.go", "github.com/pionless/x", false},
		{"relay/internal/web/web.go", "github.com/shirou/gopsutil/v4/disk", true},
		{"relay/internal/datadir/space.go", "github.com/shirou/gopsutil/v4/disk", false},
	} {
		broken := false
		for _, r := range rules {
			broken = broken || r.breaks(c.file, c.pkg)
		}
		if broken != c.broken {
			t.Errorf("%s imports %s: broken is %v", c.file, c.pkg, broken)
		}
	}
}

// goFiles returns what every Go file below root imports, whatever system it is for.
func goFiles(t *testing.T, root string) map[string][]string {
	t.Helper()
	files := make(map[string][]string)
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		name := entry.Name()
		switch {
		case err != nil:
			return err
		case entry.IsDir() && (name == "node_modules" || name == "testdata" || len(name) > 2 && name[0] == '.'):
			return filepath.SkipDir
		case entry.IsDir() || filepath.Ext(name) != ".go":
			return nil
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		inModule, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		for _, spec := range parsed.Imports {
			pkg, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			files[filepath.ToSlash(inModule)] = append(files[filepath.ToSlash(inModule)], pkg)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}
