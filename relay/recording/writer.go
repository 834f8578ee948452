package recording

import (
	"crypto/ed25519"
	"crypto/sha256"
	"errors"
	"fmt"

	"filippo.io/age"
)

// Part is a part as it is stored and sent.
type Part struct {
	Envelope
	// Sealed is a binary age file.
	Sealed []byte
	// Receipt is nil while there is none.
	Receipt *Receipt
}

// Writer makes a recording. It is used by one goroutine.
type Writer struct {
	manifest   Manifest
	line       []byte
	signature  Signature
	key        ed25519.PrivateKey
	identity   *age.X25519Identity
	recipients []age.Recipient
	chain      Chain
}

// NewWriter begins a recording. Of the manifest it fills in the version, the host's
// session key and the recording's own key, which it makes; sessionKey is the host's.
func NewWriter(m Manifest, sessionKey ed25519.PrivateKey) (*Writer, error) {
	identity, err := age.GenerateX25519Identity()
	if err != nil {
		return nil, fmt.Errorf("make the recording's key: %w", err)
	}
	return newWriter(m, sessionKey, identity)
}

// newWriter is NewWriter with an identity that was made before: for tests, which want
// the same recording each time.
func newWriter(m Manifest, sessionKey ed25519.PrivateKey, identity *age.X25519Identity) (w *Writer, err error) {
	if len(sessionKey) != ed25519.PrivateKeySize {
		return nil, errors.New("no session key")
	}
	m.Version, m.Host.SessionKey, m.Key = Version, PublicKeyOf(sessionKey), identity.Recipient().String()
	if m.SealedKey, err = SealIdentity(identity.String(), m.Readers); err != nil {
		return nil, err
	}
	w = &Writer{manifest: m, key: sessionKey, identity: identity}
	if w.recipients, err = recipients(m.Readers, identity.Recipient()); err != nil {
		return nil, err
	}
	if w.line, err = m.Encode(); err != nil {
		return nil, err
	}
	link := ManifestLink(w.line)
	w.signature, w.chain = SignLink(sessionKey, link), Chain{SessionKey: m.Host.SessionKey, Link: link}
	return w, nil
}

// Manifest returns the manifest's line, without its newline, and its signature.
func (w *Writer) Manifest() (line []byte, s Signature) { return w.line, w.signature }

// Identity returns the recording's own key, with which every part can be opened.
func (w *Writer) Identity() string { return w.identity.String() }

// Next returns the number of the next part.
func (w *Writer) Next() int64 { return w.chain.Next }

// End returns when the newest part's stretch is over: the next one begins there, or later.
func (w *Writer) End() Time { return w.chain.End }

// Link returns the link of the newest part, the manifest's before the first.
func (w *Writer) Link() Link { return w.chain.Link }

// Seal makes the next part. It fills in c.Recording and c.Part. An error leaves the
// recording as it was; [ErrPartFull] is one for which c has to be divided.
func (w *Writer) Seal(c *Content) (Part, error) {
	c.Recording, c.Part = w.manifest.Recording, w.chain.Next
	plain, err := c.Encode()
	if err != nil {
		return Part{}, err
	}
	sealed, err := seal(plain, w.recipients)
	if err != nil {
		return Part{}, fmt.Errorf("seal part %d: %w", c.Part, err)
	}
	p := Part{Sealed: sealed, Envelope: Envelope{
		Part: c.Part, Start: c.Start, Length: c.Length, Size: len(sealed), Hash: sha256.Sum256(sealed),
		KeyFrame: c.Video != nil && c.Video.KeyFrame, Index: c.Index != nil, Last: c.Last,
	}}
	p.Signature = SignLink(w.key, p.Link(w.chain.Link))
	if err := w.chain.Add(p.Envelope, sealed); err != nil {
		return Part{}, err
	}
	return p, nil
}

// Open opens a part of this manifest's recording, with a reader's identity or the
// recording's own, and checks that it says of itself what the envelope says. The chain is
// not looked at.
func (m *Manifest) Open(p Part, identities ...age.Identity) (*Content, error) {
	if len(p.Sealed) > MaxSealed {
		return nil, fmt.Errorf("part %d has more than %d bytes", p.Part, MaxSealed)
	}
	plain, err := open(p.Sealed, identities)
	if err != nil {
		return nil, fmt.Errorf("open part %d: %w", p.Part, err)
	}
	c, err := ParseContent(plain)
	if err != nil {
		return nil, fmt.Errorf("part %d: %w", p.Part, err)
	}
	keyFrame := c.Video != nil && c.Video.KeyFrame
	switch {
	case c.Recording != m.Recording:
		return nil, fmt.Errorf("part %d is of another recording: %.100q", p.Part, c.Recording)
	case c.Part != p.Part || c.Start != p.Start || c.Length != p.Length || keyFrame != p.KeyFrame || (c.Index != nil) != p.Index || c.Last != p.Last:
		return nil, fmt.Errorf("part %d says something else inside than outside", p.Part)
	}
	return c, nil
}
