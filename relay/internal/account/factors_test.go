package account_test

import (
	"errors"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lendhand/lendhand/relay/internal/account"
	"github.com/lendhand/lendhand/relay/internal/account/accounttest"
	"github.com/lendhand/lendhand/signaling/problem"
)

const origin = "https://help.example:8443"

// addTOTP sets up an authenticator program and moves on to its next code.
func (h *house) addTOTP(t testing.TB, token string) (secret string, recovery []string) {
	t.Helper()
	secret, uri, err := h.BeginTOTP(h.me(t, token))
	if err != nil || !strings.HasPrefix(uri, "otpauth://totp/Example%20Help%20Desk:ines?") || !strings.Contains(uri, secret) {
		t.Fatalf("BeginTOTP = %q, %v", uri, err)
	}
	recovery, err = h.AddTOTP(t.Context(), h.me(t, token), accounttest.Code(t, secret, h.clock.t))
	if err != nil {
		t.Fatal(err)
	}
	h.clock.t = h.clock.t.Add(30 * time.Second)
	return secret, recovery
}

// addPasskey sets up a passkey.
func (h *house) addPasskey(t testing.TB, token, name string) (*accounttest.Authenticator, []string) {
	t.Helper()
	device := &accounttest.Authenticator{Origin: origin}
	options, err := h.BeginAddPasskey(t.Context(), h.me(t, token))
	if err != nil {
		t.Fatal(err)
	}
	recovery, err := h.AddPasskey(t.Context(), h.me(t, token), name, device.Create(t, options))
	if err != nil {
		t.Fatal(err)
	}
	return device, recovery
}

// step gives ines's password and returns what is asked next.
func (h *house) step(t testing.TB, from account.From) *account.Step {
	t.Helper()
	out, err := h.SignIn(t.Context(), "ines", password, from)
	if err != nil || out.Step == nil || out.Token != "" || out.Me.Account.ID != "" {
		t.Fatalf("SignIn = %+v, %v", out, err)
	}
	return out.Step
}

func TestCodesOfAnAuthenticatorProgram(t *testing.T) {
	for name, c := range map[string]struct {
		// at is when the code is shown, from now.
		at   time.Duration
		code func(right string) string
		want error
	}{
		"now":             {0, nil, nil},
		"a clock ahead":   {30 * time.Second, nil, nil},
		"a clock behind":  {-30 * time.Second, nil, account.ErrWrongFactor}, // it was used to set up
		"far ahead":       {60 * time.Second, nil, account.ErrWrongFactor},
		"far behind":      {-60 * time.Second, nil, account.ErrWrongFactor},
		"with a space":    {0, func(right string) string { return right[:3] + " " + right[3:] }, nil},
		"another":         {0, func(right string) string { return right[1:] + right[:1] }, account.ErrWrongFactor},
		"too short":       {0, func(right string) string { return right[1:] }, account.ErrWrongFactor},
		"too long":        {0, func(right string) string { return right + "0" }, account.ErrWrongFactor},
		"none":            {0, func(string) string { return "" }, account.ErrWrongFactor},
		"letters":         {0, func(string) string { return "abcdef" }, account.ErrWrongFactor},
		"other digits":    {0, func(string) string { return "１２３４５６" }, account.ErrWrongFactor},
		"an enormous one": {0, func(right string) string { return strings.Repeat(" ", 1<<20) + right }, account.ErrWrongFactor},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			secret, _ := h.addTOTP(t, h.signIn(t, here).Token)
			step := h.step(t, here)
			if diff := cmp.Diff([]string{"totp", "recovery"}, step.Factors); diff != "" {
				t.Error(diff)
			}
			code := accounttest.Code(t, secret, h.clock.t.Add(c.at))
			if c.code != nil {
				code = c.code(code)
			}
			out, err := h.Second(t.Context(), step.Token, account.Proof{TOTP: code}, here)
			if !errors.Is(err, c.want) || (out.Token != "") != (c.want == nil) {
				t.Errorf("Second = %+v, %v, want %v", out, err, c.want)
			}
			if c.want == nil && !h.me(t, out.Token).SignIn.Strong {
				t.Error("two factors are not more than one")
			}
		})
	}
}

