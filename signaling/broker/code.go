package broker

import (
	"maps"
	"net/netip"
	"slices"
	"time"

	"golang.org/x/time/rate"

	"github.com/lendhand/lendhand/signaling"
)

// codeTable finds sessions by the keyed hashes of their codes and first groups.
type codeTable struct {
	byCode  map[string]*session
	byGroup map[string]map[*session]struct{}
}

func newCodeTable() codeTable {
	return codeTable{byCode: map[string]*session{}, byGroup: map[string]map[*session]struct{}{}}
}

func (t codeTable) add(s *session) {
	if s.Code == nil {
		return
	}
	t.byCode[string(s.Code)] = s
	group := t.byGroup[string(s.CodeGroup)]
	if group == nil {
		group = map[*session]struct{}{}
		t.byGroup[string(s.CodeGroup)] = group
	}
	group[s] = struct{}{}
}

func (t codeTable) remove(s *session) {
	delete(t.byCode, string(s.Code))
	group := t.byGroup[string(s.CodeGroup)]
	delete(group, s)
	if len(group) == 0 {
		delete(t.byGroup, string(s.CodeGroup))
	}
}

// draws is how often a code is drawn again to find a first group of its own, so that
// a wrong try counts against one host only.
const draws = 8

// issueCode gives a waiting session a new code.
func (b *Broker) issueCode(s *session) {
	b.codes.remove(s)
	code, err := b.drawCode()
	if err != nil {
		b.log.Error("no code", "session", s.ID, "error", err)
		b.end(s, signaling.EndError)
		return
	}
	s.Code, s.CodeGroup = b.keyed(string(code)), b.keyed(code.Group())
	s.CodeExpires, s.WrongTries = time.Now().Add(signaling.CodeLife), 0
	b.codes.add(s)
	b.save(s)
	b.after(&s.deadline, signaling.CodeLife, func() { b.spendCode(s) })
	b.send(s, host, &signaling.CodeIssued{Code: string(code), ExpiresIn: secondsUntil(s.CodeExpires)})
}

func (b *Broker) drawCode() (code signaling.Code, err error) {
	for try := 0; ; try++ {
		if code, err = signaling.NewCode(); err != nil {
			return "", err
		}
		_, taken := b.codes.byCode[string(b.keyed(string(code)))]
		crowded := len(b.codes.byGroup[string(b.keyed(code.Group()))]) > 0
		if !taken && (!crowded || try >= draws) {
			return code, nil
		}
	}
}

// spendCode ends a code's life. A host that is there gets another at once, one that
// is away when it comes back.
func (b *Broker) spendCode(s *session) {
	if s.host.visitor != nil {
		b.issueCode(s)
		return
	}
	b.codes.remove(s)
	s.Code, s.CodeGroup = nil, nil
	b.save(s)
}

// findCode returns the waiting session that has the code. A wrong one counts
// against every session whose code begins with the same group.
func (b *Broker) findCode(typed string) *session {
	code, err := signaling.ParseCode(typed)
	if err != nil {
		return nil
	}
	if s := b.codes.byCode[string(b.keyed(string(code)))]; s != nil && time.Now().Before(s.CodeExpires) {
		return s
	}
	for _, s := range slices.Collect(maps.Keys(b.codes.byGroup[string(b.keyed(code.Group()))])) {
		if s.WrongTries++; s.WrongTries >= signaling.CodeTries {
			b.spendCode(s)
		} else {
			b.save(s)
		}
	}
	return nil
}

// The budgets of wrong tries. Each is a bucket of so many tries that fills up again
// by one in so long. PROTOCOL.md publishes, under redeem, what they make of a guess.
const (
	accountTries, accountRefill = 10, time.Minute
	addressTries, addressRefill = 30, 20 * time.Second
	relayTries, relayRefill     = 300, 2 * time.Second
	// maxBuckets bounds the memory that strangers can take.
	maxBuckets = 10_000
)

// budgets limits wrong tries by account, by address and in all.
type budgets struct {
	accounts  buckets[string]
	addresses buckets[netip.Addr]
	relay     *rate.Limiter
}

func newBudgets() *budgets {
	return &budgets{
		accounts:  newBuckets[string](accountTries, accountRefill),
		addresses: newBuckets[netip.Addr](addressTries, addressRefill),
		relay:     rate.NewLimiter(rate.Every(relayRefill), relayTries),
	}
}

// wait returns how long the account and address must wait for their next try.
func (b *budgets) wait(account string, addr netip.Addr) time.Duration {
	return max(untilToken(b.accounts.of(account)), untilToken(b.addresses.of(addr)), untilToken(b.relay))
}

// wrong takes one try from each budget.
func (b *budgets) wrong(account string, addr netip.Addr) {
	b.accounts.of(account).Allow()
	b.addresses.of(addr).Allow()
	b.relay.Allow()
}

func untilToken(l *rate.Limiter) time.Duration {
	missing := 1 - l.Tokens()
	if missing <= 0 {
		return 0
	}
	return time.Duration(missing / float64(l.Limit()) * float64(time.Second))
}

// buckets is a bounded table of limiters.
type buckets[K comparable] struct {
	size   int
	refill time.Duration
	table  map[K]*rate.Limiter
}

func newBuckets[K comparable](size int, refill time.Duration) buckets[K] {
	return buckets[K]{size: size, refill: refill, table: map[K]*rate.Limiter{}}
}

func (b buckets[K]) of(key K) *rate.Limiter {
	if l, ok := b.table[key]; ok {
		return l
	}
	if len(b.table) >= maxBuckets {
		maps.DeleteFunc(b.table, func(_ K, l *rate.Limiter) bool { return l.Tokens() >= float64(b.size) })
	}
	l := rate.NewLimiter(rate.Every(b.refill), b.size)
	b.table[key] = l
	return l
}
