package account

import (
	"errors"
	"fmt"
	"net/netip"
	"testing"
	"time"
)

var (
	start = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	home  = netip.MustParseAddr("192.0.2.1")
)

func elsewhere(n int) netip.Addr {
	return netip.AddrFrom4([4]byte{198, 18, byte(n >> 8), byte(n)})
}

// wrong takes a try that stays taken.
func wrong(t *throttle, name string, addr netip.Addr, now time.Time) error {
	_, err := t.try(name, addr, now)
	return err
}

func waits(err error) time.Duration {
	var e *TooManyError
	if errors.As(err, &e) {
		return e.Wait
	}
	return 0
}

func TestWrongPasswordsForOneName(t *testing.T) {
	th := newThrottle()
	for i := range triesByName {
		if err := wrong(th, "ines", elsewhere(i), start); err != nil {
			t.Fatalf("try %d: %v", i, err)
		}
	}
	if got := waits(wrong(th, "ines", elsewhere(99), start)); got != everyByName {
		t.Errorf("wait = %v, want %v", got, everyByName)
	}
	if err := wrong(th, "aki", elsewhere(99), start); err != nil {
		t.Errorf("another name: %v", err)
	}
	if err := wrong(th, "ines", elsewhere(99), start.Add(everyByName)); err != nil {
		t.Errorf("after the wait: %v", err)
	}
}

func TestWrongPasswordsFromOneAddress(t *testing.T) {
	th := newThrottle()
	for i := range triesByAddress {
		if err := wrong(th, fmt.Sprint("name", i), home, start); err != nil {
			t.Fatalf("try %d: %v", i, err)
		}
	}
	if got := waits(wrong(th, "ines", home, start)); got != everyByAddress {
		t.Errorf("wait = %v, want %v", got, everyByAddress)
	}
	if err := wrong(th, "ines", elsewhere(1), start); err != nil {
		t.Errorf("another address: %v", err)
	}
}

func TestRightPasswordsCostNothing(t *testing.T) {
	th := newThrottle()
	for i := range 10 * triesByAddress {
		now := start.Add(time.Duration(i) * time.Millisecond)
		right, err := th.try("ines", home, now)
		if err != nil {
			t.Fatalf("sign-in %d: %v", i, err)
		}
		right(now.Add(time.Millisecond / 2))
	}
}

func TestAnAttackDoesNotLockTheOwnerOut(t *testing.T) {
	th := newThrottle()
	right, err := th.try("ines", home, start)
	if err != nil {
		t.Fatal(err)
	}
	right(start)
	for i := range 100 {
		_ = wrong(th, "ines", elsewhere(i), start) // refused sooner or later
	}
	if err := wrong(th, "ines", home, start); err != nil {
		t.Errorf("the owner, from where they were before: %v", err)
	}
	if waits(wrong(th, "ines", elsewhere(1000), start)) == 0 {
		t.Error("a stranger is not made to wait")
	}
}
