// Package version says which build a program is.
package version

import "runtime/debug"

// unversioned is the version of a build that the Go command knew nothing about: it
// was made without a checkout's history, or with -buildvcs=false.
const unversioned = "unversioned"

// String returns the number of the release that this program was built from, or else
// the commit, with +dirty when files differed from it.
func String() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return unversioned
	}
	return of(info)
}

// of reads a version from build information. The Go command makes a version out of
// the commit by itself where it has looked at the checkout.
func of(info *debug.BuildInfo) string {
	if v := info.Main.Version; v != "" && v != "(devel)" {
		return v
	}
	settings := make(map[string]string, len(info.Settings))
	for _, s := range info.Settings {
		settings[s.Key] = s.Value
	}
	revision := settings["vcs.revision"]
	switch {
	case revision == "":
		return unversioned
	case settings["vcs.modified"] == "true":
		return revision + "+dirty"
	}
	return revision
}
