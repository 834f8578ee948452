package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"

	"github.com/lendhand/lendhand/relay/internal/audit"
	"github.com/lendhand/lendhand/relay/recording"
	"github.com/lendhand/lendhand/signaling/problem"
)

// withTrail adds to rules what the trail knows of the recording that in begins with. Read
// on from what it returns.
func (k *recordingKeys) withTrail(in io.Reader, rules recording.Rules) (io.Reader, recording.Rules, error) {
	if k.Trail == "" {
		return in, rules, nil
	}
	// The trail is searched for the ID that the recording begins with.
	buffered := bufio.NewReaderSize(in, recording.MaxLine+1)
	m, err := recording.PeekManifest(buffered)
	if err == nil { // otherwise who reads on finds out
		rules, err = k.trailRules(m.Recording, rules)
		return buffered, rules, err
	}
	return buffered, rules, nil
}

func (k *recordingKeys) trailRules(id string, rules recording.Rules) (recording.Rules, error) {
	known, err := readTrail(k.Trail, id)
	if err == nil && !known.begun {
		err = problem.New(fmt.Sprintf("the audit trail knows no recording %s", id), "Give --trail the relay's whole audit trail.")
	}
	return known.apply(rules), err
}

// trailed is what an audit trail says of one recording.
type trailed struct {
	begun      bool
	sessionKey *recording.PublicKey
	known      []recording.Known
	// ended is true when the relay has said how it ended, and complete what it said.
	ended, complete bool
	deleted         bool
}

// apply adds what the trail knows to rules: a recording that ended without its last part
// needs none.
func (t *trailed) apply(rules recording.Rules) recording.Rules {
	rules.SessionKey, rules.Known = t.sessionKey, t.known
	rules.Incomplete = rules.Incomplete || t.ended && !t.complete
	return rules
}

// take takes one event of the recording's session.
func (t *trailed) take(e audit.Event) error {
	link, part := recording.Link{}, int64(recording.ManifestPart)
	var err error
	switch e.Kind {
	case audit.RecordingBegun:
		t.begun, t.sessionKey = true, &recording.PublicKey{}
		err = t.sessionKey.UnmarshalText([]byte(e.Detail["session_key"]))
	case audit.RecordingHead:
		part, err = strconv.ParseInt(e.Detail["part"], 10, 64)
	case audit.RecordingEnded:
		t.ended, t.complete = true, e.Detail["complete"] == "true"
		part, err = strconv.ParseInt(e.Detail["parts"], 10, 64)
		part--
	case audit.RecordingDeleted:
		t.deleted = true
		return nil
	default:
		return nil
	}
	if text := e.Detail["link"]; text != "" {
		err = errors.Join(err, link.UnmarshalText([]byte(text)))
		t.known = append(t.known, recording.Known{Part: part, Link: link})
	}
	if err != nil {
		return fmt.Errorf("event %d (%s): %w", e.Number, e.Kind, err)
	}
	return nil
}

// readTrail reads what an exported trail says of a recording.
func readTrail(path, id string) (t trailed, err error) {
	f, err := os.Open(path)
	if err != nil {
		return t, problem.Wrap(err, "Give --trail a file that \"audit export\" wrote.")
	}
	defer func() { _ = f.Close() }() // only read
	trail, _, err := audit.OpenExport(f)
	for err == nil {
		var g audit.Group
		if g, err = trail.Next(); err == nil {
			err = t.group(g, id)
		}
	}
	if errors.Is(err, io.EOF) {
		return t, nil
	}
	return t, problem.Wrap(fmt.Errorf("%s: %w", path, err), "Give --trail a file that \"audit export\" wrote, and look at it with \"audit verify\".")
}

func (t *trailed) group(g audit.Group, id string) error {
	for _, line := range g.Lines {
		e, err := audit.ParseLine(line)
		if err == nil && e.Session == id {
			err = t.take(e)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
