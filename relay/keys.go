package main

import (
	"errors"
	"fmt"
	"text/tabwriter"
	"time"

	"github.com/lendhand/lendhand/relay/internal/config"
	"github.com/lendhand/lendhand/relay/internal/datadir"
)

// keysCommands work on the data folder; a relay that runs sees what they do within a
// second or two.
type keysCommands struct {
	List   keysList   `cmd:"" help:"List the keys that sign grants."`
	Rotate keysRotate `cmd:"" help:"Make a new key that signs from now on; the ones before stay until nobody needs them."`
	Retire keysRetire `cmd:"" help:"Remove a key that was replaced: the relay does it by itself when the time has come."`
}

type keysList struct{}

// Run prints the keys.
func (keysList) Run(w *world, common *config.Common) error {
	keys, err := datadir.GrantKeys(common.Data)
	if err != nil {
		return err
	}
	table := tabwriter.NewWriter(w.out, 0, 0, 2, ' ', 0)
	_, err = fmt.Fprintln(table, "KEY\tMADE\tSTATE")
	for i, k := range keys {
		state := "signs"
		if i > 0 {
			state = "retires " + k.Retires.UTC().Format(time.RFC3339)
		}
		_, rowErr := fmt.Fprintf(table, "%s\t%s\t%s\n", k.ID, k.Made.UTC().Format(time.RFC3339), state)
		err = errors.Join(err, rowErr)
	}
	return errors.Join(err, table.Flush())
}

type keysRotate struct{}

// Run makes a key.
func (keysRotate) Run(w *world, common *config.Common) error {
	if err := datadir.Prepare(common.Data); err != nil {
		return err
	}
	k, err := datadir.RotateGrantKey(common.Data, time.Now())
	if err != nil {
		return err
	}
	return w.tell(false, "", "key %s signs grants from now on", k.ID)
}

type keysRetire struct {
	Key string `arg:"" help:"The key, as \"keys list\" names it."`
	Now bool   `help:"Remove it before its time, because somebody may have read it." env:"-"`
}

// Run removes a key.
func (c *keysRetire) Run(w *world, common *config.Common) error {
	if err := datadir.RetireGrantKey(common.Data, c.Key, time.Now(), c.Now); err != nil {
		return err
	}
	return w.tell(false, "", "key %s is gone", c.Key)
}
