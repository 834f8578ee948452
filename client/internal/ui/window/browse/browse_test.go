//go:build linux

package browse

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// fake puts a command into the path that notes its words.
func fake(t *testing.T) (notes string) {
	t.Helper()
	dir := t.TempDir()
	notes = filepath.Join(dir, "notes")
	script := "#!/bin/sh\nprintf '%s\\n' \"$@\" >>'" + notes + "'\n"
	if err := os.WriteFile(filepath.Join(dir, "xdg-open"), []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir+":"+os.Getenv("PATH"))
	return notes
}

// Only pages of the web are opened, each as one word.
func TestOpen(t *testing.T) {
	notes := fake(t)
	b := Find()
	defer b.Close()
	for _, address := range []string{
		"http://help.example/", "file:///etc/passwd", "--help", "javascript:alert(1)", "https:", "\x00", "",
	} {
		b.Open(address)
	}
	const want = "https://help.example/mine#s_1.token%20x"
	b.Open("https://help.example/mine#s_1.token x")
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		got, err := os.ReadFile(notes)
		if strings.TrimSpace(string(got)) == want {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("opened %q, %v", got, err)
		}
	}
	b.Close()
	b.Open("https://help.example/late")
	if got, err := os.ReadFile(notes); err != nil || strings.Contains(string(got), "late") {
		t.Errorf("opened %q, %v", got, err)
	}
}

func TestNothingOpens(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	if Find() != nil {
		t.Error("there is a browser where there is none")
	}
}
