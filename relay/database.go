package main

import (
	"errors"

	"github.com/lendhand/lendhand/relay/internal/config"
	"github.com/lendhand/lendhand/relay/internal/datadir"
	"github.com/lendhand/lendhand/relay/internal/store"
)

// withStore opens the database for the time of one command. It makes the data folder
// where there is none.
func withStore(w *world, common *config.Common, do func(*store.Store) error) error {
	if err := datadir.Prepare(common.Data); err != nil {
		return err
	}
	return openStore(w, common, do)
}

// openStore is withStore in a data folder that is there.
func openStore(w *world, common *config.Common, do func(*store.Store) error) (err error) {
	db, err := store.Open(w.ctx, common.Data)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	return do(db)
}
