package xdisplay

import (
	"encoding/binary"
	"encoding/hex"
	"os"
	"path/filepath"
	"strconv"
)

// Families of addresses in the file of cookies (Xauth(3)).
const (
	familyLocal = 256
	familyWild  = 65535
)

// cookie returns the MIT-MAGIC-COOKIE-1 for the display, in hexadecimal digits, or "" when
// this user has none.
func (a address) cookie() string {
	name := os.Getenv("XAUTHORITY")
	if name == "" {
		home, err := os.UserHomeDir()
		if err != nil {
			return ""
		}
		name = filepath.Join(home, ".Xauthority")
	}
	data, err := os.ReadFile(name)
	if err != nil {
		return ""
	}
	host := a.host
	if host == "" || host == "localhost" {
		if host, err = os.Hostname(); err != nil {
			return ""
		}
	}
	return findCookie(data, host, strconv.Itoa(a.number))
}

// findCookie looks for the first entry that fits: a family, and with their lengths the
// address, the display's number, the kind, and the cookie.
func findCookie(data []byte, host, number string) string {
	for len(data) >= 2 {
		family := binary.BigEndian.Uint16(data)
		data = data[2:]
		var fields [4]string
		for n := range fields {
			if len(data) < 2 || len(data)-2 < int(binary.BigEndian.Uint16(data)) {
				return ""
			}
			length := int(binary.BigEndian.Uint16(data))
			fields[n], data = string(data[2:2+length]), data[2+length:]
		}
		isHost := family == familyWild || family == familyLocal && fields[0] == host
		isDisplay := fields[1] == "" || fields[1] == number
		if isHost && isDisplay && fields[2] == "MIT-MAGIC-COOKIE-1" && len(fields[3]) == 16 {
			return hex.EncodeToString([]byte(fields[3]))
		}
	}
	return ""
}
