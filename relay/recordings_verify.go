package main

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/lendhand/lendhand/relay/internal/config"
	"github.com/lendhand/lendhand/relay/recording"
	"github.com/lendhand/lendhand/signaling/problem"
)

type recordingsVerify struct {
	File []string `arg:"" help:"Recordings that were exported from the relay, - for standard input, or IDs of recordings of this relay."`
	recordingKeys
	recordingsPlace
}

// Run says of each recording what it is, and fails when one is not as it was made.
func (c *recordingsVerify) Run(w *world, common *config.Common) error {
	rules, err := c.rules()
	if err != nil {
		return err
	}
	var failed []error
	for _, path := range c.File {
		report, err := c.verify(w, common, path, rules)
		if err != nil {
			failed = append(failed, err)
		}
		if err := c.print(w, path, report, err); err != nil {
			return err
		}
	}
	if len(failed) > 1 {
		return problem.New(fmt.Sprintf("%d of %d recordings are not as they were made", len(failed), len(c.File)),
			"Each is named above. Keep the files as they are, and compare them with copies that were kept elsewhere.")
	}
	return errors.Join(failed...)
}

func (c *recordingsVerify) verify(w *world, common *config.Common, path string, rules recording.Rules) (report recording.Report, err error) {
	if isStored(path) {
		err = c.withStored(w, common, func(s *stored) error {
			in, rules, err := s.open(w.ctx, common.Data, path, rules)
			if err != nil {
				return err
			}
			defer func() { _ = in.Close() }() // only read
			report, err = recording.Verify(in, rules)
			return explainRecording(report, err)
		})
		return report, err
	}
	in, err := w.openRecording(path)
	if err != nil {
		return recording.Report{}, err
	}
	defer func() { _ = in.Close() }() // only read
	from, rules, err := c.withTrail(in, rules)
	if err != nil {
		return recording.Report{}, err
	}
	report, err = recording.Verify(from, rules)
	return report, explainRecording(report, err)
}

// print prints what is known of a recording: of one that was changed, what is before the
// change.
func (c *recordingsVerify) print(w *world, path string, r recording.Report, fault error) error {
	if r.Manifest == nil {
		_, err := fmt.Fprintf(w.out, "%s: %s\n", shown(path), shown(fault.Error()))
		return err
	}
	var b strings.Builder
	verdict := "is as the host recorded it"
	if fault != nil {
		verdict = shown(fault.Error())
	}
	fmt.Fprintf(&b, "%s: %s\n", shown(path), verdict)
	m := r.Manifest
	fmt.Fprintf(&b, "  session    %s of %s\n", m.Recording, m.Begins.Time().Format(time.RFC3339))
	fmt.Fprintf(&b, "  host       %q (%s)\n", shown(m.Host.Name), shown(m.Host.OS))
	fmt.Fprintf(&b, "  technician %q (%s)\n", shown(m.Technician.Name), shown(m.Technician.Organisation))
	if m.Ticket != "" {
		fmt.Fprintf(&b, "  ticket     %q\n", shown(m.Ticket))
	}
	fmt.Fprintf(&b, "  good       %d parts, %s\n", r.Parts, r.End)
	fmt.Fprintf(&b, "  link       %s\n", r.Link)
	fmt.Fprintf(&b, "  readers    %s\n", shown(readerNames(m)))
	for _, line := range c.doubts(r) {
		fmt.Fprintf(&b, "  note       %s\n", line)
	}
	_, err := fmt.Fprint(w.out, b.String())
	return err
}

// clockTolerance is how far a host's clock may be off without a note.
const clockTolerance = time.Minute

// doubts are what was not shown, and what is odd.
func (c *recordingsVerify) doubts(r recording.Report) (lines []string) {
	if r.Receipts {
		lines = append(lines, fmt.Sprintf("the relay had it from %s to %s, by its receipts",
			r.Received.Time().Format(time.RFC3339), r.Newest.Time().Format(time.RFC3339)))
	} else {
		lines = append(lines, "receipts were not checked: give --key with the relay's key for receipts, to know that nobody made it all up")
	}
	if off := r.ClockOff(); off.Abs() > clockTolerance {
		lines = append(lines, fmt.Sprintf("the host's clock was %s off the relay's", off.Abs().Round(time.Second)))
	}
	if r.Holes > 0 {
		lines = append(lines, fmt.Sprintf("of %s there is no part: the host was asleep", r.Holes))
	}
	if !r.Complete {
		lines = append(lines, "its end is not there")
	}
	if !r.Opened {
		lines = append(lines, "it was not opened: give --identity to compare what is inside with what is written on it")
	}
	return lines
}
