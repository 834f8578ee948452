package pace

import (
	"net/netip"
	"testing"
	"time"
)

var noon = time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)

func TestBucketFillsWithTime(t *testing.T) {
	b := NewBucket(3, time.Minute)
	for range 3 {
		if b.Wait(noon) != 0 || !b.Take(noon) {
			t.Fatal("a new bucket is full")
		}
	}
	if b.Take(noon) {
		t.Error("took a fourth")
	}
	if got := b.Wait(noon); got <= 59*time.Second || got > time.Minute {
		t.Errorf("wait %s", got)
	}
	if later := noon.Add(time.Minute); b.Wait(later) != 0 {
		t.Errorf("wait %s a minute later", b.Wait(later))
	}
	b.GiveBack(noon)
	if !b.Take(noon) || b.Take(noon) {
		t.Error("what is given back can be taken once")
	}
}

func TestTableIsBounded(t *testing.T) {
	table := NewTable[int](1, time.Minute)
	for key := range maxTracked {
		table.Of(key, noon).Take(noon)
	}
	stranger, another := table.Of(-1, noon), table.Of(-2, noon)
	if stranger != another || len(table.known) != maxTracked {
		t.Errorf("%d tracked, strangers share: %t", len(table.known), stranger == another)
	}
	if table.Of(7, noon).Take(noon) {
		t.Error("a flood has washed out what was known")
	}
	table.Of(-3, noon.Add(time.Hour))
	if len(table.known) != 1 {
		t.Errorf("%d tracked, though all had filled up", len(table.known))
	}
}

func TestNetwork(t *testing.T) {
	for addr, want := range map[string]string{
		"192.0.2.7":         "192.0.2.7/32",
		"::ffff:192.0.2.7":  "192.0.2.7/32",
		"2001:db8:1:2:3::4": "2001:db8:1:2::/64",
		"fe80::1%eth0":      "fe80::/64",
	} {
		if got := Network(netip.MustParseAddr(addr)).String(); got != want {
			t.Errorf("Network(%s) = %s, want %s", addr, got, want)
		}
	}
	if got := Network(netip.Addr{}); got.IsValid() {
		t.Errorf("the network of nothing is %s", got)
	}
}
