package broker

import (
	"errors"
	"slices"
	"time"

	"github.com/lendhand/lendhand/signaling"
	"github.com/lendhand/lendhand/signaling/grant"
)

// provide gives both sides what they connect with.
func (b *Broker) provide(s *session) {
	b.sendServers(s)
	b.sendGrant(s)
}

// sendServers gives the host its TURN servers.
func (b *Broker) sendServers(s *session) {
	servers, expires := b.turn.Servers(s.ID, string(host))
	b.send(s, host, &signaling.Connect{ICEServers: servers, Recording: b.upload(s)})
	b.renewBefore(s, expires)
}

// renewBefore provides both sides anew when two thirds of the shortest of the given
// lives have passed. Whatever is due already stays due.
func (b *Broker) renewBefore(s *session, expiries ...time.Time) {
	for _, expires := range expiries {
		due := time.Now().Add(time.Until(expires) * 2 / 3)
		if s.renewal.t == nil || due.Before(s.renews) {
			s.renews = due
			b.after(&s.renewal, time.Until(due), func() { b.provide(s) })
		}
	}
}

// sendGrant gives the technician a new grant for what was asked, was answered by a
// yes, and is allowed by the organisation. The host narrows it by what the person
// allows at each moment. A host that knows no key yet is waited for.
func (b *Broker) sendGrant(s *session) {
	token, g, err := b.grants.IssueFor(grant.Grant{
		Subject: s.Technician.ID, SessionID: s.ID, Scopes: s.Asked.Narrow(s.limits.Scopes), Fingerprint: s.TechnicianFingerprint,
	}, s.Keys)
	switch {
	case errors.Is(err, grant.ErrNoKey):
		b.log.Warn("no grant before the host knows a key", "session", s.ID)
		return
	case err != nil:
		b.log.Error("no grant", "session", s.ID, "error", err)
		b.end(s, signaling.EndError)
		return
	}
	servers, expires := b.turn.Servers(s.ID, string(technician))
	m := &signaling.Granted{Grant: token, Scopes: g.Scopes, ICEServers: servers}
	if s.Recorded {
		m.Recorded, m.Readers, m.Sealed = true, s.Recording.Names(), s.Recording.Sealed
	}
	b.send(s, technician, m)
	b.note(Event{Kind: EventGrant, Actor: ActorRelay, Detail: map[string]string{
		"grant": g.ID, "scopes": words(g.Scopes), "expires": g.Expires.UTC().Format(time.RFC3339),
	}}, s)
	b.renewBefore(s, g.Expires, expires)
}

// KeysChanged tells every host of the keys that the issuer has now. Those that are
// away are told when they come back.
func (b *Broker) KeysChanged() {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, s := range b.sessions {
		if s.State != signaling.StateEnded {
			b.tellKeys(s)
		}
	}
}

// tellKeys gives the host the present keys, unless it knows them.
func (b *Broker) tellKeys(s *session) {
	if keys := b.grants.Keys(); !slices.Equal(keyIDs(keys), s.Keys) {
		b.send(s, host, &signaling.Keys{Keys: keys})
	}
}

// known notes which keys the host checks grants with. One that had none of ours until
// now could not have a grant before.
func (b *Broker) known(s *session, m *signaling.Known) *signaling.Error {
	if !s.words.Take(time.Now()) {
		return tooFast()
	}
	waited := !intersect(s.Keys, keyIDs(b.grants.Keys()))
	s.Keys = m.IDs
	b.save(s)
	if waited && s.Allowed != nil {
		b.sendGrant(s)
	}
	return nil
}

func keyIDs(keys []signaling.GrantKey) []string {
	ids := make([]string, 0, len(keys))
	for _, k := range keys {
		ids = append(ids, k.ID)
	}
	return ids
}

func intersect(a, b []string) bool {
	return slices.ContainsFunc(a, func(s string) bool { return slices.Contains(b, s) })
}
