package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"

	"github.com/lendhand/lendhand/relay/internal/audit"
	"github.com/lendhand/lendhand/relay/internal/config"
	"github.com/lendhand/lendhand/relay/recording"
	"github.com/lendhand/lendhand/relay/recording/export"
	"github.com/lendhand/lendhand/signaling/problem"
)

type recordingsExport struct {
	File   string `arg:"" help:"Recording that was exported from the relay, - for standard input, or the ID of a recording of this relay."`
	Into   string `help:"Folder to write to." default:"." env:"-" placeholder:"DIR"`
	Reason string `help:"Why this recording of the relay is taken; it is written into the audit trail first." env:"-" placeholder:"TEXT"`
	recordingKeys
	recordingsPlace
}

// Run writes the files, and names them.
func (c *recordingsExport) Run(w *world, common *config.Common) error {
	rules, err := c.rules()
	if err != nil {
		return err
	}
	if isStored(c.File) {
		return c.withStored(w, common, func(s *stored) error { return c.stored(w, common, s, rules) })
	}
	in, err := w.openRecording(c.File)
	if err != nil {
		return err
	}
	defer func() { _ = in.Close() }() // only read
	from, rules, err := c.withTrail(in, rules)
	if err != nil {
		return err
	}
	return c.write(w, from, rules)
}

var errNoReason = errors.New("no reason is given")

// stored exports one of the relay's, whose own key opens it where there is no other.
func (c *recordingsExport) stored(w *world, common *config.Common, s *stored, rules recording.Rules) (err error) {
	reason := shown(c.Reason)
	if reason == "" {
		return problem.Misuse(problem.Wrap(errNoReason, "Say with --reason why the recording is taken: a ticket, a complaint, a request of the person."))
	}
	if len(rules.Identities) == 0 {
		if rules.Identities, err = ownKey(common.Data); err != nil {
			return err
		}
	}
	in, rules, err := s.open(w.ctx, common.Data, c.File, rules)
	if err != nil {
		return err
	}
	defer func() { _ = in.Close() }() // only read
	journal, err := w.journal(common, s.db)
	if err != nil {
		return err
	}
	journal.Write(audit.Event{
		Kind: audit.RecordingExported, Actor: audit.ActorCommandLine, Session: c.File, Detail: map[string]string{"reason": reason},
	})
	journal.Close()
	return c.write(w, in, rules)
}

func (c *recordingsExport) write(w *world, in io.Reader, rules recording.Rules) error {
	list, report, err := export.Folder(in, c.Into, rules)
	for _, f := range list.Files {
		if _, err := fmt.Fprintf(w.out, "%s  %s\n", f.SHA256, shown(f.Name)); err != nil {
			return err
		}
	}
	switch {
	case errors.Is(err, export.ErrNoIdentity):
		return problem.Wrap(err, "Give --identity a file with the key of a reader, or the recording's own.")
	case errors.Is(err, fs.ErrExist):
		return problem.Wrap(err, "Choose with --into a folder in which it is not.")
	}
	return explainRecording(report, err)
}
