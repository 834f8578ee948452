package audit

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

// exportVersion is that of the form of exported files.
const exportVersion = 1

// maxExportLine bounds a line of an exported file, in bytes: a checkpoint's has the
// hashes of its group.
const maxExportLine = 8 << 20

// header is the first line of an exported file.
type header struct {
	Version    int         `json:"lendhand_audit"`
	Key        string      `json:"key"`
	First      int64       `json:"first"`
	Edge       []tlog.Hash `json:"edge"`
	Checkpoint string      `json:"checkpoint"`
}

// seal is the line after those that a checkpoint covers.
type seal struct {
	Checkpoint string      `json:"checkpoint"`
	Leaves     []tlog.Hash `json:"leaves"`
}

// sealPrefix is how a seal begins, and no event.
const sealPrefix = `{"checkpoint":`

// Export writes a trail as a file that can be verified by itself. key is the
// verifier key that goes into it. It returns the number of events.
func Export(w io.Writer, t *Trail, key string) (events int, err error) {
	out := bufio.NewWriter(w)
	err = writeJSON(out, header{Version: exportVersion, Key: key, First: t.First, Edge: t.Edge, Checkpoint: t.Newest})
	for err == nil {
		var g Group
		if g, err = t.Next(); err != nil {
			break
		}
		for _, line := range g.Lines {
			_, lineErr := out.WriteString(line + "\n")
			err = errors.Join(err, lineErr)
		}
		events += len(g.Lines)
		if g.Note != "" {
			err = errors.Join(err, writeJSON(out, seal{g.Note, g.Leaves}))
		}
	}
	if !errors.Is(err, io.EOF) {
		return events, err
	}
	return events, out.Flush()
}

func writeJSON(w io.Writer, v any) error {
	data, err := json.Marshal(v)
	if err == nil {
		_, err = w.Write(append(data, '\n'))
	}
	return err
}

// ErrNoExport says that a file is not an exported trail.
var ErrNoExport = errors.New("not an exported audit trail")

// OpenExport reads an exported file: the trail, and the verifier key that the file
// says it has. Whoever changed the file could have changed that key too.
func OpenExport(r io.Reader) (t *Trail, key string, err error) {
	lines := &lineReader{in: bufio.NewReaderSize(r, 64<<10)}
	first, err := lines.next()
	if err != nil {
		return nil, "", fmt.Errorf("%w: %w", ErrNoExport, err)
	}
	var h header
	if err := json.Unmarshal([]byte(first), &h); err != nil || h.Version != exportVersion || h.First < 1 {
		return nil, "", fmt.Errorf("%w of version %d", ErrNoExport, exportVersion)
	}
	return &Trail{First: h.First, Edge: h.Edge, Newest: h.Checkpoint, Next: lines.group}, h.Key, nil
}

// lineReader reads an exported file.
type lineReader struct {
	in *bufio.Reader
}

// next returns a line without its line feed. The last may lack it: it was cut, and
// its hash will tell.
func (r *lineReader) next() (string, error) {
	var line []byte
	for {
		part, err := r.in.ReadSlice('\n')
		if line = append(line, part...); len(line) > maxExportLine {
			return "", fmt.Errorf("%w: a line of more than %d bytes", ErrNoExport, maxExportLine)
		}
		if errors.Is(err, bufio.ErrBufferFull) {
			continue
		}
		if err != nil && (len(line) == 0 || !errors.Is(err, io.EOF)) {
			return "", err
		}
		return string(bytes.TrimSuffix(line, []byte("\n"))), nil
	}
}

func (r *lineReader) group() (g Group, err error) {
	for len(g.Lines) <= maxGroup {
		line, err := r.next()
		if errors.Is(err, io.EOF) && len(g.Lines) > 0 {
			return g, nil
		}
		if err != nil {
			return Group{}, err
		}
		if !strings.HasPrefix(line, sealPrefix) {
			g.Lines = append(g.Lines, line)
			continue
		}
		var s seal
		if err := json.Unmarshal([]byte(line), &s); err != nil || s.Checkpoint == "" {
			// A checkpoint that cannot be read is one that nobody signed.
			s = seal{Checkpoint: line}
		}
		g.Note, g.Leaves = s.Checkpoint, s.Leaves
		return g, nil
	}
	return Group{}, errNoCheckpoint
}