func TestACodeIsGoodOnce(t *testing.T) {
	h := newHouse(t)
	secret, recovery := h.addTOTP(t, h.signIn(t, here).Token)
	code := accounttest.Code(t, secret, h.clock.t)
	for name, proof := range map[string]account.Proof{"totp": {TOTP: code}, "recovery": {Recovery: strings.ToUpper(recovery[3])}} {
		first, second := h.step(t, here), h.step(t, here)
		if _, err := h.Second(t.Context(), first.Token, proof, here); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if _, err := h.Second(t.Context(), second.Token, proof, here); !errors.Is(err, account.ErrWrongFactor) {
			t.Errorf("%s, again: %v", name, err)
		}
		if _, err := h.Second(t.Context(), first.Token, proof, here); !errors.Is(err, account.ErrNoStep) {
			t.Errorf("%s, the step again: %v", name, err)
		}
	}
	me := h.me(t, first(h.Second(t.Context(), h.step(t, here).Token, account.Proof{Recovery: recovery[4]}, here)).Token)
	if me.Account.Factors.Recovery != 8 {
		t.Errorf("%d recovery codes are left", me.Account.Factors.Recovery)
	}
}

func first(out account.Outcome, _ error) account.Outcome { return out }

func TestStepsEnd(t *testing.T) {
	for name, end := range map[string]func(t *testing.T, h *house){
		"too late": func(_ *testing.T, h *house) { h.clock.t = h.clock.t.Add(account.StepLife) },
		"new password": func(t *testing.T, h *house) {
			must(t, h.SetPassword(t.Context(), account.CommandLine(), "ines", otherPassword))
		},
		"disabled": func(t *testing.T, h *house) { must(t, h.Disable(t.Context(), account.CommandLine(), "ines")) },
		"tried too often": func(t *testing.T, h *house) {
			for range 5 {
				if _, err := h.Second(t.Context(), h.pending, account.Proof{TOTP: "000000"}, here); !errors.Is(err, account.ErrWrongFactor) {
					t.Fatal(err)
				}
				h.clock.t = h.clock.t.Add(30 * time.Second)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			_, recovery := h.addTOTP(t, h.signIn(t, here).Token)
			step := h.step(t, here)
			h.pending = step.Token
			end(t, h)
			if out, err := h.Second(t.Context(), step.Token, account.Proof{Recovery: recovery[0]}, here); !errors.Is(err, account.ErrNoStep) || out.Token != "" {
				t.Errorf("Second = %+v, %v", out, err)
			}
		})
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// A token for one thing is none for another.
func TestTokensAreGoodForOneThing(t *testing.T) {
	h := newHouse(t)
	in := h.signIn(t, here)
	_, recovery := h.addTOTP(t, in.Token)
	step := h.step(t, here).Token
	passkey, _, err := h.BeginPasskeySignIn(here)
	must(t, err)
	away, err := h.BeginOpenID(here, func() (any, error) { return "flow", nil })
	must(t, err)
	for _, token := range []string{in.Token, passkey, away, "", "x", "totp " + in.Me.SignIn.ID} {
		if _, err := h.Second(t.Context(), token, account.Proof{Recovery: recovery[0]}, here); !errors.Is(err, account.ErrNoStep) {
			t.Errorf("Second(%q) = %v", token, err)
		}
	}
	for _, token := range []string{step, passkey, away} {
		if _, err := h.Authenticate(t.Context(), token); !errors.Is(err, account.ErrNoSignIn) {
			t.Errorf("Authenticate(%q) = %v", token, err)
		}
		if _, err := h.TakeOpenID(token); (err == nil) != (token == away) {
			t.Errorf("TakeOpenID(%q) = %v", token, err)
		}
	}
	if _, err := h.TakeOpenID(away); !errors.Is(err, account.ErrNoStep) {
		t.Errorf("the same again: %v", err)
	}
}

func TestPasskeys(t *testing.T) {
	for name, c := range map[string]struct {
		change func(d *accounttest.Authenticator)
		// alone and second are what comes of it as the only and as the second factor.
		alone, second error
	}{
		"as it should":             {func(*accounttest.Authenticator) {}, nil, nil},
		"of another page":          {func(d *accounttest.Authenticator) { d.Origin = "https://evil.example" }, account.ErrWrongFactor, account.ErrWrongFactor},
		"at another port":          {func(d *accounttest.Authenticator) { d.Origin = "https://help.example" }, account.ErrWrongFactor, account.ErrWrongFactor},
		"that looked at nobody":    {func(d *accounttest.Authenticator) { d.Unverified = true }, account.ErrWrongFactor, nil},
		"that has a twin":          {func(d *accounttest.Authenticator) { d.Counter, d.Stuck = 1, true }, account.ErrWrongFactor, account.ErrWrongFactor},
		"whose counter goes ahead": {func(d *accounttest.Authenticator) { d.Counter = 1000 }, nil, nil},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			in := h.signIn(t, here)
			device, recovery := h.addPasskey(t, in.Token, "My laptop")
			if len(recovery) != 10 {
				t.Errorf("%d recovery codes", len(recovery))
			}
			h.passkey(t, device) // the counter is 1 now
			c.change(device)
			if _, err := h.tryPasskey(t, device); !errors.Is(err, c.alone) {
				t.Errorf("alone: %v, want %v", err, c.alone)
			}
			step := h.step(t, here)
			if _, err := h.Second(t.Context(), step.Token, account.Proof{Passkey: device.Get(t, step.Passkey)}, here); !errors.Is(err, c.second) {
				t.Errorf("as the second factor: %v, want %v", err, c.second)
			}
		})
	}
}

