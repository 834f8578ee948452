package signaling

import (
	"net/netip"
	"strconv"
	"strings"
)

// CandidateInfo is what an ICE candidate says of itself.
type CandidateInfo struct {
	// Address is the transport address to reach.
	Address netip.AddrPort
	// UDP is true for UDP, false for TCP.
	UDP bool
	// Relayed is true for an address that a TURN server lends.
	Relayed bool
}

// ParseCandidate reads a candidate attribute (RFC 8839 section 5.1: foundation,
// component, transport, priority, address, port, "typ", type), with or without the
// "a=" of a session description. It is not ok for one whose address is a name, as
// browsers write to hide theirs.
func ParseCandidate(s string) (c CandidateInfo, ok bool) {
	rest, ok := strings.CutPrefix(strings.TrimPrefix(strings.TrimSpace(s), "a="), "candidate:")
	fields := strings.Fields(rest)
	if !ok || len(fields) < 8 || fields[6] != "typ" {
		return CandidateInfo{}, false
	}
	addr, err := netip.ParseAddr(fields[4])
	if err != nil {
		return CandidateInfo{}, false
	}
	port, err := strconv.ParseUint(fields[5], 10, 16)
	if err != nil {
		return CandidateInfo{}, false
	}
	return CandidateInfo{
		Address: netip.AddrPortFrom(addr, uint16(port)),
		UDP:     strings.EqualFold(fields[2], "udp"),
		Relayed: fields[7] == "relay",
	}, true
}
