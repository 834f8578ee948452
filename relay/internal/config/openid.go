package config

import (
	"fmt"
	"net/url"

	"github.com/lendhand/lendhand/relay/internal/account"
	"github.com/lendhand/lendhand/relay/internal/account/openid"
	"github.com/lendhand/lendhand/signaling"
	"github.com/lendhand/lendhand/signaling/problem"
)

// OpenIDSettings are the flags about signing in at an OpenID Connect provider.
type OpenIDSettings struct {
	Issuer     string `help:"Address of an OpenID Connect provider that people may sign in at, as it writes it itself." name:"openid-issuer" placeholder:"URL"`
	Client     string `help:"Client ID of this relay at the provider." name:"openid-client" placeholder:"ID"`
	SecretFile string `help:"File with the client's secret, which others must not be able to read." name:"openid-secret-file" placeholder:"FILE"`
	Provider   string `help:"Name of the provider, on the sign-in button; the issuer's host when it is not given." name:"openid-name" placeholder:"NAME"`
	Groups     string `help:"Claim with the person's groups." name:"openid-groups" default:"groups" placeholder:"CLAIM"`
	Roles      string `help:"Which group gives which role: group=role, separated by commas." name:"openid-roles" placeholder:"GROUP=ROLE,…"`
}

// OpenID is what OpenIDSettings mean; without an issuer nobody signs in that way.
type OpenID struct {
	Issuer, Client string
	// SecretFile is empty for a client without a secret.
	SecretFile  string
	Name        string
	GroupsClaim string
	// Roles are what groups give, by the group's name.
	Roles map[string][]account.Role
}

func (s OpenIDSettings) openID() (OpenID, error) {
	if s.Issuer == "" {
		if s.Client != "" || s.SecretFile != "" || s.Roles != "" {
			return OpenID{}, problem.New("openid: there is no issuer", "Say it with --openid-issuer, or leave the other openid settings out.")
		}
		return OpenID{}, nil
	}
	issuer, err := url.Parse(s.Issuer)
	if err != nil || issuer.Host == "" || issuer.RawQuery != "" || issuer.Fragment != "" || (issuer.Scheme != "https" && issuer.Hostname() != "localhost") {
		return OpenID{}, problem.New(fmt.Sprintf("openid-issuer: %.200q is not the address of a provider", s.Issuer), "It begins with https://. The provider shows it as \"issuer\".")
	}
	roles, err := openid.ParseRoles(s.Roles)
	if err != nil || len(roles) == 0 {
		return OpenID{}, problem.New(fmt.Sprintf("openid-roles: %.200q does not say which group gives which role", s.Roles),
			"Write it as helpdesk=technician,reviewers=auditor. The roles are technician, auditor and admin.")
	}
	if s.Client == "" {
		return OpenID{}, problem.New("openid: there is no client", "Say what the provider calls this relay with --openid-client.")
	}
	name := s.Provider
	if name == "" {
		name = signaling.CleanName(issuer.Hostname())
	}
	if signaling.CleanName(name) != name {
		return OpenID{}, problem.New(fmt.Sprintf("openid-name: %.200q cannot be shown to people", name), "It has at most 64 characters, none of them invisible.")
	}
	return OpenID{Issuer: s.Issuer, Client: s.Client, SecretFile: s.SecretFile, Name: name, GroupsClaim: s.Groups, Roles: roles}, nil
}
