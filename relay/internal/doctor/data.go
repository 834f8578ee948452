package doctor

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"github.com/lendhand/lendhand/relay/internal/account"
	"github.com/lendhand/lendhand/relay/internal/config"
	"github.com/lendhand/lendhand/relay/internal/datadir"
	"github.com/lendhand/lendhand/relay/internal/store"
	"github.com/lendhand/lendhand/signaling/checkup"
	"github.com/lendhand/lendhand/signaling/problem"
)

func exists(path string) bool {
	_, err := os.Stat(path)
	return !errors.Is(err, fs.ErrNotExist)
}

func folder(_ context.Context, cfg config.Relay, _ *url.URL) []checkup.Finding {
	const subject = "data folder"
	if !exists(cfg.Data) {
		return odd(subject, cfg.Data+" does not exist", "The relay makes it when it starts. If it should be there, look at --data.")
	}
	if err := datadir.Writable(cfg.Data); err != nil {
		return bad(subject, err)
	}
	exposed, err := datadir.Exposed(cfg.Data)
	if err != nil {
		return bad(subject, err)
	}
	if exposed {
		return odd(subject, cfg.Data+" can be looked into by other accounts of this machine", "Run: chmod 700 "+cfg.Data)
	}
	return good(subject, "%s is writable, and private", cfg.Data)
}

// keys only looks at keys that are there: opening them would make the others.
func keys(_ context.Context, cfg config.Relay, _ *url.URL) []checkup.Finding {
	const subject = "keys"
	for _, name := range []string{"grant.key", "code.key"} {
		if !exists(filepath.Join(cfg.Data, "keys", name)) {
			return odd(subject, "not made yet", "The relay makes them when it starts.")
		}
	}
	if _, err := datadir.OpenKeys(cfg.Data); err != nil {
		return bad(subject, err)
	}
	return good(subject, "there, and private")
}

func database(ctx context.Context, cfg config.Relay, _ *url.URL) []checkup.Finding {
	const subject = "database"
	path := filepath.Join(cfg.Data, store.FileName)
	if !exists(path) {
		return odd(subject, "not made yet", "The relay makes it when it starts.")
	}
	db, err := store.Open(ctx, cfg.Data)
	if err != nil {
		return bad(subject, err)
	}
	findings, err := readDatabase(ctx, db, path)
	if err = errors.Join(err, db.Close()); err != nil {
		return bad(subject, err)
	}
	return findings
}

func readDatabase(ctx context.Context, db *store.Store, path string) ([]checkup.Finding, error) {
	if err := db.Check(ctx); err != nil {
		return nil, err
	}
	accounts, err := db.Accounts(ctx)
	if err != nil {
		return nil, err
	}
	open, err := db.OpenSessions(ctx)
	if err != nil {
		return nil, err
	}
	findings := good("database", "%s is whole; accounts: %d, open sessions: %d", path, len(accounts), len(open))
	newest := time.Time{}
	for _, s := range open {
		newest = later(newest, s.Changed)
	}
	for _, a := range accounts {
		newest = later(newest, a.Created)
	}
	return append(append(findings, technicians(accounts)...), clock(newest, time.Now())...), nil
}

func technicians(accounts []account.Account) []checkup.Finding {
	for _, a := range accounts {
		if a.Has(account.RoleTechnician) && !a.Disabled {
			return nil
		}
	}
	return odd("accounts", "nobody can help: there is no technician", "Create one: lendhand-relay user add NAME --role technician")
}

// clock compares the time with what was written before: certificates, codes and
// grants all lean on it.
func clock(newest, now time.Time) []checkup.Finding {
	const subject = "clock"
	if ahead := newest.Sub(now); ahead > time.Minute {
		return bad(subject, problem.New(
			fmt.Sprintf("it is %s, but the database has an entry from %s", now.UTC().Format(time.RFC3339), newest.Format(time.RFC3339)),
			"Set the clock; let it be kept by NTP."))
	}
	return good(subject, "%s", now.UTC().Format(time.RFC3339))
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
