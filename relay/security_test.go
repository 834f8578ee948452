package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// Where the table of promises is, and how it names a test of Go and of the browser.
const securityFile = "../.github/SECURITY.md"

var (
	goTest      = regexp.MustCompile("`([a-z0-9/]+)\\.((?:Test|Fuzz)[A-Za-z0-9]+)`")
	browserTest = regexp.MustCompile("`(viewer/[^` ]+\\.test\\.tsx?): ([^`]+)`")
	tableRow    = regexp.MustCompile(`^\| (\d+) \|`)
)

// Every promise has a row with a test that is in the tree, or says that it is not
// kept yet; and no row names a test that is gone.
func TestSecurityNamesTestsThatAreThere(t *testing.T) {
	content, err := os.ReadFile(securityFile)
	if err != nil {
		t.Fatal(err)
	}
	tables := strings.Split(string(content), "\n### ")[1:]
	if len(tables) != 2 {
		t.Fatalf("%d tables, want that of the promises and that of the threats", len(tables))
	}
	for i, rows := range []int{12, 28} {
		checkTable(t, tables[i], rows)
	}
}

func checkTable(t *testing.T, table string, rows int) {
	t.Helper()
	n := 0
	for line := range strings.Lines(table) {
		row := tableRow.FindStringSubmatch(line)
		if row == nil {
			continue
		}
		n++
		if row[1] != strconv.Itoa(n) {
			t.Errorf("row %s comes where %d should", row[1], n)
		}
		honest := strings.Contains(line, "not built yet") || strings.Contains(line, "not signed yet") || strings.Contains(line, "no handler")
		if named := checkNames(t, line); named == 0 && !honest {
			t.Errorf("row %d has no test and does not say so: %s", n, line)
		}
	}
	if n != rows {
		t.Errorf("%d rows, want %d", n, rows)
	}
}

// checkNames looks for the tests that a line names and returns how many there are.
func checkNames(t *testing.T, line string) (named int) {
	t.Helper()
	for _, test := range goTest.FindAllStringSubmatch(line, -1) {
		named++
		if !declared(t, filepath.Join("..", test[1]), "func "+test[2]+"(") {
			t.Errorf("%s has no %s", test[1], test[2])
		}
	}
	for _, test := range browserTest.FindAllStringSubmatch(line, -1) {
		named++
		if content, err := os.ReadFile(filepath.Join("..", test[1])); err != nil || !strings.Contains(string(content), test[2]) {
			t.Errorf("%s has no test %q: %v", test[1], test[2], err)
		}
	}
	return named
}

// declared reports whether a test file of a folder declares a function.
func declared(t *testing.T, folder, function string) bool {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "*_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(content), "\n"+function) {
			return true
		}
	}
	return false
}
