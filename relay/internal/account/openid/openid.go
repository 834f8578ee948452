// Package openid asks an OpenID Connect provider who somebody is, and what roles
// their groups give them.
//
// It is the authorization code flow with a proof key (RFC 7636), a state and a nonce.
// What comes back through the browser is believed only as far as the provider has
// signed it for this relay and this sign-in.
package openid

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"github.com/lendhand/lendhand/relay/internal/account"
)

const (
	// answerWithin is how long the provider may take for one answer.
	answerWithin = 10 * time.Second
	// askAgain is how long after a provider did not answer it is left alone.
	askAgain = 5 * time.Second
	// maxAnswer bounds an answer of the provider, maxSent what comes through the
	// browser, in bytes.
	maxAnswer = 1 << 20
	maxSent   = 4 << 10
)

// ErrRefused says that what came back is not a sign-in that was begun here, or that
// the provider has refused it.
var ErrRefused = errors.New("the OpenID sign-in is not good")

// Config is what a [Provider] is made of.
type Config struct {
	// Issuer is the provider's address, exactly as it writes it itself: https, but for
	// a provider on this machine.
	Issuer string
	// ClientID and Secret are what the provider knows this relay by. A client without
	// a secret is proven by its proof key alone.
	ClientID, Secret string
	// Name is what people call the provider.
	Name string
	// GroupsClaim is where the provider says the person's groups; empty: "groups".
	GroupsClaim string
	// Roles are what the groups give, by the group's name.
	Roles map[string][]account.Role
	// Callback is this relay's address that the provider sends browsers back to.
	Callback string
	// Transport reaches the provider; nil: the system's way.
	Transport http.RoundTripper
	// Now is the clock; nil means time.Now.
	Now func() time.Time
}

func (c Config) validate() error {
	issuer, err := url.Parse(c.Issuer)
	switch {
	case err != nil || issuer.Host == "" || issuer.RawQuery != "" || issuer.Fragment != "":
		return fmt.Errorf("openid: issuer %q is no address", c.Issuer)
	case issuer.Scheme != "https" && (issuer.Scheme != "http" || issuer.Hostname() != "localhost"):
		return fmt.Errorf("openid: issuer %q is not https", c.Issuer)
	case c.ClientID == "" || c.Callback == "" || c.Name == "":
		return errors.New("openid: client, name and callback are required")
	case len(c.Roles) == 0:
		return errors.New("openid: no group gives a role")
	}
	return nil
}

// Provider asks one provider. It is safe for use from any goroutine.
type Provider struct {
	// Set at construction.
	cfg    Config
	client *http.Client

	mu     sync.Mutex     // guards the rest
	found  *oidc.Provider // nil until the provider has answered once
	failed time.Time      // when it did not answer last
	why    error
}

