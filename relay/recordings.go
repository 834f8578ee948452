package main

import (
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"filippo.io/age"

	"github.com/lendhand/lendhand/relay/internal/config"
	"github.com/lendhand/lendhand/relay/internal/datadir"
	"github.com/lendhand/lendhand/relay/internal/store"
	"github.com/lendhand/lendhand/relay/recording"
	"github.com/lendhand/lendhand/signaling"
	"github.com/lendhand/lendhand/signaling/problem"
)

// recordingsCommands look at recordings, of this relay and in files, none of which they
// change, and say who reads them.
type recordingsCommands struct {
	List   recordingsList   `cmd:"" help:"List the relay's recordings, and those that are missing though nobody deleted them."`
	Verify recordingsVerify `cmd:"" help:"Look for parts of recordings that were altered, removed, repeated, reordered or taken from elsewhere, and name the first."`
	Export recordingsExport `cmd:"" help:"Open a recording, and write what is in it as files that any program reads: pictures as WebM, events as lines of JSON."`
	Key    recordingsKey    `cmd:"" help:"Print the keys that verify the relay's receipts, the newest first."`

	Readers recordingsReaders `cmd:"" help:"Say who can open recordings."`
}

type recordingsKey struct {
	New bool `help:"Make another key first: recordings that begin after the relay's next start are receipted with it. Those of before stay, for what they have signed." env:"-"`
}

// Run prints the keys of a folder in which a relay keeps its data.
func (c *recordingsKey) Run(w *world, common *config.Common) error {
	return withTrail(w, common, func(*store.Store) error {
		if c.New {
			if _, err := datadir.RotateReceiptKey(common.Data, time.Now()); err != nil {
				return err
			}
		}
		keys, err := datadir.OpenReceiptKeys(common.Data)
		for _, key := range keys {
			_, printErr := fmt.Fprintln(w.out, recording.PublicKeyOf(key))
			err = errors.Join(err, printErr)
		}
		return err
	})
}

// recordingKeys are flags: what a recording is verified by, and opened with.
type recordingKeys struct {
	Key        []string `help:"Relay's key for receipts, as \"recordings key\" prints it. May be given more than once." env:"-" placeholder:"KEY"`
	Identity   []string `help:"File with an age key that opens the recording. May be given more than once." env:"-" placeholder:"FILE"`
	Trail      string   `help:"Audit trail that \"audit export\" wrote: it knows how far each recording came. Verify it by itself with \"audit verify\"." env:"-" placeholder:"FILE"`
	Incomplete bool     `help:"Take a recording without its end for what it is." env:"-"`
}

// rules reads the flags, but for the trail, which is another for each recording.
func (k *recordingKeys) rules() (rules recording.Rules, err error) {
	rules.Incomplete = k.Incomplete
	for _, text := range k.Key {
		key, err := parseReceiptKey(text)
		if err != nil {
			return rules, err
		}
		rules.Receipts = append(rules.Receipts, key)
	}
	for _, path := range k.Identity {
		some, err := readIdentities(path)
		if err != nil {
			return rules, problem.Wrap(err, "Give --identity a file that age-keygen wrote, or one with a recording's own key.")
		}
		rules.Identities = append(rules.Identities, some...)
	}
	return rules, nil
}

func parseReceiptKey(text string) (ed25519.PublicKey, error) {
	raw, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil || len(raw) != ed25519.PublicKeySize {
		return nil, problem.Misuse(problem.New(fmt.Sprintf("key %.64q is no key for receipts", text),
			"Give --key as \"recordings key\" prints it."))
	}
	return raw, nil
}

func readIdentities(path string) ([]age.Identity, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }() // only read
	some, err := recording.ParseIdentities(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return some, nil
}

// openRecording opens a file, or standard input. Its errors carry hints.
func (w *world) openRecording(path string) (io.ReadCloser, error) {
	if path == "-" {
		return io.NopCloser(w.in), nil
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, problem.Wrap(err, "Give a file that was exported from the relay, or - for standard input.")
	}
	return f, nil
}

// explainRecording adds what to do about what was found.
func explainRecording(report recording.Report, err error) error {
	var fault *recording.Fault
	switch {
	case errors.Is(err, recording.ErrNoRecording):
		return problem.Wrap(err, "Give a file that was exported from the relay.")
	case errors.Is(err, recording.ErrNoKey):
		return problem.Wrap(err, "Give --identity the key of one of these readers: "+readerNames(report.Manifest)+".")
	case !errors.As(err, &fault):
		return err
	case fault.Kind == recording.CutOff && report.Parts > 0:
		return problem.Wrap(err, fmt.Sprintf("Everything up to there, %s, is as the host recorded it. Either the host or its connection was lost, or somebody took the end away: --trail with the relay's audit trail tells which. Then --incomplete takes it for what it is.", report.End))
	}
	return problem.Wrap(err, fmt.Sprintf("Everything before it, %s, is as the host recorded it. Keep the file as it is, and compare it with copies that were kept elsewhere.", report.End))
}

func readerNames(m *recording.Manifest) (names string) {
	for i, r := range m.Readers {
		if i > 0 {
			names += ", "
		}
		names += fmt.Sprintf("%q", r.Name)
	}
	return names
}

// shown makes text of a recording fit for a terminal.
func shown(s string) string {
	const most = 300
	return signaling.Clean(s, most)
}
