package recording

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/binary"
)

// Link stands for a part and all that came before it.
type Link = Hash

// What is hashed or signed begins with what it is, so that nothing can be taken for
// something else.
const (
	manifestContext = "lendhand/recording/1/manifest\n"
	partContext     = "lendhand/recording/1/part\n"
	linkContext     = "lendhand/recording/1/link\n"
	receiptContext  = "lendhand/recording/1/receipt\n"
	keyContext      = "lendhand/recording/1/key\n"
)

// ManifestLink returns the link that the first part is joined to. Line is the manifest as
// it stands in the file, without its newline.
func ManifestLink(line []byte) Link {
	return sha256.Sum256(append([]byte(manifestContext), line...))
}

// The flags of a part as they are hashed.
const (
	flagKeyFrame = 1 << iota
	flagIndex
	flagLast
)

func (e *Envelope) flags() (f byte) {
	if e.KeyFrame {
		f |= flagKeyFrame
	}
	if e.Index {
		f |= flagIndex
	}
	if e.Last {
		f |= flagLast
	}
	return f
}

// Link returns the link of the part that comes after before.
func (e *Envelope) Link(before Link) Link {
	b := append([]byte(partContext), before[:]...)
	b = binary.BigEndian.AppendUint64(b, uint64(e.Part))
	b = binary.BigEndian.AppendUint64(b, uint64(e.Start))
	b = binary.BigEndian.AppendUint32(b, uint32(e.Length))
	b = binary.BigEndian.AppendUint32(b, uint32(e.Size))
	b = append(b, e.flags())
	return sha256.Sum256(append(b, e.Hash[:]...))
}

// SignLink signs a link with the host's session key.
func SignLink(key ed25519.PrivateKey, link Link) Signature {
	return Signature(ed25519.Sign(key, append([]byte(linkContext), link[:]...)))
}

// VerifyLink reports whether the session key has signed the link.
func VerifyLink(key ed25519.PublicKey, link Link, s Signature) bool {
	return len(key) == ed25519.PublicKeySize && ed25519.Verify(key, append([]byte(linkContext), link[:]...), s[:])
}
