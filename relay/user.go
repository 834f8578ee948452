package main

import (
	"errors"
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/lendhand/lendhand/relay/internal/account"
	"github.com/lendhand/lendhand/relay/internal/config"
	"github.com/lendhand/lendhand/relay/internal/datadir"
	"github.com/lendhand/lendhand/relay/internal/store"
	"github.com/lendhand/lendhand/signaling/problem"
)

// userCommands work on the database; a relay that runs sees what they do at once.
type userCommands struct {
	Add     userAdd     `cmd:"" help:"Create an account. The password comes from standard input."`
	List    userList    `cmd:"" help:"List the accounts."`
	Passwd  userPasswd  `cmd:"" help:"Give an account a new password, from standard input, and end its sign-ins."`
	Disable userDisable `cmd:"" help:"Bar an account, and end its sign-ins and sessions."`
}

// withAccounts opens the database for the time of one command.
func withAccounts(w *world, common *config.Common, do func(*account.Service) error) (err error) {
	if err := datadir.Prepare(common.Data); err != nil {
		return err
	}
	db, err := store.Open(w.ctx, common.Data)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	accounts, err := account.NewService(account.Config{Store: db})
	if err != nil {
		return err
	}
	return do(accounts)
}

type userAdd struct {
	Name        string   `arg:"" help:"Name to sign in with: a–z, 0–9, dot, hyphen, underscore."`
	Role        []string `help:"What the account may do: technician, auditor or admin. May be given more than once." enum:"technician,auditor,admin" required:"" env:"-"`
	DisplayName string   `help:"Name that other people read; the same when it is not given." env:"-" placeholder:"NAME"`
	Generate    bool     `help:"Make a random password and print it." env:"-"`
}

// Run creates the account.
func (c *userAdd) Run(w *world, common *config.Common) error {
	password, err := w.newPassword(c.Generate)
	if err != nil {
		return err
	}
	n := account.New{Name: c.Name, DisplayName: c.DisplayName, Password: password}
	for _, r := range c.Role {
		n.Roles = append(n.Roles, account.Role(r))
	}
	return withAccounts(w, common, func(s *account.Service) error {
		a, err := s.Create(w.ctx, n)
		if err != nil {
			return err
		}
		return w.tell(c.Generate, password, "created %s (%s)", a.Name, joinRoles(a.Roles))
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
	return withAccounts(w, common, func(s *account.Service) error {
		if err := s.SetPassword(w.ctx, c.Name, password); err != nil {
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
	return withAccounts(w, common, func(s *account.Service) error {
		if err := s.Disable(w.ctx, c.Name); err != nil {
			return err
		}
		return w.tell(false, "", "%s is disabled and signed out everywhere", c.Name)
	})
}

type userList struct{}

// Run prints the accounts.
func (userList) Run(w *world, common *config.Common) error {
	return withAccounts(w, common, func(s *account.Service) error {
		all, err := s.List(w.ctx)
		if err != nil {
			return err
		}
		table := tabwriter.NewWriter(w.out, 0, 0, 2, ' ', 0)
		_, err = fmt.Fprintln(table, "NAME\tDISPLAY NAME\tROLES\tSTATE\tCREATED")
		for _, a := range all {
			state := "active"
			if a.Disabled {
				state = "disabled"
			}
			_, rowErr := fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\n", a.Name, a.DisplayName, joinRoles(a.Roles), state, a.Created.Format(time.DateOnly))
			err = errors.Join(err, rowErr)
		}
		return errors.Join(err, table.Flush())
	})
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
