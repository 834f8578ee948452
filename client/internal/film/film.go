package main

import (
	"crypto/ed25519"
	"errors"
	"fmt"
	"io"
	"time"

	"filippo.io/age"

	"github.com/lendhand/lendhand/relay/recording"
	"github.com/lendhand/lendhand/relay/recording/event"
	"github.com/lendhand/lendhand/relay/recording/webm"
)

// id is the recording's, and begins when it does.
const id = "s_FILM"

var begins = time.Date(2026, time.November, 22, 9, 30, 0, 0, time.UTC)

const (
	maxPart = 1000 // milliseconds
	maxRest = 5000
)

type config struct {
	seconds, rest int
	codec         string
	width, height int
}

// film is a recording that is made. Its clock is not the machine's: nothing waits.
type film struct {
	c       config
	writer  *recording.Writer
	session ed25519.PrivateKey
	relay   ed25519.PrivateKey
	auditor *age.X25519Identity
	head    recording.Head
	parts   []recording.Part

	camera *camera
	now    recording.Time
	// What the part under way has, and when it began.
	start   recording.Time
	events  []event.Line
	frames  []webm.Frame
	segment *webm.Segment
	number  int64          // of the segment
	zero    recording.Time // its time 0
	// The events since the last index, and its part.
	told    []event.Line
	indexed int64
	since   recording.Time
	err     error
}

func newFilm(c config) (*film, error) {
	auditor, err := age.GenerateX25519Identity()
	if err != nil {
		return nil, err
	}
	_, session, _ := ed25519.GenerateKey(nil)
	_, relay, _ := ed25519.GenerateKey(nil)
	f := &film{c: c, session: session, relay: relay, auditor: auditor, number: -1}
	f.writer, err = recording.NewWriter(recording.Manifest{
		Recording: id, Relay: "https://relay.example", Begins: recording.StampOf(begins),
		Host:       recording.Host{Name: "anna-pc", OS: "Windows 11"},
		Technician: recording.Technician{ID: "u_1", Name: "Ines Sommer", Organisation: "Example Help Desk"},
		Ticket:     "INC-4711", Consent: "a.b.c", Program: "film",
		Readers: []recording.Reader{{Name: "Auditors", Key: auditor.Recipient().String()}},
	}, session)
	if err != nil {
		return nil, err
	}
	f.head.Line, f.head.Signature = f.writer.Manifest()
	f.head.Receipt = recording.SignReceipt(relay, recording.ManifestPart, f.writer.Link(), begins)
	return f, nil
}

// say adds an event.
func (f *film) say(e event.Event) {
	f.wake()
	l := event.Line{At: f.now, Event: e}
	f.events = append(f.events, l)
	if e.EventType() != "pointer" {
		f.told = append(f.told, l)
	}
}

// show adds a picture of what the camera sees.
func (f *film) show(rest bool) error {
	data, key, err := f.camera.take(f.now, rest)
	if err != nil {
		return err
	}
	if f.camera.isNew {
		f.camera.isNew = false
		if err := f.cut(); err != nil {
			return err
		}
		if f.segment, err = webm.NewSegment(f.camera.kind, data); err != nil {
			return err
		}
		f.number++
		f.zero = f.now
	} else if key {
		if err := f.cut(); err != nil {
			return err
		}
	}
	f.wake()
	f.frames = append(f.frames, webm.Frame{At: f.now - f.zero, KeyFrame: key, Data: data})
	return nil
}

// wake ends a rest, as something happens.
func (f *film) wake() {
	if f.err == nil && len(f.events)+len(f.frames) == 0 && f.now > f.start {
		f.err = f.cut()
	}
}

// pass lets time go by, in which nothing happens that was not said before.
func (f *film) pass(by recording.Time) error {
	end := f.now + by
	for f.now < end {
		most := recording.Time(maxRest)
		if len(f.events)+len(f.frames) > 0 {
			most = maxPart
		}
		f.now = min(end, f.start+most)
		if f.now-f.start == most {
			if err := f.cut(); err != nil {
				return err
			}
		}
	}
	return nil
}

// cut ends the part under way.
func (f *film) cut() error {
	if f.now == f.start && len(f.events)+len(f.frames) == 0 {
		return nil
	}
	c := &recording.Content{Start: f.start, Length: f.now - f.start, Events: f.events}
	if len(f.frames) > 0 {
		data, err := f.segment.Piece(f.frames)
		if err != nil {
			return err
		}
		t := f.segment.Track
		c.Video = &recording.Video{
			Segment: f.number, Codec: t.Name, Width: t.Width, Height: t.Height, Start: f.zero,
			First: f.frames[0].At == 0, KeyFrame: f.frames[0].KeyFrame, Data: data,
		}
	}
	f.events, f.frames, f.start = nil, nil, f.now
	if err := f.seal(c); err != nil {
		return err
	}
	if f.now-f.since >= 60_000 {
		return f.index()
	}
	return nil
}

func (f *film) index() error {
	next := f.writer.Next()
	c := &recording.Content{Start: f.now, Events: f.told, Index: &recording.Index{From: f.indexed, To: next - 1}}
	f.told, f.indexed, f.since = nil, next+1, f.now
	return f.seal(c)
}

func (f *film) seal(c *recording.Content) error {
	p, err := f.writer.Seal(c)
	if err != nil {
		return fmt.Errorf("at %v: %w", f.now, err)
	}
	receipt := recording.SignReceipt(f.relay, p.Part, f.writer.Link(), begins.Add(f.now.Duration()))
	p.Receipt = &receipt
	f.parts = append(f.parts, p)
	return nil
}

// end ends the recording.
func (f *film) end(reason string) error {
	if err := errors.Join(f.err, f.cut()); err != nil {
		return err
	}
	if err := f.index(); err != nil {
		return err
	}
	f.now += 100
	last := event.Line{At: f.now, Event: &event.End{Reason: reason}}
	return f.seal(&recording.Content{Start: f.start, Length: f.now - f.start, Events: []event.Line{last}, Last: true})
}

func (f *film) writeTo(w io.Writer) error {
	if _, err := f.head.WriteTo(w); err != nil {
		return err
	}
	for i := range f.parts {
		if _, err := f.parts[i].WriteTo(w); err != nil {
			return err
		}
	}
	return nil
}

// about is what a relay says of the recording, and the keys to it.
func (f *film) about() map[string]any {
	manifest, _ := recording.ParseManifest(f.head.Line)
	keys, indexes, bytes := []int64{}, []int64{}, 0
	for i := range f.parts {
		p := &f.parts[i]
		bytes += p.Size
		if p.KeyFrame {
			keys = append(keys, p.Part)
		}
		if p.Index {
			indexes = append(indexes, p.Part)
		}
	}
	return map[string]any{
		"id": id, "identity": f.writer.Identity(), "auditor": f.auditor.String(), "sealedKey": manifest.SealedKey,
		"parts": len(f.parts), "length": int64(f.now), "bytes": bytes, "keyFrames": keys, "indexParts": indexes,
	}
}
