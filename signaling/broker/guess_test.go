package broker

import (
	"context"
	"crypto/ed25519"
	"fmt"
	"log/slog"
	"math"
	"net/netip"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/lendhand/lendhand/signaling"
	"github.com/lendhand/lendhand/signaling/grant"
)

// These tests speak to the broker without connections: what is counted is guesses.

var fingerprint = "sha-256 " + strings.TrimSuffix(strings.Repeat("AB:", 32), ":")

// forgetful is a store, and a TURN server, that keeps nothing.
type forgetful struct{}

func (forgetful) SaveSession(context.Context, Record) error         { return nil }
func (forgetful) DeleteSession(context.Context, string) error       { return nil }
func (forgetful) OpenSessions(context.Context) ([]Record, error)    { return nil, nil }
func (forgetful) SaveInvitation(context.Context, Invitation) error  { return nil }
func (forgetful) DeleteInvitation(context.Context, string) error    { return nil }
func (forgetful) Invitations(context.Context) ([]Invitation, error) { return nil, nil }
func (forgetful) Open(string)                                       {}
func (forgetful) Allow(string, netip.AddrPort)                      {}
func (forgetful) End(string)                                        {}
func (forgetful) Servers(string, string) ([]signaling.ICEServer, time.Time) {
	return nil, time.Now().Add(time.Hour)
}

func lone(t testing.TB, journal func(Event)) *Broker {
	t.Helper()
	key := ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))
	grants, err := grant.NewIssuer(key, "https://help.example")
	if err != nil {
		t.Fatal(err)
	}
	b, err := New(t.Context(), Config{
		Store: forgetful{}, Grants: grants, Turn: forgetful{}, CodeKey: make([]byte, 32), Journal: journal, Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func address(block byte, n int) netip.Addr {
	return netip.AddrFrom4([4]byte{10, block, byte(n >> 8), byte(n)})
}

// wait has so many hosts wait, each in a network of its own.
func (b *Broker) wait(t testing.TB, hosts int) {
	t.Helper()
	key := grant.EncodeKey(make([]byte, ed25519.PublicKeySize))
	b.mu.Lock()
	defer b.mu.Unlock()
	for n := range hosts {
		v := newVisitor(nil, host, address(1, n), signaling.Person{})
		m := &signaling.Register{Version: signaling.Version, Name: "pc", SessionKey: key, Fingerprint: fingerprint}
		if err := b.register(v, m); err != nil {
			t.Fatal(err)
		}
	}
}

// try is one guess. It reports whether the code was looked at, and whether it led to
// a host.
func (b *Broker) try(account string, from netip.Addr, code string) (looked, hit bool) {
	v := newVisitor(nil, technician, from, signaling.Person{ID: account, Name: account})
	b.mu.Lock()
	defer b.mu.Unlock()
	err := b.redeem(v, &signaling.Redeem{
		Version: signaling.Version, Code: code, Ask: signaling.NewScopes(signaling.ScopeView), Fingerprint: fingerprint,
	})
	return err == nil, v.session != nil
}

// 1,000 hosts wait, and 100,000 guesses come in an hour, from so many accounts and
// networks: nobody gets in, hardly any guess is looked at, and a code is burnt after
// five that could have been it.
func TestNobodyGuessesACode(t *testing.T) {
	const hosts, guesses, hour = 1000, 100_000, time.Hour
	for _, c := range []struct{ guessers, most int }{
		{1, accountTries + int(hour/accountRefill)},
		{100, relayTries + int(hour/relayRefill)},
		{1000, relayTries + int(hour/relayRefill)},
	} {
		t.Run(strconv.Itoa(c.guessers), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				spoiled := 0
				b := lone(t, func(e Event) {
					if e.Kind == EventCodeSpoiled {
						spoiled++
					}
				})
				defer b.Close()
				b.wait(t, hosts)
				looked, hits := 0, 0
				for n := range guesses {
					who := n % c.guessers
					l, h := b.try(fmt.Sprintf("u_%d", who), address(2, who), fmt.Sprintf("%09d", n*9973%1_000_000_000))
					looked += one(l)
					hits += one(h)
					if n%100 == 99 {
						time.Sleep(hour / guesses * 100)
					}
				}
				t.Logf("%d looked at, %d refused, %d codes spoiled", looked, guesses-looked, spoiled)
				if hits > 0 || looked == 0 || looked > c.most {
					t.Errorf("%d hits, %d looked at, want at most %d", hits, looked, c.most)
				}
			})
		})
	}
}

