package recordstore

import (
	"context"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/base32"
	"errors"
	"fmt"
	"strings"

	"github.com/lendhand/lendhand/relay/recording"
)

// Tokens are for the host of a recording; the relay keeps only their hashes.
type Tokens struct {
	// Upload is what the host uploads with, Copy what opens the person's own copy.
	Upload, Copy string
}

// Ready returns [ErrFull] while no new recording may begin. It does not block.
func (s *Store) Ready() error {
	if s.figures.Load().Level == Full {
		return ErrFull
	}
	return nil
}

// Begin begins the recording of a session, and returns its tokens. The same session again
// gets the same ones, also after a restart. It fails with [ErrFull].
func (s *Store) Begin(ctx context.Context, session Session) (Tokens, error) {
	if err := errors.Join(recording.CheckID(session.ID), CheckFolder(session.ID)); err != nil {
		return Tokens{}, err
	}
	if session.Retention < 1 {
		return Tokens{}, fmt.Errorf("recording %s: kept for %d days", session.ID, session.Retention)
	}
	tokens, err := s.tokens(session.ID)
	if err != nil {
		return Tokens{}, err
	}
	r, err := s.db.Recording(ctx, session.ID)
	switch {
	case err == nil && !r.takes(tokens.Upload, s.now()):
		return Tokens{}, fmt.Errorf("recording %s: %w", session.ID, ErrToken)
	case err == nil:
		return tokens, nil
	case !errors.Is(err, ErrUnknown):
		return Tokens{}, err
	}
	if err := s.Ready(); err != nil {
		return Tokens{}, err
	}
	now := s.now()
	upload, person := sha256.Sum256([]byte(tokens.Upload)), sha256.Sum256([]byte(tokens.Copy))
	return tokens, full(s.db.AddRecording(ctx, Record{
		Session: session, State: StateOpen, Begun: now, Changed: now, Token: upload[:], Copy: person[:],
	}))
}

// tokens are made from the key of receipts, so that they can be said again.
func (s *Store) tokens(id string) (Tokens, error) {
	upload, err := s.token("upload", id)
	if err != nil {
		return Tokens{}, err
	}
	person, err := s.token("copy", id)
	return Tokens{Upload: upload, Copy: person}, err
}

// tokenSize is the size of a token before it is written as letters, in bytes.
const tokenSize = 20

func (s *Store) token(what, id string) (string, error) {
	b, err := hkdf.Key(sha256.New, s.cfg.Key.Seed(), nil, "lendhand/recording/1/token/"+what+"\n"+id, tokenSize)
	if err != nil {
		return "", fmt.Errorf("make a token: %w", err)
	}
	return strings.ToLower(base32.StdEncoding.EncodeToString(b)), nil
}
