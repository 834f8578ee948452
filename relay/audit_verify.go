package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/mod/sumdb/note"

	"github.com/lendhand/lendhand/relay/internal/audit"
	"github.com/lendhand/lendhand/relay/internal/config"
	"github.com/lendhand/lendhand/relay/internal/datadir"
	"github.com/lendhand/lendhand/relay/internal/store"
	"github.com/lendhand/lendhand/signaling/problem"
)

type auditVerify struct {
	File    string   `arg:"" optional:"" help:"Exported file, or - for standard input; the data folder when it is not given."`
	Key     []string `help:"Key that may have signed, as \"audit key\" prints it. May be given more than once." env:"-" placeholder:"KEY"`
	Against []string `help:"File with a checkpoint that was kept elsewhere, or an exported file. May be given more than once." env:"-" placeholder:"FILE"`
}

// Run says what was verified, or names what was changed.
func (c *auditVerify) Run(w *world, common *config.Common) error {
	report, doubt, err := c.verify(w, common)
	var fault *audit.Fault
	switch {
	case errors.As(err, &fault):
		return problem.Wrap(err, "Somebody has changed the trail, or the disk has. Keep it as it is, and compare it with exports and checkpoints that were kept elsewhere.")
	case errors.Is(err, audit.ErrBefore):
		return problem.Wrap(err, "Export from an earlier event, or compare with a newer checkpoint.")
	case errors.Is(err, audit.ErrNoExport):
		return problem.Wrap(err, "Give a file that \"audit export\" wrote.")
	case err != nil:
		return err
	}
	if report.Last == 0 {
		_, err = fmt.Fprintln(w.out, "the trail is empty")
		return err
	}
	_, err = fmt.Fprintf(w.out, "events %d to %d are as they were signed\nnewest checkpoint: %d %s\n%s",
		report.First, report.Last, report.Newest.Size, report.Newest.Root, doubt)
	return err
}

// verify returns also what stays in doubt, as a line, or nothing.
func (c *auditVerify) verify(w *world, common *config.Common) (report audit.Report, doubt string, err error) {
	rules, err := c.rules()
	if err != nil {
		return report, "", err
	}
	if c.File == "" {
		return c.verifyFolder(w, common, rules)
	}
	in := w.in
	if c.File != "-" {
		f, err := os.Open(c.File)
		if err != nil {
			return report, "", problem.Wrap(err, "Give a file that \"audit export\" wrote.")
		}
		defer func() { _ = f.Close() }() // only read
		in = f
	}
	trail, key, err := audit.OpenExport(in)
	if err != nil {
		return report, "", err
	}
	if len(rules.Keys) == 0 {
		doubt = "The key came from the file itself. To know that the file is the relay's, give --key with what \"audit key\" prints there.\n"
		if rules, err = c.trust(rules, key); err != nil {
			return report, "", err
		}
	}
	report, err = audit.Verify(trail, rules)
	return report, doubt, err
}

func (c *auditVerify) verifyFolder(w *world, common *config.Common, rules audit.Rules) (report audit.Report, doubt string, err error) {
	if len(rules.Keys) == 0 {
		key, err := datadir.ReadAuditKey(common.Data)
		if err != nil {
			return report, "", err
		}
		if rules, err = c.trust(rules, key.Public()); err != nil {
			return report, "", err
		}
	}
	err = withTrail(w, common, func(db *store.Store) (err error) {
		report, err = audit.VerifyStore(w.ctx, db, rules)
		return err
	})
	return report, "", err
}

// rules reads the flags; checkpoints are only read when there are keys for them.
func (c *auditVerify) rules() (rules audit.Rules, err error) {
	for _, text := range c.Key {
		if rules, err = addKey(rules, text); err != nil {
			return rules, problem.Misuse(problem.Wrap(err, "Give --key as \"audit key\" prints it."))
		}
	}
	if len(rules.Keys) == 0 {
		return rules, nil
	}
	rules.Against, err = c.checkpoints(rules.Keys)
	return rules, err
}

// trust adds a key that the flags do not name.
func (c *auditVerify) trust(rules audit.Rules, key string) (audit.Rules, error) {
	rules, err := addKey(rules, key)
	if err == nil {
		rules.Against, err = c.checkpoints(rules.Keys)
	}
	return rules, err
}

func addKey(rules audit.Rules, text string) (audit.Rules, error) {
	verifier, err := audit.ParseVerifier(text)
	if err == nil {
		rules.Keys = append(rules.Keys, verifier)
	}
	return rules, err
}

// maxCheckpointFile bounds what is read of a file with a checkpoint, in bytes.
const maxCheckpointFile = 64 << 10

// checkpoints reads the files that --against names.
func (c *auditVerify) checkpoints(keys []note.Verifier) (all []audit.Checkpoint, err error) {
	for _, path := range c.Against {
		text, err := readCheckpoint(path)
		if err != nil {
			return nil, problem.Wrap(err, "Give --against a file that \"audit checkpoint\" or \"audit export\" wrote.")
		}
		point, err := audit.OpenCheckpoint(text, keys...)
		if err != nil {
			return nil, problem.Wrap(fmt.Errorf("%s: %w", path, err), "It is of another trail, of another key, or was changed. Give every key with --key.")
		}
		all = append(all, point)
	}
	return all, nil
}

func readCheckpoint(path string) (text string, err error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer func() { _ = f.Close() }() // only read
	data, err := io.ReadAll(io.LimitReader(f, maxCheckpointFile))
	if err != nil || !strings.HasPrefix(string(data), "{") {
		return string(data), err
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return "", err
	}
	trail, _, err := audit.OpenExport(f)
	if err != nil {
		return "", fmt.Errorf("%s: %w", path, err)
	}
	return trail.Newest, nil
}
