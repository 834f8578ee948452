package turn

import (
	"bytes"
	"net"
	"testing"
	"time"

	"github.com/pion/stun/v4"
)

// Scenario: a participant sends far more than a session may. What is above is lost;
// the other participant's words pass.
func TestOneWhoFloodsIsSlowedDownAlone(t *testing.T) {
	const most = 20_000 // bytes a second, and at once
	fx := start(t, func(c *Config) { c.MaxRate = most })
	fx.open("s1")
	flooder, hostAt := fx.as("s1", "host")
	other, technicianAt := fx.as("s1", "technician")
	for c, peer := range map[*raw]stun.Setter{flooder: peerAddr(technicianAt), other: peerAddr(hostAt)} {
		if code := errorCode(c.request(stun.MethodCreatePermission, peer)); code != 0 {
			t.Fatalf("permission: error %d", code)
		}
	}
	packet := string(bytes.Repeat([]byte("x"), 1000))
	for range 100 {
		flooder.send(technicianAt, packet)
		time.Sleep(100 * time.Microsecond) // or the system drops some before we can
	}
	eventually(t, "the excess is lost", patience, func() bool { stats, _ := fx.Stats("s1"); return stats.Excess >= 40_000 })
	stats, _ := fx.Stats("s1")
	if stats.BytesToPeers == 0 || stats.BytesToPeers > most {
		t.Errorf("%d bytes passed, want at most %d", stats.BytesToPeers, most)
	}
	other.send(hostAt, "a key")
	eventually(t, "the other one passes", patience, func() bool {
		now, _ := fx.Stats("s1")
		return now.BytesToPeers == stats.BytesToPeers+5
	})
	fx.clock.advance(time.Second)
	flooder.send(technicianAt, packet)
	eventually(t, "a second later there is room again", patience, func() bool {
		now, _ := fx.Stats("s1")
		return now.BytesToPeers == stats.BytesToPeers+5+1000
	})
}

// A new port does not bring a new allowance.
func TestAllPortsOfAParticipantShareOneAllowance(t *testing.T) {
	fx := start(t, func(c *Config) { c.MaxRate = 5000 })
	fx.open("s1")
	_, technicianAt := fx.as("s1", "technician")
	packet := string(bytes.Repeat([]byte("x"), 1000))
	for range 4 {
		c, _ := fx.as("s1", "host")
		c.request(stun.MethodCreatePermission, peerAddr(technicianAt))
		for range 4 {
			c.send(technicianAt, packet)
		}
	}
	eventually(t, "the excess is lost", patience, func() bool { stats, _ := fx.Stats("s1"); return stats.Excess == 11_000 })
	if stats, _ := fx.Stats("s1"); stats.BytesToPeers != 5000 {
		t.Errorf("%d bytes passed, want 5000", stats.BytesToPeers)
	}
}

// What comes from outside is bounded too.
func TestOutsidersCannotFlood(t *testing.T) {
	fx := start(t, func(c *Config) { c.MaxRate = 5000 })
	fx.open("s1")
	_, relayed := fx.as("s1", "host")
	sess := fx.session("s1")
	sess.mu.Lock()
	sess.allowed[relayed.Addr()] = struct{}{} // as if loopback were public
	sess.mu.Unlock()
	outside, err := net.Dial("udp", relayed.String())
	must(t, err)
	defer func() { _ = outside.Close() }()
	for range 20 {
		_, err := outside.Write(make([]byte, 1000))
		must(t, err)
	}
	eventually(t, "the excess is lost", patience, func() bool { stats, _ := fx.Stats("s1"); return stats.Excess == 15_000 })
	if stats, _ := fx.Stats("s1"); stats.BytesFromPeers != 5000 {
		t.Errorf("%d bytes passed, want 5000", stats.BytesFromPeers)
	}
}

func TestAFullPacketAlwaysFits(t *testing.T) {
	if !newMeter(1).out.AllowN(time.Now(), maxPacket) {
		t.Error("a full packet can never pass")
	}
}

func TestASessionRelaysForSoLong(t *testing.T) {
	fx := start(t, func(c *Config) { c.MaxSession = 500 * time.Millisecond })
	fx.open("s1")
	username, password := fx.credentials("s1", "host")
	c := fx.raw(fx.dialUDP(), username, password)
	c.mustAllocate()
	eventually(t, "the allocation ends by itself", patience, func() bool { return fx.pion.AllocationCount() == 0 })
	again := fx.raw(fx.dialUDP(), username, password)
	if code := errorCode(again.request(stun.MethodAllocate, udpTransport())); code != 400 {
		t.Errorf("a further allocation: error %d, want 400", code)
	}
	if stats := fx.End("s1"); stats.Allocations != 0 {
		t.Errorf("stats %+v", stats)
	}
}
