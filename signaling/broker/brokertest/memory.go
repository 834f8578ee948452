// Package brokertest has a [broker.Store] in memory, and the suite that every
// store passes.
package brokertest

import (
	"bytes"
	"context"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/lendhand/lendhand/signaling/broker"
)

// Memory is a [broker.Store] in memory. Its zero value is an empty one, ready for
// use from any goroutine.
type Memory struct {
	mu      sync.Mutex
	records map[string]broker.Record
	invited map[string]broker.Invitation
}

// SaveSession implements [broker.Store].
func (m *Memory) SaveSession(ctx context.Context, r broker.Record) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.records == nil {
		m.records = make(map[string]broker.Record)
	}
	m.records[r.ID] = clone(r)
	return nil
}

// DeleteSession implements [broker.Store].
func (m *Memory) DeleteSession(ctx context.Context, id string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.records, id)
	return nil
}

// OpenSessions implements [broker.Store].
func (m *Memory) OpenSessions(ctx context.Context) ([]broker.Record, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	var open []broker.Record
	for _, r := range m.records {
		if r.Ended.IsZero() {
			open = append(open, clone(r))
		}
	}
	slices.SortFunc(open, func(a, b broker.Record) int { return strings.Compare(a.ID, b.ID) })
	return open, nil
}

// SaveInvitation implements [broker.Store].
func (m *Memory) SaveInvitation(ctx context.Context, i broker.Invitation) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.invited == nil {
		m.invited = make(map[string]broker.Invitation)
	}
	i.Code, i.Ask = bytes.Clone(i.Code), slices.Clone(i.Ask)
	m.invited[i.ID] = i
	return nil
}

// DeleteInvitation implements [broker.Store].
func (m *Memory) DeleteInvitation(ctx context.Context, id string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.invited, id)
	return nil
}

// Invitations implements [broker.Store].
func (m *Memory) Invitations(ctx context.Context) ([]broker.Invitation, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	var all []broker.Invitation
	for _, i := range m.invited {
		i.Code, i.Ask = bytes.Clone(i.Code), slices.Clone(i.Ask)
		all = append(all, i)
	}
	return all, nil
}

// All returns every record, the ended ones too, by ID.
func (m *Memory) All() map[string]broker.Record {
	m.mu.Lock()
	defer m.mu.Unlock()
	all := maps.Clone(m.records)
	for id, r := range all {
		all[id] = clone(r)
	}
	return all
}

// clone keeps callers from changing what is stored through a shared slice.
func clone(r broker.Record) broker.Record {
	r.HostToken = bytes.Clone(r.HostToken)
	r.Code = bytes.Clone(r.Code)
	r.CodeGroup = bytes.Clone(r.CodeGroup)
	r.TechnicianToken = bytes.Clone(r.TechnicianToken)
	r.Keys = slices.Clone(r.Keys)
	r.Asked = slices.Clone(r.Asked)
	r.Further = slices.Clone(r.Further)
	r.Allowed = slices.Clone(r.Allowed)
	if r.Recording != nil {
		terms := *r.Recording
		terms.Readers = slices.Clone(terms.Readers)
		r.Recording = &terms
	}
	return r
}
