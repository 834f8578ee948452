package openid

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"github.com/lendhand/lendhand/relay/internal/account"
)

// maxGroups bounds how many groups of a person are looked at.
const maxGroups = 1000

// claims is what the relay reads of an ID token.
type claims struct {
	Name     string   `json:"name"`
	UserName string   `json:"preferred_username"`
	Methods  []string `json:"amr"`
}

// identity is who the provider has proven somebody to be.
func (p *Provider) identity(ctx context.Context, found *oidc.Provider, proven *oidc.IDToken, token *oauth2.Token) (account.Identity, error) {
	var c claims
	var all map[string]json.RawMessage
	for _, into := range []any{&c, &all} {
		if err := proven.Claims(into); err != nil {
			return account.Identity{}, fmt.Errorf("%w: read the ID token: %w", ErrRefused, err)
		}
	}
	groups := all[p.cfg.GroupsClaim]
	if groups == nil {
		var err error
		if groups, err = p.moreGroups(ctx, found, proven, token); err != nil {
			return account.Identity{}, err
		}
	}
	return account.Identity{
		Issuer: proven.Issuer, Subject: proven.Subject, Name: c.UserName, DisplayName: c.Name,
		Roles: p.roles(groups),
		// RFC 8176 section 2: more than one factor.
		Strong: slices.Contains(c.Methods, "mfa"),
	}, nil
}

// moreGroups asks the provider: some say groups only there.
func (p *Provider) moreGroups(ctx context.Context, found *oidc.Provider, proven *oidc.IDToken, token *oauth2.Token) (json.RawMessage, error) {
	if found.UserInfoEndpoint() == "" {
		return nil, nil
	}
	info, err := found.UserInfo(ctx, oauth2.StaticTokenSource(token))
	if err != nil {
		return nil, fmt.Errorf("ask the OpenID provider for groups: %w", err)
	}
	if info.Subject != proven.Subject { // OpenID Connect Core section 5.3.2
		return nil, fmt.Errorf("%w: the groups are somebody else's", ErrRefused)
	}
	var all map[string]json.RawMessage
	if err := info.Claims(&all); err != nil {
		return nil, fmt.Errorf("%w: read the groups: %w", ErrRefused, err)
	}
	return all[p.cfg.GroupsClaim], nil
}

// roles are what the groups give: a list of names, or a single name. Anything else
// gives nothing.
func (p *Provider) roles(groups json.RawMessage) []account.Role {
	var names []string
	var one string
	if json.Unmarshal(groups, &names) != nil {
		if json.Unmarshal(groups, &one) != nil {
			return nil
		}
		names = []string{one}
	}
	if len(names) > maxGroups {
		names = names[:maxGroups]
	}
	var roles []account.Role
	for _, name := range names {
		for _, r := range p.cfg.Roles[name] {
			if !slices.Contains(roles, r) {
				roles = append(roles, r)
			}
		}
	}
	return roles
}
