package catalogue

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"time"

	"filippo.io/age"

	"github.com/lendhand/lendhand/relay/internal/audit"
	"github.com/lendhand/lendhand/relay/recording"
)

const (
	// maxTail bounds the parts after the last index that are read, and their bytes.
	maxTail      = 300
	maxTailBytes = 64 << 20
	// maxTrail bounds the events of a session that are looked at.
	maxTrail = 1000
)

// refresh brings the catalogue up to date with one recording.
func (c *Catalogue) refresh(ctx context.Context, id string) error {
	ctx, cancel := context.WithTimeout(ctx, refreshWithin)
	defer cancel()
	stored, err := c.Recordings.Stored(ctx, id)
	if errors.Is(err, ErrNone) {
		return c.Store.DeleteRecord(ctx, id)
	}
	if err != nil {
		return err
	}
	m, err := recording.ParseManifest(stored.Manifest)
	if err != nil {
		return err
	}
	r, err := c.Store.Record(ctx, id)
	if errors.Is(err, ErrNone) {
		r, err = c.newRecord(m, stored), nil
	}
	if err != nil {
		return err
	}
	r.follow(stored)
	covered := r.Covered
	// What cannot be read, or opened, is no reason not to be found at all.
	err = errors.Join(c.askTrail(ctx, &r), c.lookInto(ctx, m, stored, &r))
	if ctx.Err() != nil && r.Covered > covered {
		c.Changed(id) // the others have their turn, then it goes on
	}
	return errors.Join(err, c.save(ctx, r))
}

// save keeps what is known of a recording by now, also when the time for it is over: a host
// that makes more work than there is time for does not keep its recording from being found.
func (c *Catalogue) save(ctx context.Context, r Record) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), saveWithin)
	defer cancel()
	return c.Store.SaveRecord(ctx, r)
}

// newRecord is a recording as the relay knows it.
func (c *Catalogue) newRecord(m *recording.Manifest, s Stored) Record {
	r := Record{Entry: Entry{
		ID: m.Recording, Begun: s.Begun.UTC(), Group: s.Group, Ticket: clean(s.Ticket),
		Technician: Person{ID: s.Technician.ID, Name: clean(s.Technician.Name), Organisation: clean(s.Technician.Organisation)},
		Host:       Host{Name: clean(s.Host.Name), OS: clean(s.Host.OS)},
	}}
	r.Words.About = spaced(strings.Join([]string{r.Technician.Name, r.Host.Name, r.Ticket, m.Recording}, "\n"))
	if isOffHours(s.Begun.In(c.Now().Location())) {
		r.Happened |= OffHours
	}
	r.Opens = OpensAuditor
	if _, err := c.identity(m); err == nil {
		r.Opens = OpensRelay
	}
	return r
}

func isOffHours(t time.Time) bool {
	const opens, closes = 7, 19
	day := t.Weekday()
	return day == time.Saturday || day == time.Sunday || t.Hour() < opens || t.Hour() >= closes
}

// follow takes over what the storage knows.
func (r *Record) follow(s Stored) {
	r.State, r.Ended = s.State, s.Ended.UTC()
	if s.Ended.IsZero() {
		r.Ended = time.Time{}
	}
	r.Parts, r.Bytes, r.Length = s.Parts, s.Bytes, s.Length.Milliseconds()
}

// askTrail learns from the audit trail what the relay knows of a session by itself.
func (c *Catalogue) askTrail(ctx context.Context, r *Record) error {
	lines, err := c.Trail.AuditLines(ctx, audit.Query{Session: r.ID, Limit: maxTrail})
	if err != nil {
		return err
	}
	for _, line := range lines {
		var e struct {
			Kind   audit.Kind        `json:"kind"`
			Detail map[string]string `json:"detail"`
		}
		if json.Unmarshal([]byte(line), &e) != nil {
			continue // "audit verify" names it
		}
		switch e.Kind {
		case audit.Grant:
			for scope := range strings.FieldsSeq(e.Detail["scopes"]) {
				if scope == "control" {
					r.Happened |= Control
				}
			}
		case audit.Pause:
			r.Happened |= Paused
		case audit.Reported:
			r.Happened |= Reported
		}
	}
	return nil
}

// errNotOurs says that the relay holds no key for a recording.
var errNotOurs = errors.New("the relay holds no key of this recording")

// identity opens a recording's own key, or fails with errNotOurs.
func (c *Catalogue) identity(m *recording.Manifest) (string, error) {
	key, err := c.ownKey()
	if err != nil {
		return "", err
	}
	own := key.Recipient().String()
	for _, r := range m.Readers {
		if r.Key == own {
			return recording.OpenIdentity(m.SealedKey, key)
		}
	}
	return "", errNotOurs
}

// lookInto reads the events of parts that are new, where the relay has a key.
func (c *Catalogue) lookInto(ctx context.Context, m *recording.Manifest, s Stored, r *Record) error {
	if r.Finished {
		return nil
	}
	text, err := c.identity(m)
	if errors.Is(err, errNotOurs) {
		r.Finished = s.State != Live
		return nil
	}
	if err != nil {
		return err
	}
	key, err := age.ParseX25519Identity(text)
	if err != nil {
		return err
	}
	var fault error
	for _, index := range s.Indexes {
		if err := ctx.Err(); err != nil {
			return firstOf(fault, err) // it goes on from here another time
		}
		if index >= r.Covered {
			fault = firstOf(fault, c.readParts(ctx, m, index, index, key, r))
		}
	}
	if r.Finished = s.State != Live; r.Finished && r.Covered < s.Parts {
		fault = firstOf(fault, c.readParts(ctx, m, r.Covered, min(s.Parts, r.Covered+maxTail)-1, key, r))
	}
	return fault
}

// firstOf returns the first of two errors. Of the parts that a host has spoiled the log has
// one: they may be very many.
func firstOf(a, b error) error {
	if a != nil {
		return a
	}
	return b
}

// readParts learns from the parts from one to another.
func (c *Catalogue) readParts(ctx context.Context, m *recording.Manifest, from, to int64, key age.Identity, r *Record) (err error) {
	file, err := c.Recordings.Parts(ctx, m.Recording, from, to, maxTailBytes)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	parts := recording.NewParts(bufio.NewReader(file), true)
	var fault error
	for range file.Next - from {
		p, err := parts.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		content, err := m.Open(p, key)
		if err == nil && (content.Index == nil || from == to) { // the events of an index among others are known
			r.learn(content)
		}
		fault = firstOf(fault, err)
		r.Covered = max(r.Covered, p.Part+1) // a part that a host spoiled is no reason to look at no other
	}
	return fault
}
