package broker

import (
	"net/netip"
	"time"

	"github.com/lendhand/lendhand/signaling/pace"
)

// The budgets of wrong tries. Each is a bucket of so many tries that gains one in so
// long. PROTOCOL.md publishes, under redeem, what they make of a guess.
const (
	accountTries, accountRefill = 10, time.Minute
	networkTries, networkRefill = 30, 20 * time.Second
	relayTries, relayRefill     = 300, 2 * time.Second
)

// budgets limits wrong tries by account, by network and in all. Codes and invitations
// have budgets of their own: hosts have no account.
type budgets struct {
	accounts *pace.Table[string]
	networks *pace.Table[netip.Prefix]
	relay    *pace.Bucket
}

func newBudgets() *budgets {
	return &budgets{
		accounts: pace.NewTable[string](accountTries, accountRefill),
		networks: pace.NewTable[netip.Prefix](networkTries, networkRefill),
		relay:    pace.NewBucket(relayTries, relayRefill),
	}
}

// of returns the buckets that a try is taken from; the account is empty for a host.
func (b *budgets) of(account string, from netip.Prefix, now time.Time) []*pace.Bucket {
	buckets := []*pace.Bucket{b.networks.Of(from, now), b.relay}
	if account != "" {
		buckets = append(buckets, b.accounts.Of(account, now))
	}
	return buckets
}

// wait returns how long someone must wait for their next try.
func (b *budgets) wait(account string, from netip.Prefix) (longest time.Duration) {
	now := time.Now()
	for _, bucket := range b.of(account, from, now) {
		longest = max(longest, bucket.Wait(now))
	}
	return longest
}

// wrong takes one try from each budget.
func (b *budgets) wrong(account string, from netip.Prefix) {
	now := time.Now()
	for _, bucket := range b.of(account, from, now) {
		bucket.Take(now)
	}
}
