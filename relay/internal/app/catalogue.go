package app

import (
	"context"

	"filippo.io/age"

	"github.com/lendhand/lendhand/relay/internal/catalogue"
	"github.com/lendhand/lendhand/relay/internal/datadir"
	"github.com/lendhand/lendhand/relay/internal/recordstore"
	"github.com/lendhand/lendhand/relay/internal/web"
)

// openCatalogue opens what is known of recordings.
func (a *App) openCatalogue(context.Context) (err error) {
	a.catalogue, err = catalogue.New(catalogue.Config{
		Store: a.store, Recordings: library{a.recordings, a.store.StoredRecordings}, Readers: a.readers, Trail: a.store,
		Key:         func() (*age.X25519Identity, error) { return datadir.ReadAuditorsKey(a.cfg.Data) },
		ReceiptKeys: a.recordings.Keys(), Journal: a.journal.Write, Log: a.log,
	})
	return err
}

// desk is how the pages of auditors, administrators and people are answered.
func (a *App) desk() *web.Recordings {
	return &web.Recordings{Catalogue: a.catalogue, Readers: a.readers, Figures: a.storageFigures}
}

// storageFigures are the storage's as administrators read them.
func (a *App) storageFigures(ctx context.Context) (catalogue.Figures, error) {
	all, live, err := a.store.RecordingCounts(ctx)
	f := a.recordings.Figures()
	return catalogue.Figures{
		Recordings: all, Live: live, Bytes: f.Used, Quota: f.Quota, Free: f.Free, Total: f.Total, State: string(f.Level), Warnings: warnings(f),
	}, err
}

func warnings(f recordstore.Figures) []string {
	switch {
	case f.Stopped:
		return []string{"There is no room any more: recordings that run cannot go on."}
	case f.Level == recordstore.Full:
		return []string{"There is too little room: no new recording begins."}
	case f.Level == recordstore.Low:
		return []string{"Room for recordings is getting short: from 90% on, none can begin."}
	}
	return []string{}
}
