package account_test

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/lendhand/lendhand/relay/internal/account"
	"github.com/lendhand/lendhand/relay/internal/account/accounttest"
)

// flood is more than the relay remembers of one kind.
const flood = 8200

func TestNobodyIsPushedOutOfASignIn(t *testing.T) {
	for name, push := range map[string]func(t *testing.T, h *house){
		"by strangers": func(t *testing.T, h *house) {
			for i := range flood {
				addr := netip.AddrFrom16([16]byte{0x20, 1, 0xd, 0xb8, 6: byte(i >> 8), 7: byte(i)})
				if _, _, err := h.BeginPasskeySignIn(account.From{Address: addr}); err != nil {
					t.Fatal(err)
				}
			}
		},
		"by who sets up a factor": func(t *testing.T, h *house) {
			h.add(t, "mallory", account.RoleAuditor)
			out, err := h.SignIn(t.Context(), "mallory", password, account.From{})
			must(t, err)
			for range flood {
				if _, _, err := h.BeginTOTP(out.Me); err != nil {
					t.Fatal(err)
				}
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			_, recovery := h.addTOTP(t, h.signIn(t, here).Token)
			step := h.step(t, here)
			push(t, h)
			if _, err := h.Second(t.Context(), step.Token, account.Proof{Recovery: recovery[0]}, here); err != nil {
				t.Errorf("Second = %v", err)
			}
		})
	}
}

func TestOneAccountHasFewSteps(t *testing.T) {
	h := newHouse(t)
	_, recovery := h.addTOTP(t, h.signIn(t, here).Token)
	oldest := h.step(t, here)
	newest := oldest
	for range 32 {
		newest = h.step(t, here)
	}
	proof := account.Proof{Recovery: recovery[0]}
	if _, err := h.Second(t.Context(), oldest.Token, proof, here); !errors.Is(err, account.ErrNoStep) {
		t.Errorf("the oldest: %v", err)
	}
	if _, err := h.Second(t.Context(), newest.Token, proof, here); err != nil {
		t.Errorf("the newest: %v", err)
	}
}

// A password may be checked for long: what was found out of the account before counts
// no more when it has a factor at the end.
func TestAFactorEndsWhatWasBegunWithLess(t *testing.T) {
	for name, enrol := range map[string]func(t *testing.T, h *house, token string){
		"authenticator program": func(t *testing.T, h *house, token string) { h.addTOTP(t, token) },
		"passkey":               func(t *testing.T, h *house, token string) { h.addPasskey(t, token, "key") },
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			in := h.signIn(t, here)
			begun := in.Me.Account
			enrol(t, h, in.Token)
			weak := account.SignIn{TokenHash: make([]byte, 32), ID: "i_weak", AccountID: begun.ID, Created: h.clock.t, Used: h.clock.t, Proven: h.clock.t}
			if err := h.db.CreateSignIn(t.Context(), weak, begun.Epoch, nil); !errors.Is(err, account.ErrNoAccount) {
				t.Errorf("CreateSignIn = %v", err)
			}
			h.me(t, in.Token)
		})
	}
}

func TestNoPasswordTakesLongToJudge(t *testing.T) {
	h := newHouse(t)
	for password, good := range map[string]bool{
		strings.Repeat("{[(<4@8&6c9#3!1|il0$5+7%x2z", 3): true,
		strings.Repeat("a1@$!|0+", 8):                    true,
		strings.Repeat("\xc3\xa9", 500):                  true,
		strings.Repeat("a", 63) + "é":                    false,
		"P455w0rd123456":                                 false,
		"P455w0rd{[(<@!|$+7":                             true,
		"P455w0rd@@@@{[(<6!|":                            true,
	} {
		begin := time.Now()
		err := h.SetPassword(t.Context(), account.CommandLine(), "ines", password)
		if took := time.Since(begin); took > 2*time.Second || (err == nil) != good {
			t.Errorf("%.40q: %v after %s", password, err, took)
		}
	}
}

