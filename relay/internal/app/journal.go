package app

import (
	"context"
	"log/slog"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/lendhand/lendhand/relay/internal/account"
	"github.com/lendhand/lendhand/relay/internal/audit"
	"github.com/lendhand/lendhand/relay/internal/datadir"
	"github.com/lendhand/lendhand/signaling/broker"
)

// durableWithin is how long an act waits until its event is on the disk. One that
// takes longer goes on: a full disk locks nobody out.
const durableWithin = 2 * time.Second

// Journal is the audit trail as the relay's parts tell it what happens.
type Journal struct {
	trail *audit.Log
	log   *slog.Logger
}

// OpenJournal opens the trail of a data folder, whose key is made when there is
// none. Close it. Errors carry hints.
func OpenJournal(dir string, db audit.Store, log *slog.Logger) (*Journal, error) {
	key, err := datadir.OpenAuditKey(dir)
	if err != nil {
		return nil, err
	}
	trail, err := audit.New(audit.Config{Store: db, Key: key, Log: log})
	if err != nil {
		return nil, err
	}
	return &Journal{trail: trail, log: log}, nil
}

// Close writes what waits.
func (j *Journal) Close() { j.trail.Close() }

// Write writes an event and waits until it is on the disk, within reason. One that
// cannot be written is logged.
func (j *Journal) Write(e audit.Event) {
	ctx, cancel := context.WithTimeout(context.Background(), durableWithin)
	defer cancel()
	if err := j.trail.Append(ctx, e); err != nil {
		j.log.Error("audit event not written", "kind", e.Kind, "session", e.Session, "error", err)
	}
}

// Account is told by the accounts. What somebody did who is known is on the disk
// before it is answered; what strangers tried follows.
func (j *Journal) Account(e account.Event) {
	event := audit.Event{
		Time: e.Time, Kind: audit.Kind(e.Kind), Actor: e.Actor, Subject: e.Subject, Detail: e.Detail,
	}
	if e.Address.IsValid() {
		event.Address = e.Address.String()
	}
	if e.Kind == account.EventSignInRefused {
		j.trail.Note(event)
		return
	}
	j.Write(event)
}

// Broker is told by the broker, whose sessions wait meanwhile: only what a person
// has allowed, or reported, is waited for.
func (j *Journal) Broker(e broker.Event) {
	event := audit.Event{
		Time: e.Time, Kind: audit.Kind(e.Kind), Actor: e.Actor, Session: e.Session, Subject: e.Subject,
		Address: network(e.Address), Detail: e.Detail,
	}
	if slices.Contains([]broker.EventKind{broker.EventConsent, broker.EventPermission, broker.EventReported}, e.Kind) {
		j.Write(event)
		return
	}
	j.trail.Note(event)
}

// network writes a single address without its length.
func network(p netip.Prefix) string {
	switch {
	case !p.IsValid():
		return ""
	case p.IsSingleIP():
		return p.Addr().String()
	}
	return p.String()
}

// started and stopped frame what a relay writes. Keys are those of grants, which may
// have changed while no relay ran.
func (j *Journal) started(version, url string, keys []string) {
	j.Write(audit.Event{Kind: audit.RelayStarted, Actor: audit.ActorRelay, Detail: map[string]string{
		"version": version, "url": url, "keys": strings.Join(keys, " "),
	}})
}

func (j *Journal) stopped() {
	j.Write(audit.Event{Kind: audit.RelayStopped, Actor: audit.ActorRelay})
}
