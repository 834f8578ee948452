package main

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"filippo.io/age"

	"github.com/lendhand/lendhand/relay/internal/audit"
	"github.com/lendhand/lendhand/relay/internal/config"
	"github.com/lendhand/lendhand/relay/internal/datadir"
	"github.com/lendhand/lendhand/relay/internal/recordstore"
	"github.com/lendhand/lendhand/relay/internal/recordstore/folder"
	"github.com/lendhand/lendhand/relay/internal/recordstore/s3"
	"github.com/lendhand/lendhand/relay/internal/store"
	"github.com/lendhand/lendhand/relay/recording"
	"github.com/lendhand/lendhand/signaling/problem"
)

// recordingsPlace is the flag about where the relay keeps recordings.
type recordingsPlace struct {
	Place string `help:"Where the relay keeps recordings, as \"serve\" has it." name:"recordings" placeholder:"URL"`
}

// stored is the relay's recordings, read while it may run.
type stored struct {
	*recordstore.Offline
	db *store.Store
}

// withStored opens the relay's recordings for the time of one command.
func (p *recordingsPlace) withStored(w *world, common *config.Common, do func(*stored) error) error {
	return withTrail(w, common, func(db *store.Store) error {
		blobs, err := p.blobs(common.Data)
		if err != nil {
			return problem.Wrap(err, "Say with --recordings where the relay keeps them, as \"serve\" has it.")
		}
		open := filepath.Join(common.Data, "recordings-open")
		return do(&stored{recordstore.NewOffline(db, blobs, open), db})
	})
}

func (p *recordingsPlace) blobs(data string) (recordstore.Blobs, error) {
	switch {
	case strings.HasPrefix(p.Place, s3.Scheme):
		location, err := s3.Parse(p.Place)
		if err != nil {
			return nil, err
		}
		return s3.Open(location)
	case p.Place != "":
		return folder.Open(p.Place)
	}
	return folder.Open(filepath.Join(data, "recordings"))
}

// isStored reports whether an argument is the ID of a recording, and no file.
func isStored(arg string) bool {
	_, err := os.Stat(arg)
	return errors.Is(err, fs.ErrNotExist) && strings.HasPrefix(arg, "s_") && recording.CheckID(arg) == nil
}

// trailOf returns what the relay's own trail says of a recording.
func (s *stored) trailOf(ctx context.Context, id string) (t trailed, err error) {
	q := audit.Query{Session: id, Limit: listPage}
	for {
		lines, err := s.db.AuditLines(ctx, q)
		if err != nil {
			return t, err
		}
		for _, line := range lines {
			e, err := audit.ParseLine(line)
			if err == nil {
				err = t.take(e)
			}
			if err != nil {
				return t, problem.Wrap(err, "Run \"lendhand-relay audit verify\".")
			}
			q.After = e.Number
		}
		if len(lines) < q.Limit {
			return t, nil
		}
	}
}

// open returns a recording as a file, and rules by which the relay knows it: its receipts'
// key, and its trail.
func (s *stored) open(ctx context.Context, data, id string, rules recording.Rules) (io.ReadCloser, recording.Rules, error) {
	known, err := s.trailOf(ctx, id)
	if err != nil {
		return nil, rules, err
	}
	file, err := s.Whole(ctx, id)
	if err != nil {
		return nil, rules, s.explain(id, known, err)
	}
	rules = known.apply(rules)
	if err := s.leaveGrowing(ctx, id, &rules); err != nil {
		return nil, rules, errors.Join(err, file.Close())
	}
	if len(rules.Receipts) == 0 {
		keys, err := datadir.OpenReceiptKeys(data)
		if err != nil {
			return nil, rules, errors.Join(err, file.Close())
		}
		for _, key := range keys {
			rules.Receipts = append(rules.Receipts, key.Public().(ed25519.PublicKey))
		}
	}
	return file, rules, nil
}

// leaveGrowing makes rules those of a recording that still grows, if it does: it has no end
// yet. All that the trail knows of was on the disk before.
func (s *stored) leaveGrowing(ctx context.Context, id string, rules *recording.Rules) error {
	record, err := s.Record(ctx, id)
	if err != nil || record.State != recordstore.StateOpen {
		return err
	}
	volumes, err := s.Volumes(ctx, id)
	if err != nil {
		return err
	}
	if len(volumes) == 0 {
		return problem.New(fmt.Sprintf("nothing of recording %s is here yet", id), "It has just begun: try again in a minute.")
	}
	rules.Incomplete = true
	return nil
}

// explain says why a recording is not there, by the trail.
func (s *stored) explain(id string, known trailed, err error) error {
	switch {
	case !errors.Is(err, recordstore.ErrUnknown):
		return err
	case known.deleted:
		return problem.New(fmt.Sprintf("recording %s was deleted", id), "The audit trail says when and why: \"lendhand-relay audit list --session "+id+"\".")
	case known.begun:
		return problem.New(fmt.Sprintf("recording %s is missing: the audit trail knows that it was begun, and of no deletion", id),
			"Somebody has removed it, or the database is older than the trail. Restore both from a backup, and compare.")
	}
	return problem.Wrap(fmt.Errorf("%s: %w", id, err), "\"lendhand-relay recordings list\" names those that there are.")
}

// ownKey returns the key with which the relay opens recordings, where it has one.
func ownKey(data string) ([]age.Identity, error) {
	key, err := datadir.ReadAuditorsKey(data)
	if err != nil || key == nil {
		return nil, err
	}
	return []age.Identity{key}, nil
}
