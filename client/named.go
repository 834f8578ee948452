package main

import (
	"os"
	"regexp"
	"strings"

	"github.com/lendhand/lendhand/signaling/settings"
)

var (
	// namedFor is a program's file name that says where its relay is, as relays offer it
	// for download: lendhand@help.example.exe, or lendhand@help.example_8443.
	namedFor = regexp.MustCompile(`^lendhand@([a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63})*)(?:_([1-9][0-9]{0,4}))?$`)
	// again is what browsers put into the name of a file that is there already, before
	// whatever they take for its ending.
	again = regexp.MustCompile(` ?\([1-9][0-9]{0,2}\)`)
)

// maxHost is how long a host name is at most (RFC 1035 section 2.3.4).
const maxHost = 253

// relayByName returns the relay that the program's own file name says, by the path of
// that; the zero Address when it says none. There is nothing else to be said by a name.
func relayByName(path string) settings.Address {
	name := strings.ToLower(path[strings.LastIndexAny(path, `/\`)+1:])
	if at := again.FindStringIndex(name); at != nil {
		name = name[:at[0]] + name[at[1]:]
	}
	m := namedFor.FindStringSubmatch(strings.TrimSuffix(name, ".exe"))
	if m == nil || len(m[1]) > maxHost || !plainLabels(m[1]) {
		return settings.Address{}
	}
	host := m[1]
	if m[2] != "" {
		host += ":" + m[2]
	}
	address, err := settings.ParseAddress("https://" + host)
	if err != nil {
		return settings.Address{}
	}
	return address
}

// plainLabels reports whether no part of a host name begins or ends with a hyphen.
func plainLabels(host string) bool {
	for label := range strings.SplitSeq(host, ".") {
		if strings.HasPrefix(label, "-") || strings.HasSuffix(label, "-") {
			return false
		}
	}
	return true
}

// ownRelay returns the relay that this program's file name says.
func ownRelay() settings.Address {
	path, err := os.Executable()
	if err != nil {
		return settings.Address{}
	}
	return relayByName(path)
}
