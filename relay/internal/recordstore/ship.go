package recordstore

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"golang.org/x/sync/errgroup"
)

const (
	// atOnce is how many volumes go to the storage side by side, and inOnePass how many
	// are looked up at a time.
	atOnce    = 4
	inOnePass = 256
	// putWithin bounds one volume.
	putWithin = 2 * time.Minute
	// When the storage does not take a volume it is asked again, and each time later.
	retryFirst, retryLast = time.Second, time.Minute
	// lookEvery is how soon a volume is found of which nobody told.
	lookEvery = 30 * time.Second
)

// ship moves closed volumes to the storage until ctx ends. Those that it does not take wait
// on this disk.
func (s *Store) ship(ctx context.Context) {
	retry := retryFirst
	for {
		moved, err := s.shipAll(ctx)
		wait := lookEvery
		switch {
		case err != nil:
			s.complain(err)
			wait, retry = retry, min(2*retry, retryLast)
		case moved == inOnePass:
			continue
		default:
			s.complain(nil)
			retry = retryFirst
		}
		if !s.rest(ctx, wait, err == nil) {
			return
		}
	}
}

// rest waits, or until a volume waits if it may be woken. It returns false when ctx ends.
func (s *Store) rest(ctx context.Context, d time.Duration, wakes bool) bool {
	wake := s.wake
	if !wakes {
		wake = nil
	}
	late := time.NewTimer(d)
	defer late.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-late.C:
	case <-wake:
	}
	return true
}

// complain logs that the storage does not take volumes, and that it does again, once each.
func (s *Store) complain(err error) {
	switch {
	case err == nil && s.noted != "":
		s.log.Info("the storage of recordings works again")
		s.noted = ""
	case err != nil && s.noted == "" && !errors.Is(err, context.Canceled):
		s.log.Error("the storage of recordings does not work; volumes wait on this disk", "error", err)
		s.noted = err.Error()
	}
}

// shipAll moves the volumes that wait now. One that fails does not keep the others.
func (s *Store) shipAll(ctx context.Context) (moved int, err error) {
	waiting, err := s.db.WaitingVolumes(ctx, inOnePass)
	if err != nil {
		return 0, err
	}
	errs := make([]error, len(waiting))
	var group errgroup.Group
	group.SetLimit(atOnce)
	for i, w := range waiting {
		group.Go(func() error {
			errs[i] = s.shipOne(ctx, w)
			return nil
		})
	}
	_ = group.Wait() // they say nothing here
	return len(waiting), errors.Join(errs...)
}

func (s *Store) shipOne(ctx context.Context, w Waiting) error {
	s.moving.RLock()
	defer s.moving.RUnlock()
	r, err := s.db.Recording(ctx, w.ID)
	if err != nil || r.State == StateDeleted {
		return err
	}
	name := volumeName(w.ID, w.Number)
	file, err := os.Open(s.local(w.ID, w.Number))
	if errors.Is(err, fs.ErrNotExist) { // maybe the relay stopped between the two last steps
		if size, sizeErr := s.cfg.Blobs.Size(ctx, name); sizeErr != nil || size != w.Bytes {
			return fmt.Errorf("volume %s is neither here nor in the storage: %w", name, errors.Join(err, sizeErr))
		}
		return s.db.VolumeStored(ctx, w.ID, w.Number)
	}
	if err != nil {
		return fmt.Errorf("move volume %s: %w", name, err)
	}
	bounded, cancel := context.WithTimeout(ctx, putWithin)
	defer cancel()
	err = s.cfg.Blobs.Put(bounded, name, file, w.Bytes)
	if err = errors.Join(err, file.Close()); err == nil {
		err = s.db.VolumeStored(ctx, w.ID, w.Number)
	}
	if err != nil {
		return err
	}
	// What cannot be removed now is when the relay starts again.
	_ = os.Remove(file.Name())
	_ = os.Remove(s.folder(w.ID)) // once it is empty
	return nil
}
