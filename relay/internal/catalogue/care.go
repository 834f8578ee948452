package catalogue

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"unicode/utf8"

	"github.com/lendhand/lendhand/relay/internal/account"
	"github.com/lendhand/lendhand/relay/internal/audit"
	"github.com/lendhand/lendhand/relay/recording"
	"github.com/lendhand/lendhand/signaling/problem"
)

// Limits of what auditors add.
const (
	maxNote       = 2000 // characters
	maxNotes      = 500
	maxFilterName = 64
	maxFilterText = 1000
	maxFilters    = 50
	maxSealedKey  = 16 << 10
)

// AddNote pins a note to a time, in milliseconds, and returns its ID.
func (c *Catalogue) AddNote(ctx context.Context, me account.Me, id string, at int64, text string) (string, error) {
	text, err := sayable("note", text, maxNote)
	if err != nil {
		return "", err
	}
	if at < 0 || at > int64(recording.MaxTime) {
		return "", problem.New("there is no such time in a recording", "It is in milliseconds, from 0.")
	}
	if err := c.begin(ctx, me, id); err != nil {
		return "", err
	}
	n := Note{ID: "n_" + rand.Text(), At: at, Text: text, By: personOf(me), Time: c.Now().UTC()}
	if err := c.Store.AddNote(ctx, id, n, maxNotes); err != nil {
		return "", err
	}
	c.note(me, audit.RecordingNoted, id, map[string]string{"note": n.ID, "at": strconv.FormatInt(at, 10), "text": text})
	return n.ID, nil
}

// begin checks that a recording is there, and that the person does not do too much.
func (c *Catalogue) begin(ctx context.Context, me account.Me, id string) error {
	if err := c.spend(me.Account.ID); err != nil {
		return err
	}
	_, err := c.Store.Record(ctx, id)
	return err
}

// RemoveNote takes away a note of one's own.
func (c *Catalogue) RemoveNote(ctx context.Context, me account.Me, id, note string) error {
	if err := c.begin(ctx, me, id); err != nil {
		return err
	}
	if err := c.Store.RemoveNote(ctx, id, note, me.Account.ID); err != nil {
		return err
	}
	c.note(me, audit.RecordingUnnoted, id, map[string]string{"note": note})
	return nil
}

