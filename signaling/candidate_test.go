package signaling

import (
	"net/netip"
	"testing"
)

func TestParseCandidate(t *testing.T) {
	tests := []struct {
		text string
		want CandidateInfo
		ok   bool
	}{
		{"candidate:1 1 udp 2130706431 192.0.2.7 50001 typ host", CandidateInfo{netip.MustParseAddrPort("192.0.2.7:50001"), true, false}, true},
		{"a=candidate:1 1 UDP 1 2001:db8::1 9 typ relay raddr 0.0.0.0 rport 0\r\n", CandidateInfo{netip.MustParseAddrPort("[2001:db8::1]:9"), true, true}, true},
		{"candidate:1 1 tcp 1 192.0.2.7 9 typ host tcptype active", CandidateInfo{netip.MustParseAddrPort("192.0.2.7:9"), false, false}, true},
		{"candidate:1 1 udp 1 3b1e-22.local 50001 typ host", CandidateInfo{}, false},
		{"candidate:1 1 udp 1 192.0.2.7 99999 typ host", CandidateInfo{}, false},
		{"candidate:1 1 udp 1 192.0.2.7 50001", CandidateInfo{}, false},
		{"1 1 udp 1 192.0.2.7 50001 typ host", CandidateInfo{}, false},
		{"", CandidateInfo{}, false},
	}
	for _, tt := range tests {
		if got, ok := ParseCandidate(tt.text); got != tt.want || ok != tt.ok {
			t.Errorf("ParseCandidate(%q) = %+v, %t", tt.text, got, ok)
		}
	}
}

func FuzzParseCandidate(f *testing.F) {
	f.Add("candidate:1 1 udp 2130706431 192.0.2.7 50001 typ host")
	f.Fuzz(func(t *testing.T, s string) {
		if c, ok := ParseCandidate(s); ok && !c.Address.IsValid() {
			t.Errorf("%q: no address", s)
		}
	})
}
