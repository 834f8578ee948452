// Package export opens a recording, and writes what is in it as files that any program
// reads.
//
// The recording itself lies beside them: it is the evidence. The other files follow from
// it, byte for byte, so that whoever has the recording and a key can make them again and
// compare.
package export

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/lendhand/lendhand/relay/recording"
	"github.com/lendhand/lendhand/relay/recording/event"
	"github.com/lendhand/lendhand/relay/recording/webm"
)

// Names of the files, behind the recording's ID.
const (
	evidenceSuffix = ".lendhand"
	eventsSuffix   = ".events.jsonl"
	listSuffix     = ".export.json"
)

// List is what was written; it is the file of the export that names the others.
type List struct {
	Version   int    `json:"version"`
	Recording string `json:"recording"`
	// Manifest is the recording's, as its host has signed it.
	Manifest  string              `json:"manifest"`
	Signature recording.Signature `json:"signature"`
	// Parts, Length and Link say how far the recording was as it was made.
	Parts    int64          `json:"parts"`
	Length   recording.Time `json:"length"`
	Link     recording.Link `json:"link"`
	Complete bool           `json:"complete"`
	Files    []File         `json:"files"`
}

// File is one of the files.
type File struct {
	Name string `json:"name"`
	Size int64  `json:"size"`
	// SHA256 is in hexadecimal, as sha256sum prints it.
	SHA256 string `json:"sha256"`
	// Codec, Start, End and Frames are of pictures: their time 0 is the recording's Start.
	Codec  string         `json:"codec,omitempty"`
	Start  recording.Time `json:"start,omitempty"`
	End    recording.Time `json:"end,omitempty"`
	Frames int            `json:"frames,omitempty"`
}

// ErrNoIdentity is returned when there is no key to open the recording with.
var ErrNoIdentity = errors.New("no key to open the recording with")

// Folder reads a recording and writes it into dir, which is made if it is not there; no
// file is overwritten. Rules are what it is verified by, and opened with. When the
// recording was changed, what is before that is written, and the error is the
// [*recording.Fault]. When no key opens it, nothing is written, and the error is
// [recording.ErrNoKey].
func Folder(in io.Reader, dir string, rules recording.Rules) (List, recording.Report, error) {
	if len(rules.Identities) == 0 {
		return List{}, recording.Report{}, ErrNoIdentity
	}
	buffered := bufio.NewReaderSize(in, recording.MaxLine+1)
	m, err := recording.PeekManifest(buffered)
	if err != nil {
		return List{}, recording.Report{}, err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return List{}, recording.Report{}, err
	}
	w := &writer{dir: dir, id: m.Recording}
	report, err := w.run(buffered, rules)
	if errors.Is(err, recording.ErrNoKey) && !report.Opened {
		return List{}, report, errors.Join(err, w.discard())
	}
	list, listErr := w.list(report)
	return list, report, errors.Join(err, listErr)
}

// writer is an export under way.
type writer struct {
	dir, id          string
	evidence, events *os.File
	pictures         []*os.File
	exporter         *webm.Exporter
	exported         []webm.Exported
}

func (w *writer) run(in *bufio.Reader, rules recording.Rules) (report recording.Report, err error) {
	if w.evidence, err = w.create(evidenceSuffix); err != nil {
		return report, err
	}
	if w.events, err = w.create(eventsSuffix); err != nil {
		return report, errors.Join(err, w.evidence.Close())
	}
	w.exporter = webm.NewExporter(w.picture)
	rules.Take = w.take
	all := io.TeeReader(in, w.evidence)
	report, err = recording.Verify(all, rules)
	_, restErr := io.Copy(io.Discard, all) // what is behind a fault is evidence too
	var closeErr error
	w.exported, closeErr = w.exporter.Close()
	return report, errors.Join(err, restErr, closeErr, w.events.Close(), w.evidence.Close())
}

// discard removes what was written before a key was seen to open nothing: a list of no
// pictures and no events looks like a recording of nothing, and is in the right key's way.
func (w *writer) discard() error {
	return errors.Join(os.Remove(w.events.Name()), os.Remove(w.evidence.Name()))
}

// take writes what one part holds.
func (w *writer) take(_ recording.Part, c *recording.Content) error {
	if c.Index == nil {
		if err := w.write(c.Events); err != nil {
			return err
		}
	}
	return w.exporter.Add(c)
}

func (w *writer) write(events []event.Line) error {
	var b []byte
	for _, e := range events {
		var err error
		if b, err = e.Append(b); err != nil {
			return err
		}
	}
	_, err := w.events.Write(b)
	return err
}

// picture makes a file of pictures.
func (w *writer) picture(number int, _ webm.Track) (webm.File, error) {
	suffix := ".webm"
	if number > 0 {
		suffix = fmt.Sprintf("-%d.webm", number+1)
	}
	f, err := w.create(suffix)
	if err != nil {
		return nil, err
	}
	w.pictures = append(w.pictures, f)
	return f, nil
}

// list writes the file that names the others.
func (w *writer) list(r recording.Report) (List, error) {
	if r.Manifest == nil {
		return List{}, nil
	}
	l := List{
		Version: 1, Recording: w.id, Manifest: string(r.Head.Line), Signature: r.Head.Signature,
		Parts: r.Parts, Length: r.End, Link: r.Link, Complete: r.Complete,
	}
	for i, f := range w.pictures {
		entry, err := entryOf(f)
		if err != nil {
			return l, err
		}
		e := w.exported[i]
		entry.Codec, entry.Start, entry.End, entry.Frames = e.Track.Name, e.Start, e.End, e.Frames
		l.Files = append(l.Files, entry)
	}
	for _, f := range []*os.File{w.events, w.evidence} {
		entry, err := entryOf(f)
		if err != nil {
			return l, err
		}
		l.Files = append(l.Files, entry)
	}
	text, err := json.MarshalIndent(l, "", "  ")
	if err != nil {
		return l, err
	}
	f, err := w.create(listSuffix)
	if err != nil {
		return l, err
	}
	_, err = f.Write(append(text, '\n'))
	return l, errors.Join(err, f.Close())
}

func (w *writer) create(suffix string) (*os.File, error) {
	return os.OpenFile(filepath.Join(w.dir, w.id+suffix), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
}

// entryOf reads a file again: pictures are not written from beginning to end.
func entryOf(f *os.File) (File, error) {
	in, err := os.Open(f.Name())
	if err != nil {
		return File{}, err
	}
	defer func() { _ = in.Close() }() // only read
	sum := sha256.New()
	size, err := io.Copy(sum, in)
	return File{Name: filepath.Base(f.Name()), Size: size, SHA256: hex.EncodeToString(sum.Sum(nil))}, err
}
