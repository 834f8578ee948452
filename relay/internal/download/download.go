// Package download has the host's programs at a relay, for people to fetch: which there
// are, how large, with which hash, and under which name a browser saves them.
//
// That name says which relay the program belongs to: lendhand@help.example.exe. It is
// made from the address that the relay was configured with, never from what a request
// says, and holds nothing secret.
//
// A [Shelf] looks at its folders by itself, every now and then, and hashes one file after
// the other when they have changed. Requests are answered from what it has seen, so none
// of them makes it read a whole file.
package download

import (
	"context"
	"errors"
	"log/slog"
	"net/url"
	"slices"
	"sync"
	"time"
)

// System is what a program runs on.
type System string

// The systems.
const (
	Linux   System = "linux"
	Windows System = "windows"
	MacOS   System = "macos"
)

// The names of the programs in their folder: no other file is ever looked at.
const (
	nameLinux   = "lendhand"
	nameWindows = "lendhand.exe"
	nameMacOS   = "lendhand.app.zip"
)

// Names lists the names.
func Names() []string { return []string{nameWindows, nameMacOS, nameLinux} }

// Errors of [Shelf.Open].
var (
	// ErrNone says that there is no such program.
	ErrNone = errors.New("no such program")
	// ErrChanged says that the file is another one than was hashed; it soon is known again.
	ErrChanged = errors.New("the program has changed and is not hashed yet")
)

// Program is one that can be fetched.
type Program struct {
	System System
	// Name is the file's in its folder, SaveAs what a browser calls it.
	Name, SaveAs string
	// Pointed says that SaveAs names the relay.
	Pointed bool
	// Size is in bytes.
	Size int64
	// SHA256 is in lower-case hexadecimal.
	SHA256 string
	// Signed says that the file carries a signature, not that it is a good one.
	Signed bool
	// Kind is the Content-Type.
	Kind string
}

// Config is what a [Shelf] is made of.
type Config struct {
	// Folders are looked at in this order: the first that has a program wins.
	Folders []string
	// Relay is the public address.
	Relay *url.URL
	// Every is how often the folders are looked at; zero means every five seconds.
	Every time.Duration
	Log   *slog.Logger
}

// Shelf knows the programs that there are.
type Shelf struct {
	// Set at construction.
	cfg Config
	// nudge makes Run look at once.
	nudge chan struct{}
	// looked is closed when the folders were looked at for the first time.
	looked chan struct{}

	mu    sync.Mutex // guards the rest
	found map[string]found
}

// found is a program as it was hashed.
type found struct {
	Program
	stamp stamp
}

// New checks the configuration. Nothing is there before [Shelf.Run] has looked.
func New(cfg Config) (*Shelf, error) {
	if cfg.Relay == nil || cfg.Relay.Hostname() == "" || cfg.Log == nil {
		return nil, errors.New("downloads: no relay's address or no log")
	}
	if cfg.Every == 0 {
		cfg.Every = 5 * time.Second
	}
	return &Shelf{
		cfg: cfg, nudge: make(chan struct{}, 1), looked: make(chan struct{}), found: make(map[string]found),
	}, nil
}

// Run looks at the folders until ctx ends, and then returns nil.
func (s *Shelf) Run(ctx context.Context) error {
	again := time.NewTicker(s.cfg.Every)
	defer again.Stop()
	s.look(ctx)
	close(s.looked)
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-again.C:
		case <-s.nudge:
		}
		s.look(ctx)
	}
}

// Programs lists what there is, in the order of [Names]. It waits for the first look.
func (s *Shelf) Programs(ctx context.Context) ([]Program, error) {
	select {
	case <-s.looked:
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	list := []Program{}
	for _, name := range Names() {
		if f, ok := s.found[name]; ok {
			list = append(list, f.Program)
		}
	}
	return list, nil
}

// Open opens a program to be read from its beginning. Close its file. Errors are
// [ErrNone], [ErrChanged], ctx's, or faults.
func (s *Shelf) Open(ctx context.Context, name string) (*File, error) {
	if _, err := s.Programs(ctx); err != nil {
		return nil, err
	}
	s.mu.Lock()
	f, ok := s.found[name]
	s.mu.Unlock()
	if !ok || !slices.Contains(Names(), name) {
		return nil, ErrNone
	}
	file, at, err := open(f.stamp.folder, name)
	if err != nil || !at.equal(f.stamp) {
		s.lookSoon()
		return nil, errors.Join(ErrChanged, closed(file))
	}
	return &File{File: file, Program: f.Program, Changed: at.changed}, nil
}

func (s *Shelf) lookSoon() {
	select {
	case s.nudge <- struct{}{}:
	default: // it will
	}
}
