package catalogue

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/lendhand/lendhand/relay/internal/account"
	"github.com/lendhand/lendhand/relay/internal/audit"
	"github.com/lendhand/lendhand/signaling/pace"
)

// Limits of objections.
const (
	maxObjection  = 2000 // characters
	maxObjections = 10
)

// ErrNotAllowed says that policy does not let the person watch.
var ErrNotAllowed = errors.New("only the summary is for the person")

// Promise keeps what the person may have of a session that is about to be recorded: with
// the token, which goes into the link that their host shows. A later promise for the same
// session takes the place of the one before.
func (c *Catalogue) Promise(ctx context.Context, id string, kind CopyKind, token string) error {
	if kind != CopySummary && kind != CopyRecording {
		return nil
	}
	return c.Store.SaveCopy(ctx, id, Copy{TokenHash: hashOf(token), Kind: kind, Made: c.Now().UTC()})
}

func hashOf(token string) []byte {
	sum := sha256.Sum256([]byte(token))
	return sum[:]
}

// Summary is what the person reads of their session.
type Summary struct {
	ID           string    `json:"id"`
	State        State     `json:"state"`
	Begun        time.Time `json:"begun"`
	Ended        time.Time `json:"ended,omitzero"`
	Length       int64     `json:"length"`
	Technician   string    `json:"technician"`
	Organisation string    `json:"organisation"`
	Ticket       string    `json:"ticket"`
	Host         string    `json:"host"`
	// Allowed is all that was allowed at some time of the session.
	Allowed     []string        `json:"allowed"`
	Recorded    bool            `json:"recorded"`
	Readers     []SummaryReader `json:"readers"`
	Who         string          `json:"who"`
	DeleteAfter time.Time       `json:"deleteAfter,omitzero"`
	Held        bool            `json:"held"`
	// What was done, as in Facts: all nil when the relay cannot look into the recording. Of
	// windows there is only the number: a link may get into other hands.
	Files      []FileFact  `json:"files"`
	Windows    *int        `json:"windows"`
	Keys       *int        `json:"keys"`
	Clipboard  *int        `json:"clipboard"`
	Chat       *int        `json:"chat"`
	Copy       CopyKind    `json:"copy"`
	Views      int         `json:"views"`
	Objections []Objection `json:"objections"`
	// What a player needs of the recording, as in its details.
	Parts      int64   `json:"parts"`
	Bytes      int64   `json:"bytes"`
	KeyFrames  []int64 `json:"keyFrames"`
	IndexParts []int64 `json:"indexParts"`
}

// SummaryReader is who can open the recording.
type SummaryReader struct {
	Name string `json:"name"`
	Held bool   `json:"held"`
}

// enter checks the token of a link. One that is wrong, and a recording that is not there,
// fail alike with [ErrNone]; from one address so often with [*account.TooManyError].
func (c *Catalogue) enter(ctx context.Context, from netip.Addr, id, token string) (Record, Copy, error) {
	if err := c.wait(from); err != nil {
		return Record{}, Copy{}, err
	}
	given, err := c.Store.CopyOf(ctx, id)
	if err != nil && !errors.Is(err, ErrNone) {
		return Record{}, Copy{}, err
	}
	if subtle.ConstantTimeCompare(given.TokenHash, hashOf(token)) != 1 {
		c.spoil(from)
		return Record{}, Copy{}, ErrNone
	}
	r, err := c.Store.Record(ctx, id)
	return r, given, err
}

func (c *Catalogue) wait(from netip.Addr) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if b, ok := c.tries.Known(pace.Network(from)); ok {
		if wait := b.Wait(c.Now()); wait > 0 {
			return &account.TooManyError{Wait: wait}
		}
	}
	return nil
}

func (c *Catalogue) spoil(from netip.Addr) {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.Now()
	c.tries.Of(pace.Network(from), now).Take(now)
}

// Mine returns the person's summary.
func (c *Catalogue) Mine(ctx context.Context, from netip.Addr, id, token string) (Summary, error) {
	r, given, err := c.enter(ctx, from, id, token)
	if err != nil {
		return Summary{}, err
	}
	m, stored, err := c.manifest(ctx, id)
	if err != nil {
		return Summary{}, err
	}
	r.follow(stored)
	readers, err := c.currentReaders(ctx, m, id)
	if err != nil {
		return Summary{}, err
	}
	s := Summary{
		ID: id, State: r.State, Begun: r.Begun, Ended: r.Ended, Length: r.Length, Technician: r.Technician.Name, Organisation: r.Technician.Organisation,
		Ticket: r.Ticket, Host: r.Host.Name, Recorded: true, Who: whoOpens(readers), DeleteAfter: stored.DeleteAfter, Held: r.Held, Copy: given.Kind, Views: r.Views,
		Parts: r.Parts, Bytes: r.Bytes, KeyFrames: orNone(stored.KeyFrames), IndexParts: orNone(stored.Indexes),
	}
	for _, each := range readers {
		s.Readers = append(s.Readers, SummaryReader{each.Name, each.Held})
	}
	if r.Facts != nil {
		f, windows := r.Facts, len(r.Facts.Windows)
		s.Files, s.Windows, s.Keys, s.Clipboard, s.Chat = orNone(f.Files), &windows, &f.Keys, &f.Clipboard, &f.Chat
	}
	if s.Allowed, err = c.allowed(ctx, id); err != nil {
		return Summary{}, err
	}
	objections, err := c.Store.Objections(ctx, id)
	s.Objections = orNone(objections)
	return s, err
}

// allowed returns the scopes of all grants of a session, as the audit trail has them.
func (c *Catalogue) allowed(ctx context.Context, id string) ([]string, error) {
	lines, err := c.Trail.AuditLines(ctx, audit.Query{Session: id, Kind: audit.Grant, Limit: maxTrail})
	if err != nil {
		return nil, err
	}
	scopes := []string{}
	for _, line := range lines {
		var e struct{ Detail map[string]string }
		if json.Unmarshal([]byte(line), &e) != nil {
			continue // "audit verify" names it
		}
		for scope := range strings.FieldsSeq(e.Detail["scopes"]) {
			if !slices.Contains(scopes, scope) {
				scopes = append(scopes, scope)
			}
		}
	}
	return scopes, nil
}

// MyParts are parts of the person's own recording, where policy lets them watch it; else
// it fails with [ErrNotAllowed].
func (c *Catalogue) MyParts(ctx context.Context, from netip.Addr, id, token string, first, last int64) (Stretch, error) {
	_, given, err := c.enter(ctx, from, id, token)
	if err != nil {
		return Stretch{}, err
	}
	if given.Kind != CopyRecording {
		return Stretch{}, ErrNotAllowed
	}
	return c.stretch(ctx, id, first, last)
}

// Object tells auditors that the person objects.
func (c *Catalogue) Object(ctx context.Context, from netip.Addr, id, token, text string) error {
	if _, _, err := c.enter(ctx, from, id, token); err != nil {
		return err
	}
	text, err := sayable("objection", text, maxObjection)
	if err != nil {
		return err
	}
	objections, err := c.Store.Objections(ctx, id)
	if err != nil {
		return err
	}
	if err := c.Store.AddObjection(ctx, id, Objection{Time: c.Now().UTC(), Text: text}, maxObjections); err != nil {
		return err
	}
	c.Journal(audit.Event{Kind: audit.RecordingObjected, Actor: audit.ActorHost, Session: id, Address: from.String(), Detail: map[string]string{
		"text": text, "number": strconv.Itoa(len(objections) + 1),
	}})
	return nil
}
