package main

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"

	"github.com/lendhand/lendhand/relay/internal/app"
	"github.com/lendhand/lendhand/relay/internal/audit"
	"github.com/lendhand/lendhand/relay/internal/config"
	"github.com/lendhand/lendhand/relay/internal/datadir"
	"github.com/lendhand/lendhand/relay/internal/jsonlog"
	"github.com/lendhand/lendhand/relay/internal/store"
	"github.com/lendhand/lendhand/signaling/problem"
)

// auditCommands read the audit trail; none of them changes anything.
type auditCommands struct {
	List       auditList       `cmd:"" help:"List events."`
	Verify     auditVerify     `cmd:"" help:"Look for events that were changed, removed, inserted or reordered, and name the first."`
	Export     auditExport     `cmd:"" help:"Write the trail as one file that can be verified by itself."`
	Checkpoint auditCheckpoint `cmd:"" help:"Print the newest signed checkpoint. Keep it elsewhere: it shows later whether the trail was cut or written anew."`
	Key        auditKey        `cmd:"" help:"Print the key that verifies checkpoints."`
}

// withTrail opens the database for the time of one command.
func withTrail(w *world, common *config.Common, do func(*store.Store) error) error {
	if _, err := os.Stat(filepath.Join(common.Data, store.FileName)); err != nil {
		return problem.Wrap(fmt.Errorf("open the audit trail: %w", err), "Say with --data where the relay's folder is.")
	}
	return openStore(w, common, do)
}

// journal opens the trail for a command that changes something. Close it.
func (w *world) journal(common *config.Common, db *store.Store) (*app.Journal, error) {
	return app.OpenJournal(common.Data, db, jsonlog.New(w.errors, slog.LevelError))
}

type auditKey struct{}

// Run prints the verifier key.
func (auditKey) Run(w *world, common *config.Common) error {
	key, err := datadir.ReadAuditKey(common.Data)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(w.out, key.Public())
	return err
}

type auditCheckpoint struct{}

var errNoCheckpoint = errors.New("the audit trail is empty")

// Run prints the checkpoint.
func (auditCheckpoint) Run(w *world, common *config.Common) error {
	return withTrail(w, common, func(db *store.Store) error {
		text, err := db.AuditCheckpoint(w.ctx)
		if err == nil && text == "" {
			err = problem.Wrap(errNoCheckpoint, "Start the relay once.")
		}
		if err != nil {
			return err
		}
		_, err = io.WriteString(w.out, text)
		return err
	})
}

type auditExport struct {
	From int64  `help:"Number of the first event." default:"1" env:"-" placeholder:"N"`
	File string `arg:"" help:"File to write, which must not exist; - for standard output."`
}

// Run writes the file, whole or not at all.
func (c *auditExport) Run(w *world, common *config.Common) error {
	key, err := datadir.ReadAuditKey(common.Data)
	if err != nil {
		return err
	}
	return withTrail(w, common, func(db *store.Store) error {
		trail, err := audit.OpenTrail(w.ctx, db, c.From)
		if err != nil {
			return problem.Wrap(err, "Look at --from.")
		}
		if c.File == "-" {
			_, err := audit.Export(w.out, trail, key.Public())
			return err
		}
		events, err := exportFile(c.File, trail, key.Public())
		if err != nil {
			return problem.Wrap(err, "Choose a file that does not exist, in a folder where you may write.")
		}
		_, err = fmt.Fprintf(w.out, "wrote %d events to %s\n", events, c.File)
		return err
	})
}

func exportFile(path string, trail *audit.Trail, key string) (events int, err error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return 0, err
	}
	events, err = audit.Export(f, trail, key)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return 0, errors.Join(fmt.Errorf("write %s: %w", path, err), os.Remove(path))
	}
	return events, nil
}
