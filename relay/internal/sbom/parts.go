package main

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"runtime/debug"
	"strings"
)

// bom is the part of CycloneDX 1.5 that is used here.
type bom struct {
	Format       string       `json:"bomFormat"`
	SpecVersion  string       `json:"specVersion"`
	SerialNumber string       `json:"serialNumber"`
	Version      int          `json:"version"`
	Metadata     metadata     `json:"metadata"`
	Components   []component  `json:"components"`
	Dependencies []dependency `json:"dependencies"`
}

type metadata struct {
	Component component `json:"component"`
}

type component struct {
	Ref        string     `json:"bom-ref"`
	Type       string     `json:"type"`
	Name       string     `json:"name"`
	Version    string     `json:"version,omitempty"`
	PURL       string     `json:"purl,omitempty"`
	Hashes     []hash     `json:"hashes,omitempty"`
	Properties []property `json:"properties,omitempty"`
}

type hash struct {
	Algorithm string `json:"alg"`
	Content   string `json:"content"`
}

type property struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

type dependency struct {
	Ref       string   `json:"ref"`
	DependsOn []string `json:"dependsOn"`
}

// parts makes the list of a program from its name and content, its build information,
// the shared libraries that it needs, and what else was linked into it.
func parts(name string, content []byte, info *debug.BuildInfo, libraries []string, linked ...component) bom {
	sum := sha256.Sum256(content)
	program := module(&info.Main)
	program.Type, program.Name = "application", name
	program.Hashes = []hash{{"SHA-256", hex.EncodeToString(sum[:])}}
	for _, s := range info.Settings {
		program.Properties = append(program.Properties, property{"go:" + s.Key, s.Value})
	}
	list := []component{standardLibrary(info.GoVersion)}
	for _, dep := range info.Deps {
		list = append(list, module(dep))
	}
	for _, library := range libraries {
		list = append(list, component{
			Ref: "library:" + library, Type: "library", Name: library, Properties: []property{{"linked", "when the program starts"}},
		})
	}
	list = append(list, linked...)
	root := dependency{Ref: program.Ref}
	for _, c := range list {
		root.DependsOn = append(root.DependsOn, c.Ref)
	}
	return bom{
		Format: "CycloneDX", SpecVersion: "1.5", SerialNumber: serial(sum), Version: 1,
		Metadata: metadata{program}, Components: list, Dependencies: []dependency{root},
	}
}

// module describes what was built in: a replacement rather than what it replaces.
func module(m *debug.Module) component {
	if m.Replace != nil {
		m = m.Replace
	}
	purl := "pkg:golang/" + m.Path + "@" + m.Version
	c := component{Ref: purl, Type: "library", Name: m.Path, Version: m.Version, PURL: purl}
	if m.Sum != "" {
		c.Properties = []property{{"go:sum", m.Sum}}
	}
	return c
}

func standardLibrary(version string) component {
	version = strings.TrimPrefix(version, "go")
	purl := "pkg:golang/std@" + version
	return component{Ref: purl, Type: "library", Name: "std", Version: version, PURL: purl}
}

// serial is a UUID of a program's content (RFC 9562, version 8).
func serial(sum [sha256.Size]byte) string {
	sum[6], sum[8] = sum[6]&0x0f|0x80, sum[8]&0x3f|0x80
	return fmt.Sprintf("urn:uuid:%x-%x-%x-%x-%x", sum[0:4], sum[4:6], sum[6:8], sum[8:10], sum[10:16])
}
