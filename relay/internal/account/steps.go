package account

import (
	"slices"
	"sync"
	"time"

	"github.com/go-webauthn/webauthn/webauthn"
)

const (
	// StepLife is how long a sign-in may take from one step to the next.
	StepLife = 5 * time.Minute
	// maxSteps bounds the steps of one kind; the oldest make room. Those of other kinds
	// do not: what strangers begin pushes nobody out who has given a password.
	maxSteps = 8192
	// maxStepsOfAccount bounds those that await one account's second factor.
	maxStepsOfAccount = 32
	// triesOfStep is how many wrong factors may come before the password is asked for
	// again.
	triesOfStep = 5
)

// Step is what is asked for after a right password.
type Step struct {
	// Token stands for what was proven so far.
	Token string
	// Factors are those that will do: "totp", "passkey", "recovery".
	Factors []string
	// Passkey is a PublicKeyCredentialRequestOptionsJSON, nil when there is none.
	Passkey []byte
}

// stepKind says what a step is good for: a token for one thing is none for another.
type stepKind int

const (
	stepSecond stepKind = iota + 1
	stepPasskey
	stepOpenID
	enrolTOTP
	enrolPasskey
)

// step is what the relay remembers of a sign-in, or of a factor that is being set
// up, from one request to the next. A restart forgets it.
type step struct {
	kind    stepKind
	expires time.Time
	// tries that were wrong.
	tries int
	// accountID and epoch say whose password was right, and when.
	accountID string
	epoch     int64
	proof     proof
	ask       Step // without its token
	// passkey is what the authenticator is being asked, secret a new TOTP secret,
	// flow what an OpenID provider was told.
	passkey *webauthn.SessionData
	secret  []byte
	flow    any
}

// steps are those under way.
type steps struct {
	mu    sync.Mutex // guards the rest
	known map[string]*step
	order map[stepKind][]string // keys of known, the oldest first
}

func newSteps() *steps {
	return &steps{known: make(map[string]*step), order: make(map[stepKind][]string)}
}

// add remembers st under a new token.
func (t *steps) add(st step, now time.Time) (string, error) {
	token, err := newToken()
	if err == nil {
		t.put(token, st, now)
	}
	return token, err
}

// put remembers st under the key, in the place of what was there.
func (t *steps) put(key string, st step, now time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.forget(key)
	t.makeRoom(st, now)
	st.expires = now.Add(StepLife)
	t.known[key] = &st
	t.order[st.kind] = append(t.order[st.kind], key)
}

// makeRoom forgets what is old, and the oldest of what is too many, before st comes.
// It is called with mu held.
func (t *steps) makeRoom(st step, now time.Time) {
	for order := t.order[st.kind]; len(order) > 0; order = t.order[st.kind] {
		if now.Before(t.known[order[0]].expires) && len(order) < maxSteps {
			break
		}
		t.forget(order[0])
	}
	var same []string
	for _, key := range t.order[st.kind] {
		if st.accountID != "" && t.known[key].accountID == st.accountID {
			same = append(same, key)
		}
	}
	if len(same) >= maxStepsOfAccount {
		t.forget(same[0])
	}
}

// forget is called with mu held. The key need not be known.
func (t *steps) forget(key string) {
	st, ok := t.known[key]
	if !ok {
		return
	}
	delete(t.known, key)
	at := slices.Index(t.order[st.kind], key)
	t.order[st.kind] = slices.Delete(t.order[st.kind], at, at+1)
}

// try returns the step, and counts; it fails with [ErrNoStep] for one that is
// unknown, old, or was tried too often.
func (t *steps) try(key string, kind stepKind, now time.Time) (step, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	st, err := t.find(key, kind, now)
	if err != nil {
		return step{}, err
	}
	if st.tries++; st.tries > triesOfStep {
		t.forget(key)
		return step{}, ErrNoStep
	}
	return *st, nil
}

// see returns the step.
func (t *steps) see(key string, kind stepKind, now time.Time) (step, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	st, err := t.find(key, kind, now)
	if err != nil {
		return step{}, err
	}
	return *st, nil
}

// take returns the step and forgets it: whoever gets it is alone with it.
func (t *steps) take(key string, kind stepKind, now time.Time) (step, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	st, err := t.find(key, kind, now)
	if err != nil {
		return step{}, err
	}
	t.forget(key)
	return *st, nil
}

// find is called with mu held.
func (t *steps) find(key string, kind stepKind, now time.Time) (*step, error) {
	st, ok := t.known[key]
	if !ok || st.kind != kind || !now.Before(st.expires) {
		return nil, ErrNoStep
	}
	return st, nil
}

// BeginOpenID has begin ask an OpenID provider, remembers what that was told, and
// returns the token under which [Service.TakeOpenID] finds it, once. Errors are
// [*TooManyError] and those of begin.
func (s *Service) BeginOpenID(from From, begin func() (flow any, err error)) (string, error) {
	if err := s.throttle.begin(from.Address, s.now()); err != nil {
		return "", err
	}
	flow, err := begin()
	if err != nil {
		return "", err
	}
	return s.steps.add(step{kind: stepOpenID, flow: flow}, s.now())
}

// TakeOpenID fails with [ErrNoStep].
func (s *Service) TakeOpenID(token string) (any, error) {
	st, err := s.steps.take(token, stepOpenID, s.now())
	return st.flow, err
}
