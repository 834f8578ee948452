package broker

import (
	"cmp"
	"slices"
	"time"

	"github.com/lendhand/lendhand/signaling"
)

// Overview is what an administrator sees of a live session. Its texts are the host's
// and the technician's own: Clean them before anybody else reads them.
type Overview struct {
	ID         string
	State      signaling.State
	Host       signaling.HostInfo
	Technician signaling.Person
	Ticket     string
	// Asked is what the technician asked for, and Allowed what the person at the host
	// allows; nil before there was a yes.
	Asked, Allowed signaling.Scopes
	Created        time.Time
	// Path is how the two are connected, empty while they are not.
	Path signaling.Path
}

// Sessions lists the live sessions that a technician has come to, the oldest first.
// Hosts that wait are no one's business yet.
func (b *Broker) Sessions() []Overview {
	b.mu.Lock()
	defer b.mu.Unlock()
	var list []Overview
	for _, s := range b.sessions {
		if s.State != signaling.StateWaiting && s.State != signaling.StateEnded {
			list = append(list, s.overview())
		}
	}
	slices.SortFunc(list, func(x, y Overview) int {
		return cmp.Or(x.Created.Compare(y.Created), cmp.Compare(x.ID, y.ID))
	})
	return list
}

func (s *session) overview() Overview {
	o := Overview{
		ID: s.ID, State: s.State, Host: s.Host, Technician: s.Technician, Ticket: s.Ticket,
		Asked: slices.Clone(s.Asked), Allowed: slices.Clone(s.Allowed), Created: s.Created,
	}
	if s.State == signaling.StateActive {
		o.Path = s.path
	}
	return o
}

// EndSession ends one session for the administrator with the account by. It reports
// false when there is no live session of that ID that Sessions would list.
func (b *Broker) EndSession(id, by string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	s, ok := b.sessions[id]
	if !ok || s.State == signaling.StateWaiting || s.State == signaling.StateEnded {
		return false
	}
	s.endedBy = by
	b.end(s, signaling.EndRevoked)
	return true
}
