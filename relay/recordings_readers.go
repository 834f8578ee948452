package main

import (
	"errors"
	"fmt"
	"text/tabwriter"

	"filippo.io/age"

	"github.com/lendhand/lendhand/relay/internal/audit"
	"github.com/lendhand/lendhand/relay/internal/catalogue"
	"github.com/lendhand/lendhand/relay/internal/config"
	"github.com/lendhand/lendhand/relay/internal/datadir"
	"github.com/lendhand/lendhand/relay/internal/store"
)

// recordingsReaders work on the database; a relay that runs follows with the next session.
type recordingsReaders struct {
	List   readersList   `cmd:"" help:"List who can open recordings that begin from now on."`
	Add    readersAdd    `cmd:"" help:"Add a reader. Nothing of the past is opened to them."`
	Remove readersRemove `cmd:"" help:"Remove a reader. What was recorded before they can open as ever."`
}

// withReaders opens the book of readers for the time of one command.
func withReaders(w *world, common *config.Common, do func(*catalogue.Readers) error) error {
	return withStore(w, common, func(db *store.Store) error {
		journal, err := w.journal(common, db)
		if err != nil {
			return err
		}
		defer journal.Close()
		key := func() (*age.X25519Identity, error) { return datadir.OpenAuditorsKey(common.Data) }
		return do(catalogue.NewReaders(db, key, journal.Write))
	})
}

// byCommandLine is who changes the book.
func byCommandLine() audit.Event { return audit.Event{Actor: audit.ActorCommandLine} }

type readersList struct{}

// Run prints the readers.
func (readersList) Run(w *world, common *config.Common) error {
	return withReaders(w, common, func(readers *catalogue.Readers) error {
		book, err := readers.Current(w.ctx)
		if err != nil {
			return err
		}
		table := tabwriter.NewWriter(w.out, 0, 0, 2, ' ', 0)
		for _, r := range book.Readers {
			_, rowErr := fmt.Fprintf(table, "%s\t%s\n", r.Name, r.Key)
			err = errors.Join(err, rowErr)
		}
		_, lastErr := fmt.Fprintln(table, book.Who())
		return errors.Join(err, lastErr, table.Flush())
	})
}

type readersAdd struct {
	Name string `arg:"" help:"Name of the reader, as people read it: that of a team, for example. \"relay\" alone adds the relay itself, which keeps a key of its own."`
	Key  string `arg:"" help:"Public key of age, \"age1…\", which \"age-keygen\" prints." optional:""`
}

// relayItself is the name by which commands know the relay's own reader.
const relayItself = "relay"

// Run adds the reader.
func (c *readersAdd) Run(w *world, common *config.Common) error {
	return withReaders(w, common, func(readers *catalogue.Readers) (err error) {
		if c.Name == relayItself && c.Key == "" {
			err = readers.AddOwn(w.ctx, byCommandLine())
		} else {
			err = readers.Add(w.ctx, byCommandLine(), c.Name, c.Key)
		}
		if err != nil {
			return err
		}
		return w.tell(false, "", "%s can open recordings from now on", c.Name)
	})
}

type readersRemove struct {
	Name string `arg:"" help:"Name of the reader, as \"readers list\" has it; \"relay\" for the relay itself, whose recordings are sealed from then on."`
}

// Run removes the reader.
func (c *readersRemove) Run(w *world, common *config.Common) error {
	name := c.Name
	if name == relayItself {
		name = catalogue.HeldName
	}
	return withReaders(w, common, func(readers *catalogue.Readers) error {
		if err := readers.Remove(w.ctx, byCommandLine(), name); err != nil {
			return err
		}
		return w.tell(false, "", "%s cannot open what is recorded from now on", c.Name)
	})
}
