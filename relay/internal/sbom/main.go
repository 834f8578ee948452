// Command sbom lists the parts of programs, as CycloneDX 1.5.
//
//	sbom PROGRAM...    writes PROGRAM.cdx.json beside each
//
// It believes the program itself: the modules that the Go linker wrote into it, and
// the libraries that the system's loader will look for. Of what C libraries were linked
// into it, it knows what is in a file beside it, PROGRAM.sources. The same program always has
// the same list.
package main

import (
	"debug/buildinfo"
	"debug/elf"
	"debug/macho"
	"debug/pe"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	if len(os.Args) < 2 {
		fmt.Fprintln(os.Stderr, "usage: sbom PROGRAM...")
		os.Exit(2)
	}
	for _, path := range os.Args[1:] {
		if err := write(path); err != nil {
			fmt.Fprintf(os.Stderr, "error: parts of %s: %v\n", path, err)
			os.Exit(1)
		}
	}
}

// write writes the list of one program.
func write(path string) error {
	content, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	info, err := buildinfo.ReadFile(path)
	if err != nil {
		return err
	}
	linked, err := sources(path)
	if err != nil {
		return err
	}
	list, err := json.MarshalIndent(parts(filepath.Base(path), content, info, libraries(path), linked...), "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(path+".cdx.json", append(list, '\n'), 0o644)
}

// libraries returns the shared libraries that a program needs: none when it is in no
// format that we know, or linked statically.
func libraries(path string) []string {
	if f, err := elf.Open(path); err == nil {
		defer func() { _ = f.Close() }()
		names, _ := f.ImportedLibraries()
		return names
	}
	if f, err := macho.Open(path); err == nil {
		defer func() { _ = f.Close() }()
		names, _ := f.ImportedLibraries()
		return names
	}
	if f, err := pe.Open(path); err == nil {
		defer func() { _ = f.Close() }()
		names, _ := f.ImportedLibraries()
		return names
	}
	return nil
}
