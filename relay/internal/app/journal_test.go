package app_test

import (
	"errors"
	"log/slog"
	"net/netip"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lendhand/lendhand/relay/internal/account"
	"github.com/lendhand/lendhand/relay/internal/app"
	"github.com/lendhand/lendhand/relay/internal/audit"
	"github.com/lendhand/lendhand/relay/internal/datadir"
	"github.com/lendhand/lendhand/relay/internal/store"
	"github.com/lendhand/lendhand/signaling/broker"
)

func TestTheJournalTellsTheTrail(t *testing.T) {
	dir := t.TempDir()
	db, err := store.Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	j, err := app.OpenJournal(dir, db, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	noon := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	detail := map[string]string{"statement": "x.y.z"}
	j.Account(account.Event{Time: noon, Kind: account.EventSignIn, Actor: "u_1", Subject: "u_1", Address: netip.MustParseAddr("192.0.2.7")})
	// What is waited for is there at once.
	if lines, err := db.AuditLines(t.Context(), audit.Query{Limit: 9}); err != nil || len(lines) != 1 {
		t.Errorf("%q, %v", lines, err)
	}
	j.Broker(broker.Event{Time: noon, Kind: broker.EventConsent, Actor: broker.ActorHost, Session: "s_1", Address: netip.MustParsePrefix("2001:db8::/64"), Detail: detail})
	if lines, err := db.AuditLines(t.Context(), audit.Query{Limit: 9}); err != nil || len(lines) != 2 {
		t.Errorf("%q, %v", lines, err)
	}
	j.Broker(broker.Event{Time: noon, Kind: broker.EventCodeWrong, Actor: "u_1", Address: netip.MustParsePrefix("192.0.2.7/32")})
	j.Account(account.Event{Time: noon, Kind: account.EventSignInRefused})
	j.Write(audit.Event{Kind: audit.PolicyChanged, Actor: "u_2", Address: "::1"})
	j.Close()
	lines, err := db.AuditLines(t.Context(), audit.Query{Limit: 9})
	if err != nil {
		t.Fatal(err)
	}
	var got []audit.Event
	for _, line := range lines {
		e, err := audit.ParseLine(line)
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, e)
	}
	if len(got) == 5 {
		got[4].Time = noon // acts happen now
	}
	want := []audit.Event{
		{Number: 1, Time: noon, Kind: audit.SignIn, Actor: "u_1", Subject: "u_1", Address: "192.0.2.7"},
		{Number: 2, Time: noon, Kind: audit.Consent, Actor: audit.ActorHost, Session: "s_1", Address: "2001:db8::/64", Detail: detail},
		{Number: 3, Time: noon, Kind: audit.CodeWrong, Actor: "u_1", Address: "192.0.2.7"},
		{Number: 4, Time: noon, Kind: audit.SignInRefused},
		{Number: 5, Time: noon, Kind: audit.PolicyChanged, Actor: "u_2", Address: "::1"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if err := db.Close(); err != nil {
		t.Error(err)
	}
}

func TestAnAuditKeyThatOthersCanReadIsRefused(t *testing.T) {
	cfg := settings(t.TempDir())
	_, err := datadir.OpenAuditKey(cfg.Data)
	if err := errors.Join(err, os.Chmod(filepath.Join(cfg.Data, "keys", "audit.key"), 0o644)); err != nil {
		t.Fatal(err)
	}
	if _, err := app.Open(t.Context(), cfg); !errors.Is(err, datadir.ErrKeyExposed) {
		t.Errorf("Open = %v", err)
	}
}
