// Package app is the host's program put together: it registers with the relay,
// shows the code, asks the person, and runs one session after the other.
//
// A session is one actor: everything that happens to it is handled by one
// goroutine, which owns its state. Two things are outside it for the sake of
// delay: the technician's input, which has a goroutine of its own (hands), and
// the picture (package picture). What both may do is decided by the session's
// consent.Gate.
package app

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/lendhand/lendhand/client/internal/capture"
	"github.com/lendhand/lendhand/client/internal/clipboard"
	"github.com/lendhand/lendhand/client/internal/encode"
	"github.com/lendhand/lendhand/client/internal/input"
	"github.com/lendhand/lendhand/client/internal/peer"
	"github.com/lendhand/lendhand/client/internal/preflight"
	"github.com/lendhand/lendhand/client/internal/presence"
	"github.com/lendhand/lendhand/client/internal/record"
	"github.com/lendhand/lendhand/client/internal/titles"
	"github.com/lendhand/lendhand/client/internal/ui"
	"github.com/lendhand/lendhand/signaling"
	"github.com/lendhand/lendhand/signaling/checkup"
	"github.com/lendhand/lendhand/signaling/problem"
	"github.com/lendhand/lendhand/signaling/settings"
	"github.com/lendhand/lendhand/signaling/sigclient"
)

// UI is what the person sees and says.
type UI interface {
	// Run serves the interface until ctx ends.
	Run(ctx context.Context)
	// ShowCode shows the code to read out, and how long it lives.
	ShowCode(code signaling.Code, life time.Duration)
	// Ask asks the person, and returns what they allow, nothing for a no. It returns
	// soon after ctx ends, with the cause of that.
	Ask(ctx context.Context, r ui.Request) (ui.Answer, error)
	// Show shows the session's state.
	Show(s ui.State)
	// ShowFindings shows what of a session will not work on this machine.
	ShowFindings(findings []checkup.Finding)
	// ShowRelay shows how it stands with the relay.
	ShowRelay(r ui.Relay)
	// ShowChat shows one more message of the session's chat, the person's own included.
	ShowChat(said ui.Said)
	// ShowFiles shows the newest of the session's files, the oldest of them first.
	ShowFiles(files []ui.Transfer)
	// Say tells the person something.
	Say(n ui.Notice)
	// Commands is what the person wants done.
	Commands() <-chan ui.Command
}

// Config says what an App is made of. All fields but OpenPointer, OpenPresence, StopKey,
// OpenClipboard, Downloads, OpenTitles, RecordingsDir, Ports, Limits, Invitation, Assistive and Stays are required.
type Config struct {
	Server settings.Address
	TLS    *tls.Config
	UI     UI
	Events *ui.Events
	// Preflight tries what a session will need, before there is a code.
	Preflight func(context.Context) preflight.Result
	// OpenScreen and OpenInjector open this machine's desktop, after the person's yes.
	OpenScreen   func() (capture.Source, error)
	OpenInjector func() (input.Injector, error)
	// OpenPointer opens what watches the pointer of this desktop, after the person's yes;
	// nil where nothing can.
	OpenPointer func() (capture.Pointer, error)
	// OpenPresence opens what watches the person's own hands, after their yes; nil where
	// nothing can. StopKey is the key that stops a session then; zero for
	// presence.DefaultKey.
	OpenPresence func(presence.Config) (presence.Watch, error)
	StopKey      presence.Key
	// OpenClipboard opens the clipboard, when the person has allowed its use; nil where it
	// cannot be reached: then nobody can ask for it.
	OpenClipboard func() (clipboard.Board, error)
	// Downloads is the folder of the person's downloads, in which files of the technician's
	// have a folder of their own; nil where files are neither taken nor given.
	Downloads func() (string, error)
	// OpenTitles opens what tells the titles of windows, for a recording; nil where nothing
	// can.
	OpenTitles func() (titles.Watch, error)
	// RecordingsDir is the folder that keeps recordings until they are uploaded; empty for
	// none, and then memory has to do.
	RecordingsDir string
	// Codecs are what this machine can encode, best first.
	Codecs []encode.Codec
	// BitsPerSecond is the picture's target rate, Threads its encoder's threads.
	BitsPerSecond int
	Threads       int
	// Ports are the local ports for media.
	Ports peer.PortRange
	// Limits are this machine's own, for every session.
	Limits Limits
	// Invitation is the code of an invitation that the person has opened; empty for none.
	// The first session waits for its technician.
	Invitation signaling.Code
	// Assistive says that programs press keys and buttons for the person.
	Assistive bool
	// Stays says that nothing which the person may mend ends the program: neither an
	// invitation that is not valid nor a relay that cannot be used.
	Stays bool
	Log   *slog.Logger
}