// New checks the configuration. The provider is not asked before somebody signs in:
// the relay starts without it.
func New(cfg Config) (*Provider, error) {
	if err := cfg.validate(); err != nil {
		return nil, err
	}
	if cfg.GroupsClaim == "" {
		cfg.GroupsClaim = "groups"
	}
	if cfg.Transport == nil {
		cfg.Transport = http.DefaultTransport
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	return &Provider{cfg: cfg, client: &http.Client{Transport: limited{cfg.Transport}, Timeout: answerWithin}}, nil
}

// Name is what people call the provider.
func (p *Provider) Name() string { return p.cfg.Name }

// flow is what one sign-in must come back with.
type flow struct{ state, nonce, verifier string }

// Begin returns the address to send a browser to, and what [Provider.Finish] must
// know of it.
func (p *Provider) Begin(ctx context.Context) (address string, about any, err error) {
	found, err := p.provider(ctx)
	if err != nil {
		return "", nil, err
	}
	f := flow{state: rand.Text(), nonce: rand.Text(), verifier: oauth2.GenerateVerifier()}
	return p.oauth(found).AuthCodeURL(f.state, oidc.Nonce(f.nonce), oauth2.S256ChallengeOption(f.verifier)), f, nil
}

// Finish looks at what the provider has sent through the browser. Errors are
// [ErrRefused] or faults of the provider.
func (p *Provider) Finish(ctx context.Context, about any, sent url.Values) (account.Identity, error) {
	f, ok := about.(flow)
	if !ok {
		return account.Identity{}, fmt.Errorf("%w: nobody has begun it", ErrRefused)
	}
	if err := p.checkSent(f, sent); err != nil {
		return account.Identity{}, err
	}
	found, err := p.provider(ctx)
	if err != nil {
		return account.Identity{}, err
	}
	ctx = oidc.ClientContext(ctx, p.client)
	token, err := p.oauth(found).Exchange(ctx, sent.Get("code"), oauth2.VerifierOption(f.verifier))
	if err != nil {
		return account.Identity{}, fmt.Errorf("%w: exchange the code: %w", ErrRefused, err)
	}
	raw, _ := token.Extra("id_token").(string)
	proven, err := found.Verifier(&oidc.Config{ClientID: p.cfg.ClientID, Now: p.cfg.Now}).Verify(ctx, raw)
	if err != nil {
		return account.Identity{}, fmt.Errorf("%w: %w", ErrRefused, err)
	}
	if !same(proven.Nonce, f.nonce) {
		return account.Identity{}, fmt.Errorf("%w: it is the answer to another sign-in", ErrRefused)
	}
	return p.identity(ctx, found, proven, token)
}

func (p *Provider) checkSent(f flow, sent url.Values) error {
	size := 0
	for _, values := range sent {
		for _, v := range values {
			size += len(v)
		}
	}
	switch {
	case size > maxSent || len(sent["state"]) != 1 || !same(sent.Get("state"), f.state):
		return fmt.Errorf("%w: it was not begun in this browser", ErrRefused)
	case sent.Has("iss") && sent.Get("iss") != p.cfg.Issuer: // RFC 9207
		return fmt.Errorf("%w: another provider has sent it", ErrRefused)
	case sent.Has("error"):
		return fmt.Errorf("%w: the provider says %.64q", ErrRefused, sent.Get("error"))
	case len(sent["code"]) != 1 || sent.Get("code") == "":
		return fmt.Errorf("%w: there is no code", ErrRefused)
	}
	return nil
}

func same(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

// provider returns what the provider says of itself, which is asked once.
func (p *Provider) provider(ctx context.Context) (*oidc.Provider, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.found != nil {
		return p.found, nil
	}
	if p.why != nil && p.cfg.Now().Sub(p.failed) < askAgain {
		return nil, p.why // who waits for the lock does not wait for the provider as well
	}
	// Its keys are fetched later, when this request is long over.
	found, err := oidc.NewProvider(oidc.ClientContext(context.WithoutCancel(ctx), p.client), p.cfg.Issuer)
	if err != nil {
		p.failed, p.why = p.cfg.Now(), fmt.Errorf("ask OpenID provider %s about itself: %w", p.cfg.Issuer, err)
		return nil, p.why
	}
	p.found = found
	return found, nil
}

func (p *Provider) oauth(found *oidc.Provider) *oauth2.Config {
	return &oauth2.Config{
		ClientID: p.cfg.ClientID, ClientSecret: p.cfg.Secret, Endpoint: found.Endpoint(),
		RedirectURL: p.cfg.Callback, Scopes: p.scopes(found),
	}
}

// scopes asks for groups where the provider has a scope for them: others refuse what
// they do not know.
func (p *Provider) scopes(found *oidc.Provider) []string {
	var says struct {
		Scopes []string `json:"scopes_supported"`
	}
	scopes := []string{oidc.ScopeOpenID, "profile"}
	if err := found.Claims(&says); err == nil && slices.Contains(says.Scopes, "groups") {
		scopes = append(scopes, "groups")
	}
	return scopes
}

// limited bounds what is read of an answer.
type limited struct{ http.RoundTripper }

// RoundTrip implements [http.RoundTripper].
func (l limited) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := l.RoundTripper.RoundTrip(r)
	if err == nil {
		resp.Body = http.MaxBytesReader(nil, resp.Body, maxAnswer)
	}
	return resp, err
}

// ParseRoles reads which group gives which role: group=role, separated by commas. A
// group may be there more than once.
func ParseRoles(text string) (map[string][]account.Role, error) {
	roles := make(map[string][]account.Role)
	for pair := range strings.SplitSeq(text, ",") {
		if strings.TrimSpace(pair) == "" {
			continue
		}
		at := strings.LastIndex(pair, "=") // names of groups may be paths with = in them
		if at < 1 {
			return nil, fmt.Errorf("%.64q is not group=role", pair)
		}
		group, role := strings.TrimSpace(pair[:at]), account.Role(strings.TrimSpace(pair[at+1:]))
		if group == "" || !slices.Contains(account.AllRoles(), role) {
			return nil, fmt.Errorf("%.64q is not group=role, with a role of technician, auditor and admin", pair)
		}
		roles[group] = append(roles[group], role)
	}
	return roles, nil
}