// full is a disk on which there is no room for what need not be kept.
type full struct{ account.Store }

func (full) UseSignIn(context.Context, string, time.Time) error { return errors.New("disk full") }

func TestAFullDiskEndsNoSignIn(t *testing.T) {
	h := newHouse(t)
	late, err := account.NewService(account.Config{
		Store: full{h.db}, Cost: account.Cost{Memory: 64, Passes: 1, Threads: 1},
		PublicURL: &url.URL{Scheme: "https", Host: "help.example"}, Now: h.clock.now,
	})
	must(t, err)
	token := h.signIn(t, here).Token
	for after, want := range map[time.Duration]error{time.Hour: nil, account.IdleLife: account.ErrNoSignIn} {
		begin := h.clock.t
		h.clock.t = begin.Add(after)
		if _, err := late.Authenticate(t.Context(), token); !errors.Is(err, want) {
			t.Errorf("after %s: %v", after, err)
		}
		h.clock.t = begin
	}
}

// One code, tried in many sign-ins at once, is good for one of them.
func TestOneRecoveryCodeInManySignIns(t *testing.T) {
	h := newHouse(t)
	_, recovery := h.addTOTP(t, h.signIn(t, here).Token)
	steps := make([]string, 5)
	for i := range steps {
		steps[i] = h.step(t, here).Token
	}
	goodForOne(t, len(steps), account.ErrWrongFactor, func(i int) error {
		_, err := h.Second(t.Context(), steps[i], account.Proof{Recovery: recovery[0]}, here)
		return err
	})
}

func TestOneLinkUsedByManyAtOnce(t *testing.T) {
	h := newHouse(t)
	_, token := h.invite(t)
	goodForOne(t, 6, account.ErrNoLink, func(i int) error {
		_, err := h.UseLink(t.Context(), token, fmt.Sprintf("%s %d", otherPassword, i), here)
		return err
	})
}

// goodForOne lets so many act at once, and checks that one is let in and the others are
// refused with the error.
func goodForOne(t *testing.T, many int, refusal error, act func(i int) error) {
	t.Helper()
	results := make(chan error, many)
	for i := range many {
		go func() { results <- act(i) }()
	}
	good := 0
	for range many {
		switch err := <-results; {
		case err == nil:
			good++
		case !errors.Is(err, refusal):
			t.Error(err)
		}
	}
	if good != 1 {
		t.Errorf("good for %d", good)
	}
}

// Two processes share the database: a code that one has seen is nothing to the other.
func TestACodeIsGoodInOneProcess(t *testing.T) {
	h := newHouse(t)
	other, err := account.NewService(account.Config{Store: h.db, Cost: account.Cost{Memory: 64, Passes: 1, Threads: 1}, Now: h.clock.now})
	must(t, err)
	secret, _ := h.addTOTP(t, h.signIn(t, here).Token)
	proof := account.Proof{TOTP: accounttest.Code(t, secret, h.clock.t)}
	begun, err := other.SignIn(t.Context(), "ines", password, here)
	must(t, err)
	if _, err := h.Second(t.Context(), h.step(t, here).Token, proof, here); err != nil {
		t.Fatal(err)
	}
	if _, err := other.Second(t.Context(), begun.Step.Token, proof, here); !errors.Is(err, account.ErrWrongFactor) {
		t.Errorf("Second = %v", err)
	}
}

// Who sits at somebody's open page and guesses is seen by those who read the journal.
func TestGuessesOfTheOldPasswordAreInTheJournal(t *testing.T) {
	h := newHouse(t)
	in := h.signIn(t, here)
	h.kinds()
	if err := h.ChangePassword(t.Context(), in.Me, "wrong horse", otherPassword); !errors.Is(err, account.ErrWrongPassword) {
		t.Fatalf("ChangePassword = %v", err)
	}
	if got := h.kinds(); !slices.Equal(got, []account.EventKind{account.EventSignInRefused}) {
		t.Errorf("the journal heard %v", got)
	}
}
