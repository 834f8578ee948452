package account

import (
	"fmt"
	"net/netip"
	"sync"
	"time"

	"github.com/lendhand/lendhand/signaling/pace"
)

// The pace of wrong passwords, by account and by address: some at once, then one
// every now and then. At this pace a password of MinPassword characters outlives
// its owner's patience, and the owner's typing errors cost no wait.
const (
	triesByName    = 10
	everyByName    = 15 * time.Second
	triesByAddress = 20
	everyByAddress = 5 * time.Second
)

// The pace of wrong second factors, by account. Who gets here has the password. Of a
// million codes three are right at a time: at this pace one is hit in 160 days with a
// chance of one half.
const (
	triesOfSecond = 5
	everySecond   = time.Minute
)

// The pace of sign-ins that anybody may begin without a name, by address.
const (
	begunByAddress = 30
	everyBegun     = 2 * time.Second
)

// TooManyError says that too many wrong passwords or codes came.
type TooManyError struct {
	// Wait is how long until the next one is looked at.
	Wait time.Duration
}

// Error returns what happened.
func (e *TooManyError) Error() string {
	return fmt.Sprintf("too many tries: wait %s", e.Wait.Round(time.Second))
}

// throttle paces tries at passwords. Somebody who tries many passwords for a name
// uses up the name's pace; who has signed in with that name from the same address
// before has a pace of their own, and is not locked out by that.
type throttle struct {
	mu        sync.Mutex // guards the rest
	names     *pace.Table[string]
	addresses *pace.Table[netip.Prefix]
	// familiar has a pace for each name and address that have signed in together.
	familiar *pace.Table[visit]
	// second and familiarSecond are the same for second factors, by the account's ID.
	second         *pace.Table[string]
	familiarSecond *pace.Table[visit]
	begun          *pace.Table[netip.Prefix]
}

// visit is a name and where it signs in from.
type visit struct {
	name string
	from netip.Prefix
}

func newThrottle() *throttle {
	return &throttle{
		names:     pace.NewTable[string](triesByName, everyByName),
		addresses: pace.NewTable[netip.Prefix](triesByAddress, everyByAddress),
		familiar:  pace.NewTable[visit](triesByName, everyByName),

		second:         pace.NewTable[string](triesOfSecond, everySecond),
		familiarSecond: pace.NewTable[visit](triesOfSecond, everySecond),
		begun:          pace.NewTable[netip.Prefix](begunByAddress, everyBegun),
	}
}

// try takes one try of the name and of the address, or returns a [*TooManyError].
// The caller calls right, with the time, when the password was right: that gives
// the try back.
func (t *throttle) try(name string, addr netip.Addr, now time.Time) (right func(time.Time), err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	pair := visit{name: name, from: pace.Network(addr)}
	byName, ok := t.familiar.Known(pair)
	if !ok {
		byName = t.names.Of(name, now)
	}
	byAddress := t.addresses.Of(pair.from, now)
	if wait := max(byName.Wait(now), byAddress.Wait(now)); wait > 0 {
		return nil, &TooManyError{Wait: wait}
	}
	byName.Take(now)
	byAddress.Take(now)
	return func(now time.Time) { t.right(pair, byName, byAddress, now) }, nil
}

func (t *throttle) right(pair visit, byName, byAddress *pace.Bucket, now time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	byName.GiveBack(now)
	byAddress.GiveBack(now)
	t.familiar.Of(pair, now)
}

// trySecond is try for a second factor of the account with that ID.
func (t *throttle) trySecond(id string, addr netip.Addr, now time.Time) (right func(time.Time), err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	pair := visit{name: id, from: pace.Network(addr)}
	bucket, ok := t.familiarSecond.Known(pair)
	if !ok {
		bucket = t.second.Of(id, now)
	}
	if wait := bucket.Wait(now); wait > 0 {
		return nil, &TooManyError{Wait: wait}
	}
	bucket.Take(now)
	return func(now time.Time) {
		t.mu.Lock()
		defer t.mu.Unlock()
		bucket.GiveBack(now)
		t.familiarSecond.Of(pair, now)
	}, nil
}

// begin takes one of the sign-ins that an address may begin.
func (t *throttle) begin(addr netip.Addr, now time.Time) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	bucket := t.begun.Of(pace.Network(addr), now)
	if wait := bucket.Wait(now); wait > 0 {
		return &TooManyError{Wait: wait}
	}
	bucket.Take(now)
	return nil
}