func one(b bool) int {
	if b {
		return 1
	}
	return 0
}

// Five wrong tries with the right first digits burn a code, and the host gets
// another: then the right one is of no use either.
func TestACodeIsBurntAfterFive(t *testing.T) {
	b := lone(t, nil)
	defer b.Close()
	b.wait(t, 1)
	var s *session
	for _, s = range b.sessions {
	}
	before := string(s.Code)
	group := ""
	for n := range 1000 { // whoever was told the first three digits
		if g := fmt.Sprintf("%03d", n); string(b.keyed(g)) == string(s.CodeGroup) {
			group = g
		}
	}
	for n := range signaling.CodeTries {
		if string(s.Code) != before {
			t.Fatalf("burnt after %d", n)
		}
		b.try("u_1", address(2, 1), fmt.Sprintf("%s%06d", group, n))
	}
	if string(s.Code) == before || b.codes.byCode[before] != nil {
		t.Error("not burnt")
	}
}

// What PROTOCOL.md publishes of a guess is what the limits in force make of it.
func TestThePublishedChanceOfAGuess(t *testing.T) {
	text, err := os.ReadFile("../PROTOCOL.md")
	if err != nil {
		t.Fatal(err)
	}
	said := regexp.MustCompile(`one of (\d+) of the account \(one comes back a minute\), one of (\d+) of the network \(one in (\d+) seconds\) and one of (\d+) of the\s` +
		`relay \(one in two seconds\).*\s.*with a chance of \*n\* in 10⁹, .* 1,000 hosts and every budget used up day and night make one such request in about (\d+) days`).FindStringSubmatch(string(text))
	if said == nil {
		t.Fatal("PROTOCOL.md does not say it in these words")
	}
	const codes, hosts = 1e9, 1000
	aDay := 24 * time.Hour.Seconds() / relayRefill.Seconds()
	want := []string{
		strconv.Itoa(accountTries), strconv.Itoa(networkTries), fmt.Sprint(networkRefill.Seconds()), strconv.Itoa(relayTries),
		fmt.Sprint(math.Round(codes / hosts / aDay)),
	}
	for i, w := range want {
		if said[i+1] != w {
			t.Errorf("PROTOCOL.md says %s, the limits make it %s", said[i+1], w)
		}
	}
	if accountRefill != time.Minute || relayRefill != 2*time.Second {
		t.Errorf("an account's try comes back in %s, the relay's in %s", accountRefill, relayRefill)
	}
}

// Every digit of a code is as likely as another in every place. The limit lets one
// honest run in ten thousand fail.
func TestCodesAreUniform(t *testing.T) {
	const draws, digits, places, limit = 100_000, 10, 9, 44.8 // of chi-square with 9 degrees: p < 10⁻⁶
	var seen [places][digits]float64
	for range draws {
		code, err := signaling.NewCode()
		if err != nil {
			t.Fatal(err)
		}
		for place, digit := range []byte(code) {
			seen[place][digit-'0']++
		}
	}
	for place := range places {
		chi := 0.0
		for _, n := range seen[place] {
			d := n - draws/digits
			chi += d * d / (draws / digits)
		}
		if chi > limit {
			t.Errorf("place %d: chi-square %.1f, want less than %.1f: %v", place, chi, limit, seen[place])
		}
	}
}

// How long a wrong code takes to be looked up does not say what was wrong. A figure
// to compare and not a test: machines are noisy.
func BenchmarkWrongCode(bench *testing.B) {
	b := lone(bench, nil)
	defer b.Close()
	b.wait(bench, 1000)
	expired := &session{Record: Record{Code: b.keyed("111111111"), CodeGroup: b.keyed("111"), CodeExpires: time.Now().Add(-time.Hour)}}
	b.codes.add(expired)
	used := &session{Record: Record{Code: b.keyed("333333333"), CodeGroup: b.keyed("333"), CodeExpires: time.Now().Add(time.Hour)}}
	b.codes.add(used)
	b.codes.remove(used)
	for name, code := range map[string]string{"unknown": "222222222", "expired": "111111111", "used": "333333333", "malformed": "not a code"} {
		bench.Run(name, func(bench *testing.B) {
			for bench.Loop() {
				if b.findCode(code) != nil {
					bench.Fatal("found")
				}
			}
		})
	}
}
