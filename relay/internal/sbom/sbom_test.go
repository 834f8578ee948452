package main

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime/debug"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// programCopy is this test's own program.
func programCopy(t *testing.T) string {
	t.Helper()
	content, err := os.ReadFile(os.Args[0])
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "program")
	if err := os.WriteFile(path, content, 0o700); err != nil {
		t.Fatal(err)
	}
	return path
}

func listOf(t *testing.T, path string) (bom, []byte) {
	t.Helper()
	if err := write(path); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(path + ".cdx.json")
	if err != nil {
		t.Fatal(err)
	}
	var list bom
	if err := json.Unmarshal(data, &list); err != nil {
		t.Fatal(err)
	}
	return list, data
}

// What "go version -m" says is in the relay is in its list.
func TestEveryModuleIsListed(t *testing.T) {
	path := filepath.Join(t.TempDir(), "relay")
	if out, err := exec.Command("go", "build", "-trimpath", "-buildvcs=false", "-o", path, "github.com/lendhand/lendhand/relay").CombinedOutput(); err != nil {
		t.Fatalf("build: %v: %s", err, out)
	}
	list, _ := listOf(t, path)
	out, err := exec.Command("go", "version", "-m", path).Output()
	if err != nil {
		t.Fatal(err)
	}
	modules := 0
	for line := range strings.Lines(string(out)) {
		field := strings.Fields(line)
		if len(field) < 3 || field[0] != "dep" {
			continue
		}
		modules++
		if !slices.ContainsFunc(list.Components, func(c component) bool {
			return c.Name == field[1] && c.Version == field[2] && c.PURL == "pkg:golang/"+field[1]+"@"+field[2]
		}) {
			t.Errorf("%s %s is not listed", field[1], field[2])
		}
	}
	if modules < 10 {
		t.Errorf("too few modules in %s", out)
	}
	if list.Format != "CycloneDX" || list.Components[0].Name != "std" {
		t.Errorf("%+v", list)
	}
	if deps := list.Dependencies; len(deps) != 1 || deps[0].Ref != list.Metadata.Component.Ref || len(deps[0].DependsOn) != len(list.Components) {
		t.Errorf("dependencies %+v", deps)
	}
}

func TestTheSameProgramHasTheSameList(t *testing.T) {
	path := programCopy(t)
	list, once := listOf(t, path)
	if _, again := listOf(t, path); !bytes.Equal(once, again) {
		t.Error("a second list differs")
	}
	if !regexp.MustCompile(`^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`).MatchString(list.SerialNumber) {
		t.Errorf("serial number %s", list.SerialNumber)
	}
}

func TestReplacementsAndLibraries(t *testing.T) {
	list := parts("relay", nil, &debug.BuildInfo{
		GoVersion: "go1.26.0", Path: "example.org/m/relay", Main: debug.Module{Path: "example.org/m", Version: "v1.0.0"},
		Deps: []*debug.Module{{Path: "example.org/a", Version: "v1.0.0", Replace: &debug.Module{Path: "example.org/b", Version: "v2.0.0", Sum: "h1:x"}}},
	}, []string{"libaom.so.3"})
	want := []component{
		{Ref: "pkg:golang/std@1.26.0", Type: "library", Name: "std", Version: "1.26.0", PURL: "pkg:golang/std@1.26.0"},
		{
			Ref: "pkg:golang/example.org/b@v2.0.0", Type: "library", Name: "example.org/b", Version: "v2.0.0",
			PURL: "pkg:golang/example.org/b@v2.0.0", Properties: []property{{"go:sum", "h1:x"}},
		},
		{Ref: "library:libaom.so.3", Type: "library", Name: "libaom.so.3", Properties: []property{{"linked", "when the program starts"}}},
	}
	if diff := cmp.Diff(want, list.Components); diff != "" {
		t.Error(diff)
	}
	if p := list.Metadata.Component; p.Type != "application" || p.Name != "relay" || p.Version != "v1.0.0" || len(p.Hashes) != 1 {
		t.Errorf("the program: %+v", p)
	}
}

func TestWhatIsNoProgramHasNoList(t *testing.T) {
	path := filepath.Join(t.TempDir(), "text")
	if err := os.WriteFile(path, []byte("no program"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := write(path); err == nil {
		t.Error("a text has parts")
	}
}
