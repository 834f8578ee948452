package main

import (
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"strings"
)

// sources returns what a program holds of Debian's source packages, as PROGRAM.sources lists their archives,
// a line each: SHA256:HASH FILE. Without that file there are none. The archive with Debian's changes names
// the version.
func sources(program string) ([]component, error) {
	content, err := os.ReadFile(program + ".sources")
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var list []component
	for line := range strings.Lines(string(content)) {
		sum, file, ok := strings.Cut(strings.TrimSpace(line), " ")
		if !ok {
			return nil, fmt.Errorf("line %.80q of %s.sources", line, program)
		}
		version, _, changes := strings.Cut(file, ".debian.tar.")
		if !changes {
			continue
		}
		name, version, _ := strings.Cut(version, "_")
		purl := "pkg:deb/debian/" + name + "@" + url.QueryEscape(version) + "?arch=source"
		list = append(list, component{
			Ref: purl, Type: "library", Name: name, Version: version, PURL: purl,
			Properties: []property{{"linked", "statically"}, {"debian:changes", sum}},
		})
	}
	return list, nil
}
