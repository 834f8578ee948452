package main

import (
	"os"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSources(t *testing.T) {
	program := programCopy(t)
	lines := "SHA256:01 aom_3.6.0.orig.tar.gz\nSHA256:02 aom_3.6.0-1+deb12u3.debian.tar.xz\n"
	if err := os.WriteFile(program+".sources", []byte(lines), 0o600); err != nil {
		t.Fatal(err)
	}
	list, _ := listOf(t, program)
	at := slices.IndexFunc(list.Components, func(c component) bool { return c.Name == "aom" })
	if at < 0 {
		t.Fatalf("not among %+v", list.Components)
	}
	const purl = "pkg:deb/debian/aom@3.6.0-1%2Bdeb12u3?arch=source"
	want := component{
		Ref: purl, Type: "library", Name: "aom", Version: "3.6.0-1+deb12u3", PURL: purl,
		Properties: []property{{"linked", "statically"}, {"debian:changes", "SHA256:02"}},
	}
	if diff := cmp.Diff(want, list.Components[at]); diff != "" {
		t.Error(diff)
	}
}

func TestSourcesThatCannotBeRead(t *testing.T) {
	program := programCopy(t)
	if err := os.WriteFile(program+".sources", []byte("aom\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := write(program); err == nil {
		t.Error("a list was made")
	}
}
