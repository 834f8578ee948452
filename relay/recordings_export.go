package main

import (
	"errors"
	"fmt"
	"io/fs"

	"github.com/lendhand/lendhand/relay/recording/export"
	"github.com/lendhand/lendhand/signaling/problem"
)

type recordingsExport struct {
	File string `arg:"" help:"Recording that was exported from the relay, or - for standard input."`
	Into string `help:"Folder to write to." default:"." env:"-" placeholder:"DIR"`
	recordingKeys
}

// Run writes the files, and names them.
func (c *recordingsExport) Run(w *world) error {
	rules, err := c.rules()
	if err != nil {
		return err
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
	list, report, err := export.Folder(from, c.Into, rules)
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
