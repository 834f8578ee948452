package turn

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/pion/stun/v4"
)

func TestCredentialsSayWhatTheyAreFor(t *testing.T) {
	fx := start(t, nil)
	fx.open("s1")
	username, password, expires, err := fx.Credentials("s1", "technician")
	must(t, err)
	if want := fx.clock.now().Add(DefaultLifetime).Truncate(time.Second); !expires.Equal(want) {
		t.Errorf("expires %v, want %v", expires, want)
	}
	if c, ok := parseClaim(username); !ok || c.session != "s1" || c.who != "technician" || !c.expires.Equal(expires) {
		t.Errorf("username %q says %+v, %v", username, c, ok)
	}
	must(t, fx.Open("s1")) // no change
	if _, again := fx.credentials("s1", "technician"); again != password {
		t.Error("opening an open session changes its credentials")
	}
	fx.End("s1")
	fx.open("s1")
	if _, other := fx.credentials("s1", "technician"); other == password {
		t.Error("credentials outlive the end of their session")
	}
}

func TestCredentialsNeedASession(t *testing.T) {
	fx := start(t, nil)
	if _, _, _, err := fx.Credentials("s1", "host"); !errors.Is(err, ErrNoSession) {
		t.Errorf("error %v, want ErrNoSession", err)
	}
	fx.open("s1")
	for _, name := range []string{"", "a:b", "a b", "ü", strings.Repeat("x", maxName+1)} {
		if _, _, _, err := fx.Credentials("s1", name); err == nil {
			t.Errorf("participant %q is accepted", name)
		}
		if err := fx.Open(name); err == nil {
			t.Errorf("session %q is accepted", name)
		}
	}
}

func TestBadCredentialsAreRefused(t *testing.T) {
	fx := start(t, nil)
	fx.open("s1")
	username, password := fx.credentials("s1", "host")
	expiry, _, _ := strings.Cut(username, ":")
	later := "99999999999"
	for name, c := range map[string][2]string{
		"wrong password":      {username, "wrong"},
		"empty password":      {username, ""},
		"later expiry":        {later + ":s1:host", password},
		"other participant":   {expiry + ":s1:technician", password},
		"unknown session":     {expiry + ":s2:host", password},
		"no participant":      {expiry + ":s1", password},
		"no expiry":           {"s1:host", password},
		"empty":               {"", password},
		"more than was given": {username + ":admin", password},
	} {
		client := fx.raw(fx.dialUDP(), c[0], c[1])
		if code := errorCode(client.request(stun.MethodAllocate, udpTransport())); code != 400 {
			t.Errorf("%s: error %d, want 400", name, code)
		}
	}
	if n := fx.pion.AllocationCount(); n != 0 {
		t.Errorf("%d allocations", n)
	}
}

func TestExpiredCredentialKeepsWhatItHas(t *testing.T) {
	fx := start(t, nil)
	fx.open("s1")
	c, _ := fx.as("s1", "host")
	_, peer := fx.as("s1", "technician")
	username, password := fx.credentials("s1", "host")
	fx.clock.advance(DefaultLifetime + time.Second)

	for name, code := range map[string]int{
		"refresh":    errorCode(c.request(stun.MethodRefresh, lifetime(600))),
		"permission": errorCode(c.request(stun.MethodCreatePermission, peerAddr(peer))),
		"channel":    errorCode(c.request(stun.MethodChannelBind, channel(0x4000), peerAddr(peer))),
	} {
		if code != 0 {
			t.Errorf("%s with an expired credential: error %d", name, code)
		}
	}
	other := fx.raw(fx.dialUDP(), username, password)
	for _, method := range []stun.Method{stun.MethodAllocate, stun.MethodRefresh} {
		if code := errorCode(other.request(method, udpTransport())); code != 400 {
			t.Errorf("%v from elsewhere with an expired credential: error %d, want 400", method, code)
		}
	}
	if code := errorCode(c.request(stun.MethodRefresh, lifetime(0))); code != 0 {
		t.Errorf("giving the allocation up: error %d", code)
	}
	if code := errorCode(c.request(stun.MethodAllocate, udpTransport())); code != 400 {
		t.Errorf("a new allocation with an expired credential: error %d, want 400", code)
	}
}

func TestNewCredentialServesAnOldAllocation(t *testing.T) {
	fx := start(t, nil)
	fx.open("s1")
	c, _ := fx.as("s1", "host")
	fx.clock.advance(DefaultLifetime + time.Minute)
	c.username, c.password = fx.credentials("s1", "host")
	if code := errorCode(c.request(stun.MethodRefresh, lifetime(600))); code != 0 {
		t.Errorf("refresh with a new credential: error %d", code)
	}
}

func TestQuotaOfAParticipant(t *testing.T) {
	fx := start(t, nil)
	fx.open("s1")
	clients := make([]*raw, 0, maxPerParticipant)
	for range maxPerParticipant {
		c, _ := fx.as("s1", "host")
		clients = append(clients, c)
	}
	username, password := fx.credentials("s1", "host")
	further := fx.raw(fx.dialUDP(), username, password)
	if code := errorCode(further.request(stun.MethodAllocate, udpTransport())); code != 486 {
		t.Errorf("further allocation: error %d, want 486", code)
	}
	fx.as("s1", "technician") // has a quota of its own

	// The network changed: what has been silent gives way.
	fx.clock.advance(silentAfter)
	for _, c := range clients[1:] {
		c.channelData(0x4000, "no channel, no sign of life")
	}
	further.mustAllocate()
	if stats, _ := fx.Stats("s1"); stats.Allocations != maxPerParticipant+1 {
		t.Errorf("%d allocations, want %d", stats.Allocations, maxPerParticipant+1)
	}
}

func TestQuotaOfAllSessions(t *testing.T) {
	fx := start(t, func(c *Config) { c.MaxAllocations = 2 })
	for _, id := range []string{"s1", "s2", "s3"} {
		fx.open(id)
	}
	first, _ := fx.as("s1", "host")
	fx.as("s2", "host")
	username, password := fx.credentials("s3", "host")
	third := fx.raw(fx.dialUDP(), username, password)
	if code := errorCode(third.request(stun.MethodAllocate, udpTransport())); code != 486 {
		t.Errorf("third allocation: error %d, want 486", code)
	}
	if code := errorCode(first.request(stun.MethodRefresh, lifetime(0))); code != 0 {
		t.Fatalf("giving up: error %d", code)
	}
	third.mustAllocate()
}