func (h *house) tryPasskey(t testing.TB, device *accounttest.Authenticator) (account.Outcome, error) {
	t.Helper()
	token, options, err := h.BeginPasskeySignIn(here)
	must(t, err)
	return h.PasskeySignIn(t.Context(), token, device.Get(t, options), here)
}

func (h *house) passkey(t testing.TB, device *accounttest.Authenticator) account.Outcome {
	t.Helper()
	out, err := h.tryPasskey(t, device)
	if err != nil || out.Step != nil || !out.Me.SignIn.Strong {
		t.Fatalf("PasskeySignIn = %+v, %v", out, err)
	}
	return out
}

func TestAnswersOfPasskeysAreGoodOnce(t *testing.T) {
	h := newHouse(t)
	device, _ := h.addPasskey(t, h.signIn(t, here).Token, "My laptop")
	token, options, err := h.BeginPasskeySignIn(here)
	must(t, err)
	answer := device.Get(t, options)
	out, err := h.PasskeySignIn(t.Context(), token, answer, here)
	if err != nil || out.Me.Account.Name != "ines" {
		t.Fatalf("PasskeySignIn = %+v, %v", out, err)
	}
	if _, err := h.PasskeySignIn(t.Context(), token, answer, here); !errors.Is(err, account.ErrNoStep) {
		t.Errorf("the same again: %v", err)
	}
	again, _, err := h.BeginPasskeySignIn(here)
	must(t, err)
	if _, err := h.PasskeySignIn(t.Context(), again, answer, here); !errors.Is(err, account.ErrWrongFactor) {
		t.Errorf("the answer to another question: %v", err)
	}
	keys, err := h.Passkeys(t.Context(), h.me(t, out.Token))
	if err != nil || len(keys) != 1 || !keys[0].Used.Equal(h.clock.t) || keys[0].Name != "My laptop" {
		t.Errorf("Passkeys = %+v, %v", keys, err)
	}
	must(t, h.RemovePasskey(t.Context(), h.me(t, out.Token), keys[0].ID))
	if _, err := h.tryPasskey(t, device); !errors.Is(err, account.ErrWrongFactor) {
		t.Errorf("a passkey that was removed: %v", err)
	}
	for _, garbage := range []string{"", "{}", "null", `"x"`, `{"id":"","rawId":"","type":"public-key"}`} {
		token, _, err := h.BeginPasskeySignIn(here)
		must(t, err)
		if _, err := h.PasskeySignIn(t.Context(), token, []byte(garbage), here); !errors.Is(err, account.ErrWrongFactor) {
			t.Errorf("%q: %v", garbage, err)
		}
	}
}

