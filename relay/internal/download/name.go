package download

import (
	"debug/pe"
	"io"
	"net/netip"
	"net/url"
	"regexp"
	"strings"
)

func systemOf(name string) System {
	switch name {
	case nameWindows:
		return Windows
	case nameMacOS:
		return MacOS
	}
	return Linux
}

func kindOf(name string) string {
	switch name {
	case nameWindows:
		return "application/vnd.microsoft.portable-executable"
	case nameMacOS:
		return "application/zip"
	}
	return "application/octet-stream"
}

var plainHost = regexp.MustCompile(`^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$`)

// saveAs returns the name that a browser saves a program under, and whether it says
// where the relay is. An underscore is in no host name and stands for the colon, which
// is in no file name. What cannot be said so, a bare IPv6 address, is left out. So it is
// for macOS, where what is unpacked has a name of its own.
func saveAs(name string, relay *url.URL) (string, bool) {
	host := strings.ToLower(relay.Hostname())
	ip, err := netip.ParseAddr(host)
	if !plainHost.MatchString(host) || relay.Scheme != "https" || name == nameMacOS || err == nil && ip.Is6() {
		return name, false
	}
	if port := relay.Port(); port != "" && port != "443" {
		host += "_" + port
	}
	program, ending, found := strings.Cut(name, ".")
	if found {
		ending = "." + ending
	}
	return program + "@" + host + ending, true
}

// signed reports whether a Windows program carries a certificate table.
func signed(file io.ReaderAt) bool {
	program, err := pe.NewFile(file)
	if err != nil {
		return false
	}
	switch h := program.OptionalHeader.(type) {
	case *pe.OptionalHeader64:
		return h.DataDirectory[pe.IMAGE_DIRECTORY_ENTRY_SECURITY].Size > 0
	case *pe.OptionalHeader32:
		return h.DataDirectory[pe.IMAGE_DIRECTORY_ENTRY_SECURITY].Size > 0
	}
	return false
}
