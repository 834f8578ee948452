package peer

import (
	"errors"
	"fmt"
	"net"
	"testing"
	"time"
)

func TestGuests(t *testing.T) {
	now := time.Now()
	g := guests{allowance: &Allowance{}}
	admit := func(n int) (bool, error) {
		return g.admit(fmt.Sprintf("candidate:1 1 udp 1 192.0.2.1 %d typ host", n), now)
	}
	restarts := 0
	for ; restarts < 100; restarts++ {
		g.again()
		n := 0
		for ; n < 2*maxCandidates; n++ {
			if _, err := admit(restarts*maxCandidates + n); err != nil {
				break
			}
		}
		if n < maxCandidates {
			break
		}
		if n > maxCandidates {
			t.Fatalf("%d candidates with the same credentials", n)
		}
	}
	if want := candidatesAtOnce / maxCandidates; restarts != want {
		t.Errorf("%d restarts with all candidates, want %d", restarts, want)
	}
	// Later some more may come.
	g.again()
	now = now.Add(10 * candidateEvery)
	for n := range 10 {
		if fresh, err := admit(n); !fresh || err != nil {
			t.Errorf("candidate %d after a while: new %v, %v", n+1, fresh, err)
		}
	}
	if _, err := admit(10); !errors.Is(err, ErrCandidates) {
		t.Errorf("got %v, want ErrCandidates", err)
	}
	if fresh, err := admit(0); fresh || err != nil {
		t.Errorf("one that comes twice: new %v, %v", fresh, err)
	}
}

// A candidate is the same one in a description and by itself.
func TestSameAddress(t *testing.T) {
	const (
		alone  = "candidate:7 1 udp 2113937151 a.local 50001 typ host generation 0 ufrag kX2b network-cost 999"
		within = "candidate:9 1 udp 2113937100 a.local 50001 typ host generation 0"
	)
	if address(alone) != address(within) {
		t.Errorf("%q and %q", address(alone), address(within))
	}
	if address("x") != "x" || address(alone) == address("candidate:7 1 udp 2113937151 a.local 50002 typ host") {
		t.Error("others are the same")
	}
}

func TestReachable(t *testing.T) {
	for ip, want := range map[string]bool{
		"192.0.2.1": true, "10.0.0.7": true, "169.254.3.4": true, "fe80::1": true, "2001:db8::1": true,
		"127.0.0.1": false, "127.8.9.1": false, "::1": false, "::ffff:127.0.0.1": false,
		"0.0.0.0": false, "::": false, "224.0.0.251": false, "ff02::fb": false, "255.255.255.255": false,
	} {
		if got := reachable(net.ParseIP(ip)); got != want {
			t.Errorf("%s: %v, want %v", ip, got, want)
		}
	}
}