func (c *Config) validate() error {
	switch {
	case c.Server.IsZero() || c.TLS == nil || c.Log == nil:
		return errors.New("app: server, TLS and log are required")
	case c.UI == nil || c.Events == nil:
		return errors.New("app: interface and events are required")
	case c.Preflight == nil:
		return errors.New("app: a preflight is required")
	case c.OpenScreen == nil || c.OpenInjector == nil || len(c.Codecs) == 0:
		return errors.New("app: screen, injector and codecs are required")
	case c.BitsPerSecond < 1 || c.Threads < 1:
		return fmt.Errorf("app: %d bit/s with %d threads", c.BitsPerSecond, c.Threads)
	}
	return c.Limits.validate()
}

// stopKey is the key that stops a session.
func (c *Config) stopKey() presence.Key {
	if c.StopKey.IsZero() {
		return presence.DefaultKey()
	}
	return c.StopKey
}

const (
	// quitWithin is how long the relay may take to hear that this program ends.
	quitWithin = time.Second
	// retryAfter is the pause before a relay that cannot be used is tried again.
	retryAfter = 10 * time.Second
)

// App is the program.
type App struct {
	// Set at construction.
	config Config
	memory *memory
	depot  *record.Depot

	client *sigclient.Client // owned by Run

	// Guarded by mu.
	mu       sync.Mutex
	upcoming *self // who the next session's host is
}

// New checks config and returns an App that has not started.
func New(config Config) (*App, error) {
	if err := config.validate(); err != nil {
		return nil, err
	}
	a := &App{config: config, memory: newMemory(config.Invitation)}
	var err error
	a.depot, err = record.NewDepot(record.DepotConfig{Dir: config.RecordingsDir, TLS: config.TLS, Log: config.Log})
	if err := errors.Join(err, a.dial(), a.renew()); err != nil {
		return nil, err
	}
	return a, nil
}

// dial makes a new connection to the relay, which is not used yet.
func (a *App) dial() error {
	client, err := sigclient.New(sigclient.Config{
		URL:      signalURL(a.config.Server),
		TLS:      a.config.TLS,
		Incoming: signaling.RelayToHost,
		First:    a.introduce,
		Lost:     signaling.EndHostLost,
		Changed:  a.relayChanged,
	})
	a.client = client
	return err
}

// Run runs until ctx ends or the person quits, and returns nil then. Other errors
// have hints where the person can do something about them.
func (a *App) Run(ctx context.Context) error {
	// What ctx starts goes on while the last session says good-bye.
	running, cancel := context.WithCancel(context.WithoutCancel(ctx))
	var parts sync.WaitGroup
	defer parts.Wait()
	defer cancel()
	defer func() { _ = a.depot.Close() }()
	a.depot.Resume()
	parts.Go(func() { a.config.UI.Run(running) })
	a.config.UI.ShowRelay(ui.Relay{Name: a.config.Server.Host()})
	if err := a.preflight(ctx); err != nil {
		return err
	}
	for {
		quit, gone, err := a.talk(ctx, running)
		switch {
		case quit || err != nil:
			return err
		case !a.config.Stays:
			return gone
		}
		if a.await(ctx, gone) {
			return nil
		}
		if err := a.dial(); err != nil {
			return err
		}
	}
}

// talk uses one connection to the relay until the person quits, or until the relay does
// not talk to this program any more, and returns why. The connection lasts no longer than
// running.
func (a *App) talk(ctx, running context.Context) (quit bool, gone, err error) {
	running, cancel := context.WithCancel(running)
	var relayErr error
	var connection sync.WaitGroup
	connection.Go(func() { relayErr = a.client.Run(running) })
	quit, err = a.serve(ctx)
	cancel()
	connection.Wait()
	if quit || err != nil {
		return quit, nil, err
	}
	return false, a.explain(relayErr), nil
}