func TestAPasskeyOfSomebodyElseIsNoSecondFactor(t *testing.T) {
	h := newHouse(t)
	h.addPasskey(t, h.signIn(t, here).Token, "Hers")
	h.add(t, "mallory", account.RoleTechnician)
	out, err := h.SignIn(t.Context(), "mallory", password, here)
	must(t, err)
	theirs, _ := h.addPasskey(t, out.Token, "Mine")
	step := h.step(t, here)
	if out, err := h.Second(t.Context(), step.Token, account.Proof{Passkey: theirs.Get(t, step.Passkey)}, here); !errors.Is(err, account.ErrWrongFactor) || out.Token != "" {
		t.Errorf("Second = %+v, %v", out, err)
	}
}

func TestNoPasskeysWithoutAName(t *testing.T) {
	h := newHouse(t)
	if !h.HasPasskeys() {
		t.Error("a name will do")
	}
	bare, err := account.NewService(account.Config{Store: h.db})
	must(t, err)
	if _, _, err := bare.BeginPasskeySignIn(here); bare.HasPasskeys() || err == nil || problem.Hint(err) == "" {
		t.Errorf("BeginPasskeySignIn = %v", err)
	}
}

func TestASecondFactorThatIsRequired(t *testing.T) {
	h := newHouse(t)
	h.required = true
	in := h.signIn(t, here)
	if !h.MustEnrol(h.me(t, in.Token)) {
		t.Error("nobody is asked to set one up")
	}
	h.addTOTP(t, in.Token)
	me := h.me(t, in.Token)
	if h.MustEnrol(me) {
		t.Error("one does not do")
	}
	if err := h.RemoveTOTP(t.Context(), me); err == nil || problem.Hint(err) == "" {
		t.Errorf("the last one was removed: %v", err)
	}
	h.addPasskey(t, in.Token, "My laptop")
	must(t, h.RemoveTOTP(t.Context(), h.me(t, in.Token)))
}

func TestTheLastFactorTakesTheRecoveryCodesAlong(t *testing.T) {
	h := newHouse(t)
	in := h.signIn(t, here)
	_, recovery := h.addTOTP(t, in.Token)
	fresh, err := h.NewRecoveryCodes(t.Context(), h.me(t, in.Token))
	if err != nil || len(fresh) != 10 || slices.Contains(fresh, recovery[0]) {
		t.Errorf("NewRecoveryCodes = %v, %v", fresh, err)
	}
	if _, err := h.Second(t.Context(), h.step(t, here).Token, account.Proof{Recovery: recovery[0]}, here); !errors.Is(err, account.ErrWrongFactor) {
		t.Errorf("a code that was replaced: %v", err)
	}
	must(t, h.RemoveTOTP(t.Context(), h.me(t, in.Token)))
	me := h.me(t, in.Token)
	if diff := cmp.Diff(account.Factors{}, me.Account.Factors); diff != "" {
		t.Error(diff)
	}
	if _, err := h.NewRecoveryCodes(t.Context(), me); err == nil || problem.Hint(err) == "" {
		t.Errorf("codes for nothing: %v", err)
	}
	h.signIn(t, here)
}

func TestTheFirstFactorEndsWhatWasSignedInWithLess(t *testing.T) {
	h := newHouse(t)
	old, in := h.signIn(t, here), h.signIn(t, here)
	h.addTOTP(t, in.Token)
	if _, err := h.Authenticate(t.Context(), old.Token); !errors.Is(err, account.ErrNoSignIn) {
		t.Errorf("Authenticate = %v", err)
	}
	h.me(t, in.Token)
}

