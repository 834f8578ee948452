package window_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/lendhand/lendhand/client/internal/ui/window"
)

// The folders whose words this package must know.
const (
	appDir       = "../../app"
	signalingDir = "../../../../signaling"
	preflightDir = "../../preflight"
)

// sources parses the Go files of a folder, without its tests.
func sources(t *testing.T, dir string) []*ast.File {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	var files []*ast.File
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		f, err := parser.ParseFile(token.NewFileSet(), name, data, 0)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, f)
	}
	if len(files) == 0 {
		t.Fatalf("there are no sources in %s", dir)
	}
	return files
}

// literals returns the strings below a node, without those below nodes that skip takes.
func literals(n ast.Node, skip func(ast.Node) bool) []string {
	var list []string
	ast.Inspect(n, func(n ast.Node) bool {
		if skip(n) {
			return false
		}
		if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
			if s, err := strconv.Unquote(lit.Value); err == nil {
				list = append(list, s)
			}
		}
		return true
	})
	return list
}

// qualifier is the package that a call or a literal's type is of, such as "problem".
func qualifier(n ast.Node) string {
	var e ast.Expr
	switch n := n.(type) {
	case *ast.CallExpr:
		e = n.Fun
	case *ast.CompositeLit:
		e = n.Type
	}
	if s, ok := e.(*ast.SelectorExpr); ok {
		if id, ok := s.X.(*ast.Ident); ok {
			return id.Name
		}
	}
	return ""
}

// goesOn is what the window says in its own words.
const goesOn = "This program goes on trying."

// sentence is what the program says to a person.
var sentence = regexp.MustCompile(`^[A-Z%][^\n]* [^\n]*[.!?]$`)

// Every sentence that the program says has its text in every language. What goes to the
// relay, the technician or standard error, is not for the window: it has a package of
// its own, or names flags.
func TestEveryNoticeIsKnown(t *testing.T) {
	l := english(t)
	elsewhere := map[string]bool{"problem": true, "signaling": true, "errors": true, "fmt": true}
	found := 0
	for _, f := range sources(t, appDir) {
		for _, s := range literals(f, func(n ast.Node) bool { return n != nil && elsewhere[qualifier(n)] }) {
			if !sentence.MatchString(s) || strings.Contains(s, "--") || s == goesOn {
				continue
			}
			found++
			if !l.Own("say:" + s) {
				t.Errorf("languages/en.json has no %q, which the program says", "say:"+s)
			}
		}
	}
	if found < 15 {
		t.Errorf("only %d sentences were found: this test looks in the wrong place", found)
	}
}

// Every reason for the end of a session has its text.
func TestEveryEndIsKnown(t *testing.T) { everyValueIsKnown(t, "EndReason", "end.", 15) }

// So has every reason why a file does not arrive.
func TestEveryFileReasonIsKnown(t *testing.T) {
	everyValueIsKnown(t, "FileReason", "files.problem.", 8)
}

// everyValueIsKnown looks for the text of each constant of a type of package signaling, of
// which there are so many at least.
func everyValueIsKnown(t *testing.T, of, prefix string, least int) {
	l := english(t)
	found := 0
	for _, f := range sources(t, signalingDir) {
		ast.Inspect(f, func(n ast.Node) bool {
			spec, ok := n.(*ast.ValueSpec)
			if id, isName := typeOf(spec, ok); !isName || id != of {
				return true
			}
			for _, s := range literals(spec, func(ast.Node) bool { return false }) {
				found++
				if !l.Own(prefix + s) {
					t.Errorf("languages/en.json has no %q", prefix+s)
				}
			}
			return true
		})
	}
	if found < least {
		t.Errorf("only %d reasons were found: this test looks in the wrong place", found)
	}
}

func typeOf(spec *ast.ValueSpec, ok bool) (string, bool) {
	if !ok {
		return "", false
	}
	id, ok := spec.Type.(*ast.Ident)
	if !ok {
		return "", false
	}
	return id.Name, true
}

// Everything that keeps the relay away has its text.
func TestEveryProblemIsKnown(t *testing.T) {
	l := english(t)
	found := 0
	for _, f := range sources(t, appDir) {
		for _, d := range f.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && fn.Name.Name == "reason" && fn.Recv == nil {
				for _, s := range literals(fn, func(ast.Node) bool { return false }) {
					if len(s) < 2 {
						continue
					}
					found++
					if !l.Own("problem:" + s) {
						t.Errorf("languages/en.json has no %q", "problem:"+s)
					}
				}
			}
		}
	}
	if found < 4 {
		t.Errorf("only %d problems were found: this test looks in the wrong place", found)
	}
}

// Everything that the preflight looks at has its name.
func TestEveryFindingIsKnown(t *testing.T) {
	l := english(t)
	found := 0
	for _, f := range sources(t, preflightDir) {
		ast.Inspect(f, func(n ast.Node) bool {
			spec, ok := n.(*ast.ValueSpec)
			if !ok || len(spec.Names) != 1 || spec.Names[0].Name != "subject" {
				return true
			}
			for _, s := range literals(spec, func(ast.Node) bool { return false }) {
				found++
				if !l.Own("find:" + s) {
					t.Errorf("languages/en.json has no %q", "find:"+s)
				}
			}
			return true
		})
	}
	if found < 6 {
		t.Errorf("only %d subjects were found: this test looks in the wrong place", found)
	}
}

// Every key that this package uses is there, and none is there for nothing.
func TestEveryKeyIsUsed(t *testing.T) {
	used := make(map[string]bool)
	for _, f := range sources(t, ".") {
		for _, s := range literals(f, func(ast.Node) bool { return false }) {
			used[s] = true
		}
	}
	for key := range texts(t)["en"] {
		stem := strings.TrimSuffix(strings.TrimSuffix(key, ".one"), ".other")
		prefix, _, _ := strings.Cut(key, ".")
		table := strings.HasPrefix(key, "say:") || strings.HasPrefix(key, "find:") || strings.HasPrefix(key, "problem:") || prefix == "end" || prefix == "scope" || prefix == "meaning" || strings.HasPrefix(key, "files.problem.")
		if !table && !used[key] && !used[stem] && key != "language.name" {
			t.Errorf("nobody says %q", key)
		}
	}
}

func english(t *testing.T) *window.Language {
	t.Helper()
	l, err := window.MatchLanguage("en")
	if err != nil {
		t.Fatal(err)
	}
	return l
}
