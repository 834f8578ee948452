package recordstore

import (
	"context"
	"crypto/ed25519"
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
	// Receipts is the key that its receipts are signed with.
	Receipts recording.PublicKey
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
	r, err := s.db.Recording(ctx, session.ID)
	if err == nil {
		return s.repeat(&r)
	}
	if !errors.Is(err, ErrUnknown) {
		return Tokens{}, err
	}
	tokens, err := tokensOf(s.cfg.Key, session.ID)
	if err != nil {
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

// repeat returns the tokens of a recording that has begun.
func (s *Store) repeat(r *Record) (Tokens, error) {
	tokens, err := tokensOf(s.keyOf(r), r.ID)
	if err == nil && !r.takes(tokens.Upload, s.now()) {
		err = fmt.Errorf("recording %s: %w", r.ID, ErrToken)
	}
	if err != nil {
		return Tokens{}, err
	}
	return tokens, nil
}

// keys are all that sign receipts, the newest first.
func (c *Config) keys() []ed25519.PrivateKey {
	return append([]ed25519.PrivateKey{c.Key}, c.Older...)
}

// keyOf returns the key that a recording began with: its token is made from it. It is the
// newest when that key is no more.
func (s *Store) keyOf(r *Record) ed25519.PrivateKey {
	for _, key := range s.cfg.keys() {
		if token, err := tokenOf(key, "upload", r.ID); err == nil && matches(r.Token, token) {
			return key
		}
	}
	return s.cfg.Key
}

// tokensOf are made from the key of receipts, so that they can be said again.
func tokensOf(key ed25519.PrivateKey, id string) (Tokens, error) {
	upload, err := tokenOf(key, "upload", id)
	if err != nil {
		return Tokens{}, err
	}
	person, err := tokenOf(key, "copy", id)
	return Tokens{Upload: upload, Copy: person, Receipts: recording.PublicKeyOf(key)}, err
}

// tokenSize is the size of a token before it is written as letters, in bytes.
const tokenSize = 20

func tokenOf(key ed25519.PrivateKey, what, id string) (string, error) {
	b, err := hkdf.Key(sha256.New, key.Seed(), nil, "lendhand/recording/1/token/"+what+"\n"+id, tokenSize)
	if err != nil {
		return "", fmt.Errorf("make a token: %w", err)
	}
	return strings.ToLower(base32.StdEncoding.EncodeToString(b)), nil
}