// Hold keeps a recording from being deleted, or lets it go.
func (c *Catalogue) Hold(ctx context.Context, me account.Me, id string, on bool, reason string) error {
	reason, err := sayable("reason", reason, maxReason)
	if err != nil {
		return err
	}
	if err := c.begin(ctx, me, id); err != nil {
		return err
	}
	kind, hold := audit.RecordingReleased, (*Hold)(nil)
	if on {
		kind, hold = audit.RecordingHeld, &Hold{Reason: reason, By: personOf(me), Since: c.Now().UTC()}
	}
	// The storage is told first of what keeps, and last of what lets go.
	steps := []func() error{
		func() error { return c.Recordings.SetHeld(ctx, id, on) },
		func() error { return c.Store.SetHold(ctx, id, hold) },
	}
	if !on {
		steps[0], steps[1] = steps[1], steps[0]
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	c.note(me, kind, id, map[string]string{"reason": reason})
	return nil
}

// ErrSealed says that the relay cannot share what it cannot open: an auditor's browser
// has to.
var ErrSealed = errors.New("the relay cannot open this recording")

// Share seals a recording's own key to a reader of the book. SealedKey is given where the
// relay cannot do it.
func (c *Catalogue) Share(ctx context.Context, me account.Me, id, reader, reason, sealedKey string) error {
	reason, err := sayable("reason", reason, maxReason)
	if err != nil {
		return err
	}
	if err := c.begin(ctx, me, id); err != nil {
		return err
	}
	to, err := c.readerNamed(ctx, reader)
	if err != nil {
		return err
	}
	if sealedKey, err = c.sealTo(ctx, id, to, sealedKey); err != nil {
		return err
	}
	now := c.Now().UTC()
	c.note(me, audit.RecordingShared, id, map[string]string{"reason": reason, "reader": to.Name, "key": to.Key})
	if err := c.Store.AddShare(ctx, id, Share{Reader: to, SealedKey: sealedKey, Time: now}); err != nil {
		return err
	}
	return c.Store.AddView(ctx, id, View{By: personOf(me), Time: now, Reason: reason + " → " + to.Name, Kind: ViewShare})
}

func (c *Catalogue) readerNamed(ctx context.Context, name string) (Reader, error) {
	book, err := c.Readers.Current(ctx)
	if err != nil {
		return Reader{}, err
	}
	for _, r := range book.Readers {
		if r.Name == name {
			return r, nil
		}
	}
	return Reader{}, explainReader(ErrNoReader)
}

// sealTo returns the recording's key sealed to somebody: what a browser has sealed, where
// the relay cannot.
func (c *Catalogue) sealTo(ctx context.Context, id string, to Reader, sealedKey string) (string, error) {
	m, _, err := c.manifest(ctx, id)
	if err != nil {
		return "", err
	}
	shares, err := c.Store.Shares(ctx, id)
	if err != nil {
		return "", err
	}
	if len(shares) >= maxReaders {
		return "", ErrTooMany
	}
	if isReader(m, shares, to.Key) {
		return "", explainReader(fmt.Errorf("share with %q: %w", to.Name, ErrReaderTaken))
	}
	identity, err := c.anyIdentity(m, shares)
	switch {
	case err == nil:
		return recording.SealIdentity(identity, []recording.Reader{{Name: to.Name, Key: to.Key}})
	case !errors.Is(err, errNotOurs):
		return "", err
	case sealedKey == "":
		return "", ErrSealed
	}
	return sealedKey, checkSealedKey(sealedKey)
}

func isReader(m *recording.Manifest, shares []Share, key string) bool {
	for _, r := range m.Readers {
		if r.Key == key {
			return true
		}
	}
	for _, s := range shares {
		if s.Reader.Key == key {
			return true
		}
	}
	return false
}

// SaveFilter keeps a search of one's own under a name, and returns its ID.
func (c *Catalogue) SaveFilter(ctx context.Context, me account.Me, name, query string) (string, error) {
	name, err := sayable("name", name, maxFilterName)
	if err != nil {
		return "", err
	}
	values, err := url.ParseQuery(query)
	if err != nil || utf8.RuneCountInString(query) > maxFilterText || values.Has("cursor") {
		return "", problem.New("the search cannot be kept", fmt.Sprintf("It is what stands behind the question mark, at most %d characters, without a cursor.", maxFilterText))
	}
	if _, err := ParseQuery(values); err != nil {
		return "", err
	}
	if err := c.spend(me.Account.ID); err != nil {
		return "", err
	}
	f := Filter{ID: "f_" + rand.Text(), Name: name, Query: query}
	return f.ID, c.Store.SaveFilter(ctx, me.Account.ID, f, maxFilters)
}

// RemoveFilter forgets a search of one's own.
func (c *Catalogue) RemoveFilter(ctx context.Context, me account.Me, id string) error {
	return c.Store.RemoveFilter(ctx, me.Account.ID, id)
}

// Filters returns the searches that somebody keeps, by name.
func (c *Catalogue) Filters(ctx context.Context, me account.Me) ([]Filter, error) {
	list, err := c.Store.Filters(ctx, me.Account.ID)
	return orNone(list), err
}

// AddReader adds a reader to the book.
func (c *Catalogue) AddReader(ctx context.Context, me account.Me, name, key string) error {
	return c.Readers.Add(ctx, byOf(me), name, key)
}

// AddOwnReader makes the relay itself a reader again.
func (c *Catalogue) AddOwnReader(ctx context.Context, me account.Me) error {
	return c.Readers.AddOwn(ctx, byOf(me))
}

// RemoveReader removes a reader from the book.
func (c *Catalogue) RemoveReader(ctx context.Context, me account.Me, name string) error {
	return c.Readers.Remove(ctx, byOf(me), name)
}

func byOf(me account.Me) audit.Event {
	e := audit.Event{Actor: me.Account.ID}
	if me.Address.IsValid() {
		e.Address = me.Address.String()
	}
	return e
}
