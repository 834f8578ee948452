package catalogue

import (
	"context"
	"errors"
	"fmt"
	"time"

	"filippo.io/age"

	"github.com/lendhand/lendhand/relay/internal/audit"
	"github.com/lendhand/lendhand/signaling"
	"github.com/lendhand/lendhand/signaling/problem"
)

// HeldName is how the relay's own reader is called.
const HeldName = "Auditors (key held by the relay)"

// maxReaders bounds the book: every part of every recording is sealed to each of them.
const maxReaders = 16

// Why the book of readers stays as it is.
var (
	ErrReaderTaken = errors.New("a reader of this name or key is there already")
	ErrNoReader    = errors.New("there is no such reader")
	ErrLastReader  = errors.New("this is the last reader")
	ErrReadersFull = errors.New("there are as many readers as there may be")
)

// Reader is who can open recordings that begin from now on.
type Reader struct {
	Name string `json:"name"`
	// Key is public, as age writes it: "age1…".
	Key string `json:"key"`
	// Held says that the relay has the private one.
	Held bool `json:"held"`
	// Added is when, By an account or another word for who did it.
	Added time.Time `json:"added,omitzero"`
	By    string    `json:"by,omitempty"`
}

// Book is who reads recordings from now on.
type Book struct {
	Readers []Reader `json:"readers"`
	// Sealed says that the relay is none of them.
	Sealed bool `json:"sealed"`
}

// BookStore keeps the readers.
type BookStore interface {
	// Readers are in the order in which they were added.
	Readers(ctx context.Context) ([]Reader, error)
	// AddReader fails with [ErrReaderTaken], or when there are most already with
	// [ErrReadersFull].
	AddReader(ctx context.Context, r Reader, most int) error
	// RemoveReader fails with [ErrNoReader] or [ErrLastReader].
	RemoveReader(ctx context.Context, name string) error
	// ReplaceReader gives the reader of r's name another key, or fails with [ErrNoReader].
	ReplaceReader(ctx context.Context, r Reader) error
	// ReadersSettled reports whether the first start has been; SettleReaders is its work.
	ReadersSettled(ctx context.Context) (bool, error)
	SettleReaders(ctx context.Context, first []Reader) error
}

// Readers is the book of readers with the relay's own key. Its commands work while a
// relay runs, which reads the book anew for every session.
type Readers struct {
	store   BookStore
	key     func() (*age.X25519Identity, error)
	journal func(audit.Event)
	now     func() time.Time
}

// NewReaders returns the book. Key reads the relay's own key, or makes it where there is
// none; it is only called when the relay is to be a reader.
func NewReaders(store BookStore, key func() (*age.X25519Identity, error), journal func(audit.Event)) *Readers {
	return &Readers{store: store, key: key, journal: journal, now: time.Now}
}

// Settle is for the start of a relay. At the first one the relay itself becomes the first
// reader, unless it is to be sealed. Later it removes the relay's own reader where sealed
// says so and others are there, and gives it its new key where the old one is lost; it
// never adds one.
func (b *Readers) Settle(ctx context.Context, sealed bool) error {
	settled, err := b.store.ReadersSettled(ctx)
	switch {
	case err != nil:
		return err
	case !settled && sealed:
		return b.store.SettleReaders(ctx, nil)
	case !settled:
		key, err := b.key()
		if err != nil {
			return err
		}
		return b.store.SettleReaders(ctx, []Reader{b.own(key, audit.ActorRelay)})
	case !sealed:
		return b.follow(ctx)
	default:
		err := b.Remove(ctx, audit.Event{Actor: audit.ActorRelay}, HeldName)
		if errors.Is(err, ErrNoReader) {
			return nil
		}
		if errors.Is(err, ErrLastReader) {
			return problem.Wrap(fmt.Errorf("seal the recordings: %w", err),
				"Add the auditors' keys first, with \"lendhand-relay recordings readers add NAME AGE1…\", then start again.")
		}
		return err
	}
}