// await tells the person why the relay cannot be used, and waits before it is tried again.
// It reports whether the person quits meanwhile.
func (a *App) await(ctx context.Context, why error) (quit bool) {
	a.config.Log.Warn("the relay cannot be used", "error", why)
	a.config.UI.ShowRelay(ui.Relay{Name: a.config.Server.Host(), Problem: why.Error(), Hint: problem.Hint(why)})
	again := time.After(retryAfter)
	for {
		select {
		case <-ctx.Done():
			return true
		case c := <-a.config.UI.Commands():
			switch c := c.(type) {
			case ui.Quit:
				return true
			case ui.Open:
				a.memory.invite(c.Code) // for the next try
			}
		case <-again:
			return false
		}
	}
}

// serve runs sessions until the person quits, which it reports as true, or the
// relay does not talk to this program any more.
func (a *App) serve(ctx context.Context) (quit bool, err error) {
	for {
		select {
		case <-ctx.Done():
			return true, nil
		case c := <-a.config.UI.Commands():
			switch c := c.(type) {
			case ui.Quit:
				return true, nil
			case ui.Open:
				a.memory.invite(c.Code) // for the session that begins in a moment
			}
		case m, ok := <-a.client.Messages():
			if !ok {
				return false, nil
			}
			if told, ok := m.(*signaling.Error); ok && a.isAboutInvitation(told) {
				if err := a.invitationRefused(told); err != nil {
					return false, err
				}
				continue
			}
			registered, ok := m.(*signaling.Registered)
			if !ok {
				a.config.Log.Debug("message between two sessions", "type", signaling.TypeOf(m))
				continue
			}
			if quit, ok, err := a.host(ctx, registered); quit || !ok || err != nil {
				return quit, err
			}
		}
	}
}

// host runs the session that the relay has registered, and asks for the next one. It
// reports whether the person quits, and whether the relay is still there.
func (a *App) host(ctx context.Context, registered *signaling.Registered) (quit, ok bool, err error) {
	me := a.me()
	if registered.Invitation != nil {
		a.memory.invite("") // it is open: sessions after that get codes
	}
	if err := a.renew(); err != nil {
		return false, true, err
	}
	s, err := newSession(&a.config, a.depot, a.client, a.memory, me, registered)
	if err != nil {
		return false, true, fmt.Errorf("register with the relay: %w", err)
	}
	quit, ok = s.run(ctx)
	if quit || !ok {
		return quit, ok, nil
	}
	if err := a.client.Send(a.introduce()); err != nil {
		a.config.Log.Debug("not registered again", "error", err)
	}
	return false, true, nil
}

// preflight finds out whether this desktop can be shown and controlled, and shows what
// will not work. A desktop that can only be shown is only shown.
func (a *App) preflight(ctx context.Context) error {
	found := a.config.Preflight(ctx)
	over := ctx.Err() != nil // then what was found matters to nobody
	if err := found.Err(); err != nil && !over {
		return err
	}
	if !found.Input {
		a.config.Limits.Scopes = signaling.NewScopes(signaling.ScopeView)
	}
	a.config.UI.ShowFindings(found.Findings)
	return nil
}

// introduce makes the message that registers the next session.
func (a *App) introduce() signaling.Message {
	m := a.me().register()
	m.Invitation = string(a.memory.invitation())
	return m
}

// me returns who the next session's host is.
func (a *App) me() *self {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.upcoming
}

// renew makes a new identity for the session after this one: no two sessions can be
// linked by it.
func (a *App) renew() error {
	next, err := newSelf()
	if err != nil {
		return err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.upcoming = next
	return nil
}

// relayChanged tells the person once that the relay is away, and that it is back.
func (a *App) relayChanged(connected bool, err error) {
	now := ui.Relay{Connected: connected, Name: a.config.Server.Host()}
	if !connected {
		now.Problem, now.Hint = reason(err), "This program goes on trying."
	}
	a.config.UI.ShowRelay(now)
	if err != nil {
		a.config.Log.Info("connection to the relay lost", "error", err)
	}
}
