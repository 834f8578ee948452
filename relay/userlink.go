package main

import (
	"fmt"
	"net"
	"net/url"

	"github.com/lendhand/lendhand/relay/internal/account"
	"github.com/lendhand/lendhand/relay/internal/config"
	"github.com/lendhand/lendhand/signaling/problem"
	"github.com/lendhand/lendhand/signaling/settings"
)

// reach is how commands know the address in links: as the relay does.
type reach struct {
	Listen    string           `help:"Address that the relay listens on." default:":8443" placeholder:"ADDR"`
	PublicURL settings.Address `help:"Address that people use; https://localhost and the port when it is not given." name:"public-url" placeholder:"URL"`
}

func (r reach) url(w *world) (*url.URL, error) {
	if public := r.PublicURL.URL(); public != nil {
		return public, nil
	}
	_, _ = fmt.Fprintln(w.errors, "note: the link leads to localhost; with --public-url it leads to where people reach the relay")
	_, port, err := net.SplitHostPort(r.Listen)
	if err != nil {
		return nil, problem.Misuse(problem.New(fmt.Sprintf("listen: %q is not an address with a port", r.Listen), "Say the relay's address with --public-url https://help.example."))
	}
	return &url.URL{Scheme: "https", Host: net.JoinHostPort("localhost", port)}, nil
}

type userLink struct {
	Name string `arg:"" help:"Name of the account."`
	reach
}

// Run prints the link.
func (c *userLink) Run(w *world, common *config.Common) error {
	public, err := c.url(w)
	if err != nil {
		return err
	}
	return withAccounts(w, common, public, func(s *account.Service) error {
		a, err := s.ByName(w.ctx, c.Name)
		if err != nil {
			return err
		}
		link, err := s.MakeLink(w.ctx, account.CommandLine(), a.ID)
		if err != nil {
			return err
		}
		return w.tell(false, "", "%s", linkLine(link))
	})
}

// linkLine is a line of its own, for scripts.
func linkLine(link string) string {
	return fmt.Sprintf("Link (once, within %d hours): %s", int(account.LinkLife.Hours()), link)
}

type userFactors struct {
	Remove userFactorsRemove `cmd:"" help:"Take all second factors from an account whose owner has lost them, and end its sign-ins."`
}

type userFactorsRemove struct {
	Name string `arg:"" help:"Name of the account."`
}

// Run removes the factors.
func (c *userFactorsRemove) Run(w *world, common *config.Common) error {
	return withAccounts(w, common, nil, func(s *account.Service) error {
		a, err := s.ByName(w.ctx, c.Name)
		if err != nil {
			return err
		}
		removed, err := s.RemoveFactors(w.ctx, account.CommandLine(), a.ID)
		if err != nil {
			return err
		}
		if !removed {
			return w.tell(false, "", "%s had no second factor, and is signed out everywhere", c.Name)
		}
		return w.tell(false, "", "%s has no second factor and is signed out everywhere", c.Name)
	})
}