// follow sees to it that nothing is sealed to a key of the relay's that is lost.
func (b *Readers) follow(ctx context.Context) error {
	list, err := b.store.Readers(ctx)
	if err != nil {
		return err
	}
	for _, r := range list {
		if !r.Held {
			continue
		}
		key, err := b.key()
		if err != nil || r.Key == key.Recipient().String() {
			return err
		}
		own := b.own(key, audit.ActorRelay)
		if err := b.store.ReplaceReader(ctx, own); err != nil {
			return err
		}
		b.note(audit.Event{Actor: audit.ActorRelay}, audit.ReaderAdded, own.Name, own.Key)
		return nil
	}
	return nil
}

// own returns the relay's own reader.
func (b *Readers) own(key *age.X25519Identity, by string) Reader {
	return Reader{Name: HeldName, Key: key.Recipient().String(), Held: true, Added: b.now().UTC(), By: by}
}

// Current returns the book.
func (b *Readers) Current(ctx context.Context) (Book, error) {
	list, err := b.store.Readers(ctx)
	if err != nil {
		return Book{}, err
	}
	book := Book{Readers: list, Sealed: true}
	if list == nil {
		book.Readers = []Reader{}
	}
	for _, r := range list {
		book.Sealed = book.Sealed && !r.Held
	}
	return book, nil
}

// Add adds a reader: by has who does it, and where from. Errors have hints.
func (b *Readers) Add(ctx context.Context, by audit.Event, name, key string) error {
	r, err := newReader(name, key)
	if err != nil {
		return err
	}
	r.Added, r.By = b.now().UTC(), by.Actor
	return b.add(ctx, by, r)
}

// AddOwn makes the relay itself a reader again.
func (b *Readers) AddOwn(ctx context.Context, by audit.Event) error {
	key, err := b.key()
	if err != nil {
		return err
	}
	return b.add(ctx, by, b.own(key, by.Actor))
}

func (b *Readers) add(ctx context.Context, by audit.Event, r Reader) error {
	if err := b.store.AddReader(ctx, r, maxReaders); err != nil {
		return explainReader(err)
	}
	b.note(by, audit.ReaderAdded, r.Name, r.Key)
	return nil
}

// Remove removes a reader. What was recorded before they can open as ever.
func (b *Readers) Remove(ctx context.Context, by audit.Event, name string) error {
	if err := b.store.RemoveReader(ctx, name); err != nil {
		return explainReader(err)
	}
	b.note(by, audit.ReaderRemoved, name, "")
	return nil
}

func (b *Readers) note(by audit.Event, kind audit.Kind, name, key string) {
	by.Kind, by.Detail = kind, map[string]string{"reader": name}
	if key != "" {
		by.Detail["key"] = key // a public one
	}
	b.journal(by)
}

func newReader(name, key string) (Reader, error) {
	if name == "" || name == HeldName || signaling.CleanName(name) != name {
		return Reader{}, problem.New(fmt.Sprintf("%.80q cannot be the name of a reader", name),
			"A name is 1 to 64 characters, none of them invisible: that of a team, for example.")
	}
	if _, err := age.ParseX25519Recipient(key); err != nil {
		return Reader{}, problem.New(fmt.Sprintf("%.80q is not a public key of age", cut(key, 16)),
			"It begins with \"age1\". \"age-keygen\" prints it, and keeps the private one, which never comes here.")
	}
	return Reader{Name: name, Key: key}, nil
}

func explainReader(err error) error {
	hints := map[error]string{
		ErrReaderTaken: "Choose another name, or look whether the key is in the list already.",
		ErrNoReader:    "\"lendhand-relay recordings readers list\" lists them.",
		ErrLastReader:  "Add another one first: a recording that nobody can open is none.",
		ErrReadersFull: "Remove one that is not needed any more.",
	}
	for cause, hint := range hints {
		if errors.Is(err, cause) {
			return problem.Wrap(err, hint)
		}
	}
	return err
}

// Public returns the book without who wrote it.
func (b Book) Public() Book {
	public := Book{Readers: make([]Reader, len(b.Readers)), Sealed: b.Sealed}
	for i, r := range b.Readers {
		public.Readers[i] = Reader{Name: r.Name, Key: r.Key, Held: r.Held}
	}
	return public
}

// Who says in a sentence who can open recordings that begin from now on.
func (b Book) Who() string {
	readers := make([]CurrentReader, len(b.Readers))
	for i, r := range b.Readers {
		readers[i] = CurrentReader{Name: r.Name, Key: r.Key, Held: r.Held}
	}
	return whoOpens(readers)
}
