package catalogue

import (
	"context"
	"strings"
	"time"

	"github.com/lendhand/lendhand/relay/internal/account"
	"github.com/lendhand/lendhand/relay/recording"
)

// Details are all that is known of a recording.
type Details struct {
	Entry
	Manifest    string          `json:"manifest"`
	Signature   string          `json:"signature"`
	Readers     []CurrentReader `json:"readers"`
	Who         string          `json:"who"`
	Hold        *Hold           `json:"hold"`
	DeleteAfter time.Time       `json:"deleteAfter,omitzero"`
	Notes       []Note          `json:"notes"`
	Views       []View          `json:"views"`
	Objections  []Objection     `json:"objections"`
	Facts       *Facts          `json:"facts"`
	IndexParts  []int64         `json:"indexParts"`
	KeyFrames   []int64         `json:"keyFrames"`
	// ReceiptKeys are the relay's, to verify its receipts with.
	ReceiptKeys []recording.PublicKey `json:"receiptKeys"`
	// Reason is one's own that is still good.
	Reason *Reason `json:"reason"`
}

// CurrentReader is somebody who can open a recording.
type CurrentReader struct {
	Name string `json:"name"`
	Key  string `json:"key"`
	// Held says that the relay has the key, Shared that they were no reader at first.
	Held   bool `json:"held"`
	Shared bool `json:"shared"`
}

// Reason is why somebody watches, and until when that is good.
type Reason struct {
	Reason string    `json:"reason"`
	Until  time.Time `json:"until"`
}

// Details returns all that is known of a recording. It opens nothing.
func (c *Catalogue) Details(ctx context.Context, me account.Me, id string) (d Details, err error) {
	if err := c.begin(ctx, me, id); err != nil {
		return d, err
	}
	m, stored, err := c.manifest(ctx, id)
	if err != nil {
		return d, err
	}
	r, err := c.Store.Record(ctx, id)
	if err != nil {
		return d, err
	}
	r.follow(stored) // the catalogue may be a minute behind
	d = Details{
		Entry: r.Entry, Facts: r.Facts, Manifest: string(stored.Manifest), Signature: signatureText(stored.Signature),
		DeleteAfter: stored.DeleteAfter, IndexParts: orNone(stored.Indexes), KeyFrames: orNone(stored.KeyFrames),
		ReceiptKeys: orNone(c.ReceiptKeys),
	}
	if err := c.addCare(ctx, me, id, &d); err != nil {
		return d, err
	}
	d.Readers, err = c.currentReaders(ctx, m, id)
	d.Who = whoOpens(d.Readers)
	return d, err
}

// addCare adds what people have done with the recording.
func (c *Catalogue) addCare(ctx context.Context, me account.Me, id string, d *Details) (err error) {
	if d.Hold, err = c.Store.HoldOf(ctx, id); err != nil {
		return err
	}
	notes, err := c.Store.Notes(ctx, id)
	if err != nil {
		return err
	}
	for i := range notes {
		notes[i].Own = notes[i].By.ID == me.Account.ID
	}
	d.Notes = orNone(notes)
	views, err := c.Store.Views(ctx, id)
	if err != nil {
		return err
	}
	d.Views = orNone(views)
	objections, err := c.Store.Objections(ctx, id)
	if err != nil {
		return err
	}
	d.Objections = orNone(objections)
	v, good, err := c.Store.Good(ctx, id, me.SignIn.ID, ViewOpen, c.Now())
	if good {
		d.Reason = &Reason{Reason: v.Reason, Until: v.Until}
	}
	return err
}

// currentReaders returns who can open a recording now.
func (c *Catalogue) currentReaders(ctx context.Context, m *recording.Manifest, id string) ([]CurrentReader, error) {
	own := ""
	if key, err := c.ownKey(); err == nil {
		own = key.Recipient().String()
	}
	readers := []CurrentReader{}
	for _, r := range m.Readers {
		readers = append(readers, CurrentReader{Name: r.Name, Key: r.Key, Held: r.Key == own})
	}
	shares, err := c.Store.Shares(ctx, id)
	for _, s := range shares {
		readers = append(readers, CurrentReader{Name: s.Reader.Name, Key: s.Reader.Key, Held: s.Reader.Key == own, Shared: true})
	}
	return readers, err
}

// whoOpens says in a sentence who can open what is sealed to readers.
func whoOpens(readers []CurrentReader) string {
	var names []string
	held := false
	for _, r := range readers {
		if r.Held {
			held = true
		} else {
			names = append(names, r.Name)
		}
	}
	switch {
	case held && len(names) == 0:
		return "Auditors of this relay: the relay holds the key, so who runs the relay could open it too."
	case held:
		return "Auditors of this relay (the relay holds a key, so who runs the relay could open it too), and with keys of their own: " + strings.Join(names, ", ") + "."
	case len(names) == 0:
		return "Nobody: there is no reader."
	}
	return "Only who has the key of: " + strings.Join(names, ", ") + ". The relay cannot open it."
}

func orNone[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}