func TestChangesOfFactorsNeedARecentSignIn(t *testing.T) {
	h := newHouse(t)
	in := h.signIn(t, here)
	h.clock.t = h.clock.t.Add(account.RecentLife)
	me, ctx := h.me(t, in.Token), t.Context()
	for name, act := range map[string]func() error{
		"begin a program":  func() error { _, _, err := h.BeginTOTP(me); return err },
		"add a program":    func() error { _, err := h.AddTOTP(ctx, me, "000000"); return err },
		"remove a program": func() error { return h.RemoveTOTP(ctx, me) },
		"begin a passkey":  func() error { _, err := h.BeginAddPasskey(ctx, me); return err },
		"add a passkey":    func() error { _, err := h.AddPasskey(ctx, me, "x", nil); return err },
		"remove a passkey": func() error { return h.RemovePasskey(ctx, me, "p_1") },
		"recovery codes":   func() error { _, err := h.NewRecoveryCodes(ctx, me); return err },
		"a password":       func() error { return h.ChangePassword(ctx, me, password, otherPassword) },
	} {
		if err := act(); !errors.Is(err, account.ErrSignInAgain) {
			t.Errorf("%s: %v", name, err)
		}
	}
	again := here
	again.Token = in.Token
	out := h.signIn(t, again)
	if out.Me.SignIn.ID != in.Me.SignIn.ID {
		t.Error("to sign in again makes another sign-in")
	}
	if _, err := h.Authenticate(t.Context(), in.Token); !errors.Is(err, account.ErrNoSignIn) {
		t.Errorf("the token before: %v", err)
	}
	if _, err := h.Review(t.Context(), in.Me.SignIn.ID); err != nil {
		t.Errorf("what it has open: %v", err)
	}
	h.addTOTP(t, out.Token)
}

func TestGuessingSecondFactors(t *testing.T) {
	h := newHouse(t)
	secret, recovery := h.addTOTP(t, h.signIn(t, here).Token)
	if _, err := h.Second(t.Context(), h.step(t, here).Token, account.Proof{Recovery: recovery[0]}, here); err != nil {
		t.Fatal(err)
	}
	// Somebody has the password and guesses, from many addresses.
	var tooMany *account.TooManyError
	looked := 0
	for i := range 100 {
		from := account.From{Address: elsewhere(i)}
		_, err := h.Second(t.Context(), h.step(t, from).Token, account.Proof{TOTP: "000000"}, from)
		if errors.Is(err, account.ErrWrongFactor) {
			looked++
		} else if !errors.As(err, &tooMany) {
			t.Fatal(err)
		}
	}
	if looked != 5 || tooMany == nil || tooMany.Wait <= 0 {
		t.Errorf("%d guesses were looked at, wait %v", looked, tooMany)
	}
	// The owner is not locked out by that where they have been before.
	if _, err := h.Second(t.Context(), h.step(t, here).Token, account.Proof{TOTP: accounttest.Code(t, secret, h.clock.t)}, here); err != nil {
		t.Errorf("the owner: %v", err)
	}
}

// A passkey cannot be guessed: it opens the account from anywhere while others guess.
func TestAPasskeyIsNotMadeToWait(t *testing.T) {
	h := newHouse(t)
	device, _ := h.addPasskey(t, h.signIn(t, here).Token, "My laptop")
	for i := range 20 {
		from := account.From{Address: elsewhere(i)}
		_, _ = h.Second(t.Context(), h.step(t, from).Token, account.Proof{Recovery: "x"}, from) // refused sooner or later
	}
	from := account.From{Address: elsewhere(1000)}
	step := h.step(t, from)
	if _, err := h.Second(t.Context(), step.Token, account.Proof{Passkey: device.Get(t, step.Passkey)}, from); err != nil {
		t.Errorf("Second = %v", err)
	}
}

func elsewhere(n int) netip.Addr {
	return netip.AddrFrom4([4]byte{198, 18, byte(n >> 8), byte(n)})
}
