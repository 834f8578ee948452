package recordstore

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"

	"github.com/lendhand/lendhand/relay/recording"
)

// Offline reads recordings without being the relay that keeps them, which may run
// meanwhile: it takes nothing up, and changes nothing. Of a recording that grows, it has
// all that was receipted.
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

// Volumes returns the volumes of a recording in their order, of the growing one what is
// whole.
func (o *Offline) Volumes(ctx context.Context, id string) ([]Volume, error) {
	for {
		volumes, err := o.store.Volumes(ctx, id)
		if err != nil {
			return nil, err
		}
		v := Volume{Number: len(volumes)}
		if n := len(volumes); n > 0 {
			v.First, v.Next = volumes[n-1].Next, volumes[n-1].Next
		}
		err = o.grown(id, &v)
		if err == nil {
			return append(volumes, v), nil
		}
		if !errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("read the growing volume of %s: %w", id, err)
		}
		// None grows, unless it was closed and moved just now.
		if last, ok, err := o.store.db.LastRecordingVolume(ctx, id); err != nil || !ok || last.Number < v.Number {
			return volumes, err
		}
	}
}

// grown notes what is whole in a growing volume. Half of a part at its end was not receipted
// yet; anything else that is there is for who verifies it.
func (o *Offline) grown(id string, v *Volume) (err error) {
	file, err := os.Open(o.store.local(id, v.Number))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	counted := &counter{r: file}
	r, grows := bufio.NewReaderSize(counted, 64<<10), volume{Volume: *v}
	if v.Number == 0 {
		if _, err := recording.ReadHead(r); err != nil {
			return nil //nolint:nilerr // it is just being written
		}
		grows.Bytes = counted.n - int64(r.Buffered())
	}
	for parts := recording.NewParts(r, true); ; {
		p, err := parts.Next()
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			break
		}
		if err != nil || p.Part != grows.Next {
			info, err := file.Stat()
			if err != nil {
				return err
			}
			grows.Bytes = info.Size()
			break
		}
		grows.note(&p, grows.Bytes)
		grows.Bytes = counted.n - int64(r.Buffered())
	}
	*v = grows.Volume
	return nil
}

// Whole returns a recording as a file: see [Store.Whole].
func (o *Offline) Whole(ctx context.Context, id string) (io.ReadCloser, error) {
	record, err := o.Record(ctx, id)
	if err != nil {
		return nil, err
	}
	if record.Head == nil {
		return nil, ErrUnknown
	}
	volumes, err := o.Volumes(ctx, id)
	if err != nil {
		return nil, err
	}
	file, _ := o.store.join(ctx, id, volumes)
	return file, nil
}
