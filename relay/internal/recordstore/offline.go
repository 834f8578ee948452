package recordstore

import (
	"context"
	"io"
	"time"
)

// Offline reads recordings without being the relay that keeps them, which may run
// meanwhile: it takes nothing up, and changes nothing. Of a recording that grows, it has
// the volumes that are closed.
type Offline struct{ store *Store }

// NewOffline returns an Offline of a relay's database, storage and folder of open
// recordings.
func NewOffline(db Database, blobs Blobs, folder string) *Offline {
	return &Offline{store: &Store{cfg: Config{Database: db, Blobs: blobs, Folder: folder}, db: db, now: time.Now, live: map[string]*live{}}}
}

// Record is [Store.Record].
func (o *Offline) Record(ctx context.Context, id string) (Record, error) {
	return o.store.Record(ctx, id)
}

// Volumes returns the closed volumes of a recording in their order.
func (o *Offline) Volumes(ctx context.Context, id string) ([]Volume, error) {
	return o.store.Volumes(ctx, id)
}

// Whole returns a recording as a file, as far as its volumes are closed: see [Store.Whole].
func (o *Offline) Whole(ctx context.Context, id string) (io.ReadCloser, error) {
	file, _, err := o.store.Whole(ctx, id)
	return file, err
}
