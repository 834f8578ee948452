package account

import (
	"context"

	"github.com/lendhand/lendhand/relay/internal/photo"
)

// PhotoStore keeps the photos that people have chosen of themselves.
type PhotoStore interface {
	// Photo returns a PNG, nil when there is none.
	Photo(ctx context.Context, accountID string) ([]byte, error)
	// SetPhoto keeps a PNG, or none when it is nil, and reports whether that changed
	// anything. It fails with ErrNoAccount.
	SetPhoto(ctx context.Context, accountID string, png []byte) (bool, error)
}

// Photo returns the account's, a PNG as package photo makes it; nil when it has none.
func (s *Service) Photo(ctx context.Context, id string) ([]byte, error) {
	return s.store.Photo(ctx, id)
}

// SetPhoto makes a photo of the file that the person has chosen. One is made at a time.
// Errors are ctx's, faults, or carry hints.
func (s *Service) SetPhoto(ctx context.Context, me Me, file []byte) error {
	select {
	case s.photos <- struct{}{}:
		defer func() { <-s.photos }()
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	png, err := photo.Make(file)
	if err != nil {
		return err
	}
	if _, err = s.store.SetPhoto(ctx, me.Account.ID, png); err == nil {
		s.note(EventChanged, me.by(), me.Account.ID, "photo", "set")
	}
	return err
}

// RemovePhoto takes the photo from an account, and does nothing when it has none. It
// fails with [ErrNoAccount].
func (s *Service) RemovePhoto(ctx context.Context, by By, id string) error {
	changed, err := s.store.SetPhoto(ctx, id, nil)
	if err == nil && changed {
		s.note(EventChanged, by, id, "photo", "removed")
	}
	return err
}
