package recordstore

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"

	"github.com/lendhand/lendhand/relay/internal/audit"
)

// deleteAtOnce is how many recordings one pass of retention deletes.
const deleteAtOnce = 100

// DeleteExpired deletes the recordings whose day has come, but those that are held, and
// goes on with deletions that have failed. [Store.Run] does it every minute.
func (s *Store) DeleteExpired(ctx context.Context) {
	ids, err := s.db.ExpiredRecordings(ctx, s.now(), deleteAtOnce)
	if err != nil && ctx.Err() == nil {
		s.log.Error("expired recordings not looked for", "error", err)
	}
	for _, id := range ids {
		if err := s.delete(ctx, id); err != nil && ctx.Err() == nil {
			s.log.Error("recording not deleted; it is tried again", "recording", id, "error", err)
		}
	}
}

// delete lets nobody read the recording any more, removes what there is of it, looks
// whether it is gone, and only then says so in the audit trail.
func (s *Store) delete(ctx context.Context, id string) error {
	deleted, err := s.condemn(ctx, id)
	if err != nil || !deleted {
		return err
	}
	volumes, err := s.db.RecordingVolumes(ctx, id, 0)
	if err != nil {
		return err
	}
	if err := s.remove(ctx, id, volumes); err != nil {
		return err
	}
	detail := map[string]string{"why": "retention", "parts": "0"}
	var bytes int64
	for _, v := range volumes {
		bytes += v.Bytes
		detail["parts"], detail["link"] = strconv.FormatInt(v.Next, 10), v.Link.String()
	}
	detail["bytes"] = strconv.FormatInt(bytes, 10)
	s.cfg.Journal(audit.Event{Time: s.now(), Kind: audit.RecordingDeleted, Actor: audit.ActorRelay, Session: id, Detail: detail})
	if err := s.db.RecordingGone(ctx, id, s.now()); err != nil {
		return err
	}
	s.used.Add(-bytes)
	s.cfg.Changed(id)
	s.log.Info("recording deleted", "recording", id, "bytes", bytes)
	return nil
}

// condemn makes a recording StateDeleted, unless it is held meanwhile. Nothing of it is moved or
// taken afterwards.
func (s *Store) condemn(ctx context.Context, id string) (bool, error) {
	l, err := s.acquire(ctx, id)
	if err != nil {
		return false, err
	}
	defer s.release(l)
	s.moving.Lock()
	defer s.moving.Unlock()
	if l.record.State != StateDeleted {
		if err := s.shut(ctx, l); err != nil {
			return false, err
		}
		if deleted, err := s.db.DeleteRecording(ctx, id, s.now()); err != nil || !deleted {
			return false, err
		}
	}
	l.record.State, l.record.Head, l.loaded = StateDeleted, nil, false
	return true, nil
}

var errStillThere = errors.New("something of it is still there")

// remove removes the volumes from the storage and from this disk.
func (s *Store) remove(ctx context.Context, id string, volumes []Volume) error {
	for _, v := range volumes {
		if err := s.cfg.Blobs.Delete(ctx, volumeName(id, v.Number)); err != nil {
			return err
		}
	}
	rest, err := s.cfg.Blobs.List(ctx, id) // such as one whose row was never written
	for _, b := range rest {
		err = errors.Join(err, s.cfg.Blobs.Delete(ctx, b.Name))
	}
	if err = errors.Join(err, os.RemoveAll(s.folder(id))); err != nil {
		return err
	}
	if rest, err = s.cfg.Blobs.List(ctx, id); err == nil && len(rest) > 0 {
		err = fmt.Errorf("delete %s: %w", rest[0].Name, errStillThere)
	}
	return err
}

// Hold has retention let a recording be, or not. It fails with [ErrUnknown] where there is
// none any more. Who did it, and why, is for the caller to write down.
func (s *Store) Hold(ctx context.Context, id string, on bool) error {
	return s.db.HoldRecording(ctx, id, on)
}
