package webm

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/lendhand/lendhand/relay/recording"
)

// File is what an exported file is written to, such as an [os.File].
type File interface {
	io.Writer
	io.WriterAt
	io.Closer
}

// Exported is one file of an export.
type Exported struct {
	// Track is that of its first picture.
	Track Track
	// Start and End say which stretch of the recording it is: its time 0 is Start, which
	// for the first file is the start of the first part.
	Start, End recording.Time
	// Frames and Bytes count what is in it.
	Frames int
	Bytes  int64
}

// Exporter makes plain WebM files of a recording's parts, with a table to seek by and a
// duration. No picture is decoded. A file may change its size on the way, as players know
// how to do; each run of pictures of another codec is a file of its own, because they do
// not. It keeps the table in memory, 16 bytes for each key frame, and one part.
type Exporter struct {
	create func(number int, t Track) (File, error)
	file   *muxer
	done   []Exported
	// segment is that of the newest picture, -1 before the first.
	segment int64
	kind    string
	// begun is true after the first part, which began at start; the newest ended at end.
	begun      bool
	start, end recording.Time
}

// NewExporter returns an Exporter that calls create for each file, from number 0, and
// closes what it returns.
func NewExporter(create func(number int, t Track) (File, error)) *Exporter {
	return &Exporter{create: create, segment: -1}
}

// Add takes the next part. Parts without pictures only count for the time, as do
// pictures that need one before them which is not there: at the beginning of an excerpt.
func (e *Exporter) Add(c *recording.Content) error {
	if !e.begun {
		e.begun, e.start = true, c.Start
	}
	e.end = max(e.end, c.End())
	v := c.Video
	if v == nil || v.Segment != e.segment && !v.KeyFrame {
		return nil
	}
	if err := e.add(v); err != nil {
		return fmt.Errorf("export part %d: %w", c.Part, err)
	}
	return nil
}

func (e *Exporter) add(v *recording.Video) error {
	frames, _, err := ParsePiece(v.Data, v.First)
	if err != nil {
		return err
	}
	for i := range frames {
		frames[i].At += v.Start
	}
	if v.KeyFrame {
		if err := e.turn(v, frames[0]); err != nil {
			return err
		}
	}
	e.segment = v.Segment
	return e.file.write(frames)
}

// turn begins another file if the key frame needs one.
func (e *Exporter) turn(v *recording.Video, key Frame) error {
	codec, err := codecOfName(v.Codec)
	if err != nil {
		return err
	}
	t, err := Inspect(codec, key.Data)
	if err != nil {
		return err
	}
	if kind := t.kind(); e.file == nil || kind != e.kind {
		start := key.At
		if len(e.done) == 0 && e.file == nil {
			start = min(e.start, key.At)
		}
		if err := e.finish(key.At); err != nil {
			return err
		}
		f, err := e.create(len(e.done), t)
		if err != nil {
			return err
		}
		e.kind = kind
		e.file = newMuxer(f, t, start)
		return e.file.begin()
	}
	return nil
}

// kind is what pictures of one file have in common: codec, profile, depth and colours.
func (t *Track) kind() string {
	kind := string(t.Codec)
	if fields := strings.Split(t.Name, "."); len(fields) == 4 {
		kind += fields[1] + fields[3]
	}
	if t.Codec == AV1 && len(t.Private) > 3 {
		const colours = 0x1c
		kind += fmt.Sprint(t.Private[2] & colours)
	}
	return kind
}

func codecOfName(name string) (Codec, error) {
	switch fourCC, _, _ := strings.Cut(name, "."); fourCC {
	case "vp8":
		return VP8, nil
	case "vp09":
		return VP9, nil
	case "av01":
		return AV1, nil
	}
	return "", fmt.Errorf("no codec %.32q", name)
}

// finish ends the file that is open, if there is one.
func (e *Exporter) finish(end recording.Time) error {
	if e.file == nil {
		return nil
	}
	m := e.file
	err := errors.Join(m.finish(end), m.file.Close())
	e.file, e.segment = nil, -1
	e.done = append(e.done, Exported{Track: m.track, Start: m.start, End: end, Frames: m.frames, Bytes: m.size})
	return err
}

// Close ends the last file, and returns all of them: none when there was no picture. It
// must be called, also after an error; then the files are not whole.
func (e *Exporter) Close() ([]Exported, error) {
	err := e.finish(e.end)
	return e.done, err
}
