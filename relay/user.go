package main

import (
	"cmp"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/lendhand/lendhand/relay/internal/account"
	"github.com/lendhand/lendhand/relay/internal/config"
	"github.com/lendhand/lendhand/relay/internal/store"
	"github.com/lendhand/lendhand/signaling/problem"
)

// userCommands work on the database; a relay that runs sees what they do at once.
type userCommands struct {
	Add     userAdd     `cmd:"" help:"Create an account. The password comes from standard input, or the person sets it with a one-time link."`
	Link    userLink    `cmd:"" help:"Print a one-time link with which an account's password can be set."`
	List    userList    `cmd:"" help:"List the accounts."`
	Passwd  userPasswd  `cmd:"" help:"Give an account a new password, from standard input, and end its sign-ins."`
	Disable userDisable `cmd:"" help:"Bar an account, and end its sign-ins and sessions."`
	Factors userFactors `cmd:"" help:"Manage second factors."`
}

// withAccounts opens the database for the time of one command. Public is the address
// in links, nil where the command makes none.
func withAccounts(w *world, common *config.Common, public *url.URL, do func(*account.Service) error) error {
	return withStore(w, common, func(db *store.Store) error {
		journal, err := w.journal(common, db)
		if err != nil {
			return err
		}
		defer journal.Close()
		accounts, err := account.NewService(account.Config{Store: db, PublicURL: public, Journal: journal.Account})
		if err != nil {
			return err
		}
		return do(accounts)
	})
}

type userAdd struct {
	Name        string   `arg:"" help:"Name to sign in with: a–z, 0–9, dot, hyphen, underscore."`
	Role        []string `help:"What the account may do: technician, auditor or admin. May be given more than once." enum:"technician,auditor,admin" required:"" env:"-"`
	DisplayName string   `help:"Name that other people read; the same when it is not given." env:"-" placeholder:"NAME"`
	Group       string   `help:"Group of the policy whose rules the account has." env:"-" placeholder:"NAME"`
	Generate    bool     `help:"Make a random password and print it." env:"-" xor:"password"`
	Link        bool     `help:"Print a one-time link with which the person sets a password." env:"-" xor:"password"`
	reach
}

// Run creates the account.
func (c *userAdd) Run(w *world, common *config.Common) error {
	if err := checkGroup(w, common, c.Group); err != nil {
		return err
	}
	n := account.New{Name: c.Name, DisplayName: c.DisplayName, Group: c.Group}
	for _, r := range c.Role {
		n.Roles = append(n.Roles, account.Role(r))
	}
	if c.Link {
		return c.invite(w, common, n)
	}
	password, err := w.newPassword(c.Generate)
	if err != nil {
		return err
	}
	n.Password = password
	return withAccounts(w, common, nil, func(s *account.Service) error {
		a, err := s.Create(w.ctx, account.CommandLine(), n)
		if err != nil {
			return err
		}
		return w.tell(c.Generate, password, "created %s (%s)", a.Name, joinRoles(a.Roles))
	})
}

// checkGroup refuses a group that the policy has no rules for: a slip of the pen would put
// somebody under looser rules than were meant.
func checkGroup(w *world, common *config.Common, group string) error {
	if group == "" {
		return nil
	}
	return withStore(w, common, func(db *store.Store) error {
		p, err := db.Policy(w.ctx)
		if err != nil || p.HasGroup(group) {
			return err
		}
		return problem.New(fmt.Sprintf("the policy has no group %.64q", group),
			"Name one that \"policy show\" has, or add this one to the policy first with \"policy set\".")
	})
}

func (c *userAdd) invite(w *world, common *config.Common, n account.New) error {
	public, err := c.url(w)
	if err != nil {
		return err
	}
	return withAccounts(w, common, public, func(s *account.Service) error {
		a, link, err := s.Invite(w.ctx, account.CommandLine(), n)
		if err != nil {
			return err
		}
		return w.tell(false, "", "created %s (%s)\n%s", a.Name, joinRoles(a.Roles), linkLine(link))
	})
}

