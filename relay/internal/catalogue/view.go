package catalogue

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"
	"unicode/utf8"

	"filippo.io/age"

	"github.com/lendhand/lendhand/relay/internal/account"
	"github.com/lendhand/lendhand/relay/internal/audit"
	"github.com/lendhand/lendhand/relay/recording"
	"github.com/lendhand/lendhand/signaling/problem"
)

const (
	// viewFor is how long a reason to watch a recording is good, exportFor one to take it
	// away: for the sign-in that gave it.
	viewFor   = 12 * time.Hour
	exportFor = time.Hour

	maxReason = 500 // characters
)

// MaxParts and MaxBytes bound what one request gets of a recording.
const (
	MaxParts = 1000
	MaxBytes = 16 << 20
)

// ErrReason says that a reason has to be given first, or again.
var ErrReason = errors.New("a reason is needed")

// Opened is what opens a recording.
type Opened struct {
	Until time.Time `json:"until"`
	// Identity is the recording's own, where the relay can open it.
	Identity string `json:"identity,omitempty"`
	// SealedKeys are age files in base64, one of which an auditor's own key opens.
	SealedKeys []string `json:"sealedKeys"`
}

// Open writes down why somebody watches a recording, and returns what opens it.
func (c *Catalogue) Open(ctx context.Context, me account.Me, id, reason string) (Opened, error) {
	m, _, err := c.manifest(ctx, id)
	if err != nil {
		return Opened{}, err
	}
	v, err := c.look(ctx, me, id, reason, ViewOpen, viewFor)
	if err != nil {
		return Opened{}, err
	}
	out := Opened{Until: v.Until, SealedKeys: []string{m.SealedKey}}
	shares, err := c.Store.Shares(ctx, id)
	if err != nil {
		return Opened{}, err
	}
	for _, s := range shares {
		out.SealedKeys = append(out.SealedKeys, s.SealedKey)
	}
	if out.Identity, err = c.anyIdentity(m, shares); err != nil && !errors.Is(err, errNotOurs) {
		return Opened{}, err
	}
	return out, nil
}

// anyIdentity opens a recording's own key from the manifest, or from what was shared with
// the relay since.
func (c *Catalogue) anyIdentity(m *recording.Manifest, shares []Share) (string, error) {
	identity, err := c.identity(m)
	if !errors.Is(err, errNotOurs) {
		return identity, err
	}
	key, keyErr := c.ownKey()
	if keyErr != nil {
		return "", keyErr
	}
	for _, s := range shares {
		if s.Reader.Key == key.Recipient().String() {
			return recording.OpenIdentity(s.SealedKey, key)
		}
	}
	return "", err
}

// ownKey returns the relay's key, or errNotOurs.
func (c *Catalogue) ownKey() (*age.X25519Identity, error) {
	key, err := c.Key()
	if err == nil && key == nil {
		err = errNotOurs
	}
	return key, err
}

// Export writes down why somebody takes a recording away. File gives it.
func (c *Catalogue) Export(ctx context.Context, me account.Me, id, reason string) (until time.Time, size int64, err error) {
	if _, _, err := c.manifest(ctx, id); err != nil {
		return time.Time{}, 0, err
	}
	file, size, err := c.Recordings.File(ctx, id)
	if err != nil {
		return time.Time{}, 0, err
	}
	if err := file.Close(); err != nil {
		return time.Time{}, 0, err
	}
	v, err := c.look(ctx, me, id, reason, ViewExport, exportFor)
	return v.Until, size, err
}

// look checks a reason, and writes down who looks at what: first into the audit trail.
func (c *Catalogue) look(ctx context.Context, me account.Me, id, reason string, kind ViewKind, life time.Duration) (View, error) {
	reason, err := sayable("reason", reason, maxReason)
	if err != nil {
		return View{}, err
	}
	if err := c.spend(me.Account.ID); err != nil {
		return View{}, err
	}
	now := c.Now().UTC()
	v := View{By: personOf(me), Time: now, Reason: reason, Kind: kind, SignIn: me.SignIn.ID, Until: now.Add(life)}
	events := map[ViewKind]audit.Kind{ViewOpen: audit.RecordingViewed, ViewExport: audit.RecordingExported}
	c.note(me, events[kind], id, map[string]string{"reason": reason})
	return v, c.Store.AddView(ctx, id, v)
}

// note writes an event of the person's into the audit trail.
func (c *Catalogue) note(me account.Me, kind audit.Kind, id string, detail map[string]string) {
	e := audit.Event{Kind: kind, Actor: me.Account.ID, Session: id, Detail: detail}
	if me.Address.IsValid() {
		e.Address = me.Address.String()
	}
	c.Journal(e)
}

// MayLook fails with [ErrReason] unless the sign-in has given a reason for a kind that is
// good now.
func (c *Catalogue) MayLook(ctx context.Context, me account.Me, id string, kind ViewKind) error {
	_, good, err := c.Store.Good(ctx, id, me.SignIn.ID, kind, c.Now())
	if err == nil && !good {
		return ErrReason
	}
	return err
}

// Parts is [Recordings.Parts] for somebody who has given a reason.
func (c *Catalogue) Parts(ctx context.Context, me account.Me, id string, from, to int64) (Stretch, error) {
	if _, err := c.Store.Record(ctx, id); err != nil {
		return Stretch{}, err
	}
	if err := c.MayLook(ctx, me, id, ViewOpen); err != nil {
		return Stretch{}, err
	}
	return c.stretch(ctx, id, from, to)
}

func (c *Catalogue) stretch(ctx context.Context, id string, from, to int64) (Stretch, error) {
	if from < 0 || to < from {
		return Stretch{}, problem.New(fmt.Sprintf("parts %d to %d are none", from, to), "Parts are numbered from 0.")
	}
	return c.Recordings.Parts(ctx, id, from, min(to, from+MaxParts-1), MaxBytes)
}

// File is [Recordings.File] for somebody who exports.
func (c *Catalogue) File(ctx context.Context, me account.Me, id string) (io.ReadCloser, int64, error) {
	if _, err := c.Store.Record(ctx, id); err != nil {
		return nil, 0, err
	}
	if err := c.MayLook(ctx, me, id, ViewExport); err != nil {
		return nil, 0, err
	}
	return c.Recordings.File(ctx, id)
}

// manifest returns the manifest of a recording that is in the catalogue.
func (c *Catalogue) manifest(ctx context.Context, id string) (*recording.Manifest, Stored, error) {
	if _, err := c.Store.Record(ctx, id); err != nil {
		return nil, Stored{}, err
	}
	stored, err := c.Recordings.Stored(ctx, id)
	if err != nil {
		return nil, Stored{}, err
	}
	m, err := recording.ParseManifest(stored.Manifest)
	return m, stored, err
}

func personOf(me account.Me) Person {
	name := me.Account.DisplayName
	if name == "" {
		name = me.Account.Name
	}
	return Person{ID: me.Account.ID, Name: name}
}

// sayable returns what somebody wrote, fit to be shown, or says what is wrong with it.
func sayable(what, text string, most int) (string, error) {
	text = trim(clean(text))
	if n := utf8.RuneCountInString(text); n < 1 || n > most {
		return "", problem.New(fmt.Sprintf("the %s has %d characters", what, n), fmt.Sprintf("Write 1 to %d.", most))
	}
	return text, nil
}
