package settings

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// minPort is the lowest port that programs may use without a permission of their
// own (RFC 6335 section 6).
const minPort = 1024

// ErrPorts says that a text is no range of ports.
var ErrPorts = errors.New("not a range of ports from 1024 on, such as 40000-40100")

// PortRange is a setting such as 40000-40100, both ends included. The zero range,
// and empty text, is any port.
type PortRange struct{ Min, Max uint16 }

// UnmarshalText implements [encoding.TextUnmarshaler]. Its error is [ErrPorts].
func (r *PortRange) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*r = PortRange{}
		return nil
	}
	first, last, ok := strings.Cut(string(text), "-")
	low, errLow := strconv.ParseUint(strings.TrimSpace(first), 10, 16)
	high, errHigh := strconv.ParseUint(strings.TrimSpace(last), 10, 16)
	if !ok || errLow != nil || errHigh != nil || low < minPort || low > high {
		return fmt.Errorf("%.64q is %w", text, ErrPorts)
	}
	r.Min, r.Max = uint16(low), uint16(high)
	return nil
}