type userPasswd struct {
	Name     string `arg:"" help:"Name of the account."`
	Generate bool   `help:"Make a random password and print it." env:"-"`
}

// Run replaces the password.
func (c *userPasswd) Run(w *world, common *config.Common) error {
	password, err := w.newPassword(c.Generate)
	if err != nil {
		return err
	}
	return withAccounts(w, common, nil, func(s *account.Service) error {
		if err := s.SetPassword(w.ctx, account.CommandLine(), c.Name, password); err != nil {
			return err
		}
		return w.tell(c.Generate, password, "%s has a new password and is signed out everywhere", c.Name)
	})
}

type userDisable struct {
	Name string `arg:"" help:"Name of the account."`
}

// Run bars the account.
func (c *userDisable) Run(w *world, common *config.Common) error {
	return withAccounts(w, common, nil, func(s *account.Service) error {
		if err := s.Disable(w.ctx, account.CommandLine(), c.Name); err != nil {
			return err
		}
		return w.tell(false, "", "%s is disabled and signed out everywhere", c.Name)
	})
}

type userList struct{}

// Run prints the accounts.
func (userList) Run(w *world, common *config.Common) error {
	return withAccounts(w, common, nil, func(s *account.Service) error {
		all, err := s.People(w.ctx)
		if err != nil {
			return err
		}
		table := tabwriter.NewWriter(w.out, 0, 0, 2, ' ', 0)
		_, err = fmt.Fprintln(table, "NAME\tDISPLAY NAME\tROLES\tGROUP\tSTATE\tFACTORS\tSIGN-INS\tLAST\tCREATED")
		for _, p := range all {
			_, rowErr := fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\t%d\t%s\t%s\n", p.Name, p.DisplayName, joinRoles(p.Roles), cmp.Or(p.Group, "-"),
				state(p.Account), factors(p.Account), p.SignIns, day(p.LastSignIn), day(p.Created))
			err = errors.Join(err, rowErr)
		}
		return errors.Join(err, table.Flush())
	})
}

func state(a account.Account) string {
	switch {
	case a.Disabled:
		return "disabled"
	case !a.HasPassword && !a.OpenID:
		return "invited"
	}
	return "active"
}

func factors(a account.Account) string {
	var list []string
	if a.OpenID {
		list = append(list, "openid")
	}
	if a.HasPassword {
		list = append(list, "password")
	}
	if a.Factors.TOTP {
		list = append(list, "totp")
	}
	if a.Factors.Passkeys > 0 {
		list = append(list, fmt.Sprintf("passkeys: %d", a.Factors.Passkeys))
	}
	if a.Factors.Recovery > 0 {
		list = append(list, fmt.Sprintf("recovery codes: %d", a.Factors.Recovery))
	}
	return cmp.Or(strings.Join(list, ", "), "-")
}

func day(t time.Time) string {
	if t.IsZero() {
		return "-"
	}
	return t.Format(time.DateOnly)
}

func joinRoles(roles []account.Role) string {
	words := make([]string, len(roles))
	for i, r := range roles {
		words[i] = string(r)
	}
	return strings.Join(words, ", ")
}

// tell prints what was done, and on a line of its own a password that was made.
func (w *world) tell(generated bool, password, format string, values ...any) error {
	_, err := fmt.Fprintf(w.out, format+"\n", values...)
	if generated {
		_, passwordErr := fmt.Fprintf(w.out, "Password: %s\n", password)
		err = errors.Join(err, passwordErr)
	}
	return err
}

// newPassword makes one, or reads it.
func (w *world) newPassword(generate bool) (string, error) {
	if generate {
		return account.NewPassword(), nil
	}
	password, err := readPassword(w.in, w.errors)
	if err != nil {
		return "", problem.Wrap(fmt.Errorf("read the password: %w", err), "Give it as one line on standard input, or use --generate.")
	}
	return password, nil
}
