package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"

	"github.com/lendhand/lendhand/relay/internal/audit"
	"github.com/lendhand/lendhand/relay/internal/config"
	"github.com/lendhand/lendhand/relay/internal/policy"
	"github.com/lendhand/lendhand/relay/internal/store"
	"github.com/lendhand/lendhand/signaling/problem"
)

// policyCommands work on the database; a relay that runs follows within a second.
type policyCommands struct {
	Show policyShow `cmd:"" help:"Print the policy in force as JSON."`
	Set  policySet  `cmd:"" help:"Replace the policy. relay/internal/policy/POLICY.md describes every rule."`
}

type policyShow struct {
	Group string `help:"Print the rules that hold for people in this group in the end." env:"-" placeholder:"NAME"`
}

// Run prints the policy, or one group's effective rules.
func (c *policyShow) Run(w *world, common *config.Common) error {
	return withStore(w, common, func(db *store.Store) error {
		p, err := db.Policy(w.ctx)
		if err != nil {
			return err
		}
		if !p.HasGroup(c.Group) {
			return problem.New(fmt.Sprintf("the policy has no group %q", c.Group),
				"Who is in a group without rules is under the organisation's: leave --group out to see them.")
		}
		var shown any = p
		if c.Group != "" {
			shown = p.Effective(c.Group)
		}
		text, err := json.MarshalIndent(shown, "", "  ")
		if err != nil {
			return err
		}
		_, err = fmt.Fprintln(w.out, string(text))
		return err
	})
}

type policySet struct {
	File string `arg:"" help:"File with the policy as JSON; \"-\" is standard input."`
}

// Run puts the policy in force.
func (c *policySet) Run(w *world, common *config.Common) error {
	text, err := c.read(w.in)
	if err != nil {
		return problem.Wrap(fmt.Errorf("read the policy: %w", err), `Name a file that you may read, or "-" for standard input.`)
	}
	p, err := policy.Parse(text)
	if err != nil {
		return err
	}
	return withStore(w, common, func(db *store.Store) error {
		journal, err := w.journal(common, db)
		if err != nil {
			return err
		}
		defer journal.Close()
		book, err := policy.Open(w.ctx, db)
		if err != nil {
			return err
		}
		if p.Version == 0 {
			p.Version = book.Current().Version
		}
		if p, err = book.Replace(w.ctx, p, audit.ActorCommandLine); err != nil {
			return err
		}
		journal.Write(audit.Event{Kind: audit.PolicyChanged, Actor: audit.ActorCommandLine, Detail: p.Detail()})
		_, err = fmt.Fprintf(w.out, "policy %d is in force\n", p.Version)
		return err
	})
}

// read reads a little more than a policy may have: the parser says that it is too much.
func (c *policySet) read(in io.Reader) ([]byte, error) {
	if c.File != "-" {
		f, err := os.Open(c.File)
		if err != nil {
			return nil, err
		}
		defer func() { _ = f.Close() }() // nothing was written
		in = f
	}
	return io.ReadAll(io.LimitReader(in, policy.MaxSize+1))
}
