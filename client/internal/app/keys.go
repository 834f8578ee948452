package app

import (
	"github.com/lendhand/lendhand/signaling"
	"github.com/lendhand/lendhand/signaling/grant"
)

// setKeys replaces the keys that grants are checked with, and says so to the relay:
// only then may it sign with a new one. A grant that is in force stays so.
func (s *session) setKeys(m *signaling.Keys) {
	verifier, err := grant.NewVerifier(s.registered.Issuer, m.Keys)
	if err != nil {
		s.log.Warn("keys refused", "error", err)
		return
	}
	s.verifier = verifier
	known := &signaling.Known{}
	for _, k := range m.Keys {
		known.IDs = append(known.IDs, k.ID)
	}
	s.tell(known)
}
