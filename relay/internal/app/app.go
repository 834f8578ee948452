// Package app puts a relay together, starts its parts in order, and stops them in
// the reverse of it.
package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/lendhand/lendhand/relay/internal/account"
	"github.com/lendhand/lendhand/relay/internal/catalogue"
	"github.com/lendhand/lendhand/relay/internal/config"
	"github.com/lendhand/lendhand/relay/internal/datadir"
	"github.com/lendhand/lendhand/relay/internal/download"
	"github.com/lendhand/lendhand/relay/internal/policy"
	"github.com/lendhand/lendhand/relay/internal/port"
	"github.com/lendhand/lendhand/relay/internal/recordstore"
	"github.com/lendhand/lendhand/relay/internal/store"
	"github.com/lendhand/lendhand/relay/internal/turn"
	"github.com/lendhand/lendhand/relay/internal/web"
	"github.com/lendhand/lendhand/signaling/broker"
	"github.com/lendhand/lendhand/signaling/grant"
)

const (
	// stopWithin is how long requests that are under way may take when the relay
	// stops.
	stopWithin = 10 * time.Second
	// techniciansPerAddress leaves room for an office behind one address.
	techniciansPerAddress = 256
)

// Config is what a relay is made of.
type Config struct {
	config.Relay
	// Viewer is the technician's page.
	Viewer fs.FS
	// Version is the program's.
	Version string
	Log     *slog.Logger
}

// App is one relay.
type App struct {
	// Set by Open, in this order; nil where it did not get.
	cfg      Config
	log      *slog.Logger
	lock     *datadir.Lock
	ballast  *datadir.Ballast
	store    *store.Store
	journal  *Journal
	listener net.Listener
	packets  net.PacketConn
	public   *url.URL
	splitter *port.Splitter
	turn     *turn.Server
	rules    *rules
	// recordings keeps what hosts record; readers is who can open it.
	recordings *recordstore.Store
	readers    *catalogue.Readers
	catalogue  *catalogue.Catalogue
	grants     *grant.Issuer
	broker     *broker.Broker
	shelf      *download.Shelf
	web        *web.Server
}

// Open takes the data folder and the port and makes all parts. The relay answers
// once [App.Run] is called. Errors carry hints.
func Open(ctx context.Context, cfg Config) (*App, error) {
	if cfg.Log == nil || cfg.Viewer == nil {
		return nil, errors.New("open relay: no log or no viewer")
	}
	a := &App{cfg: cfg, log: cfg.Log}
	for _, step := range []func(context.Context) error{a.openData, a.openPort, a.openTurn, a.openPolicy, a.openRecordings, a.openCatalogue, a.openBroker, a.openWeb} {
		if err := step(ctx); err != nil {
			return nil, errors.Join(err, a.abandon())
		}
	}
	return a, nil
}

func (a *App) openData(ctx context.Context) (err error) {
	if err := datadir.Prepare(a.cfg.Data); err != nil {
		return err
	}
	if a.lock, err = datadir.Claim(a.cfg.Data); err != nil {
		return err
	}
	// Before the database: on a full disk it needs the room.
	a.ballast = datadir.NewBallast(a.cfg.Data)
	if _, err := a.ballast.Trim(); err != nil {
		a.log.Warn("no room is kept for the database", "error", err)
	}
	if a.store, err = store.Open(ctx, a.cfg.Data); err != nil {
		return err
	}
	a.journal, err = OpenJournal(a.cfg.Data, a.store, a.log)
	return err
}

func (a *App) openPort(context.Context) (err error) {
	if a.listener, a.packets, err = port.Listen(a.cfg.Listen); err != nil {
		return explainPort(err)
	}
	if a.public = a.cfg.PublicURL; a.public == nil {
		a.public = &url.URL{Scheme: "https", Host: net.JoinHostPort("localhost", strconv.Itoa(a.port()))}
	}
	identity, err := identity(a.cfg.Relay, a.public, a.log)
	if err != nil {
		return err
	}
	a.splitter, err = port.Split(port.Config{
		Listener: a.listener, TLS: identity.TLSConfig(), PublicURL: a.public.String(), Logger: a.log,
	})
	return err
}

func (a *App) openTurn(context.Context) error {
	addresses, err := RelayAddresses(a.cfg.Relay, a.public)
	if err != nil {
		return err
	}
	a.turn, err = turn.New(turn.Config{
		PacketConn: a.packets, Listener: a.splitter.TURN(),
		RelayIP: addresses.Public, BindIP: addresses.Bind,
		PortRange: turn.PortRange{Min: a.cfg.MinPort, Max: a.cfg.MaxPort},
		Deny:      a.cfg.RelayDeny,
		Logger:    a.log,
	})
	return explainTurn(err)
}

func (a *App) openPolicy(ctx context.Context) error {
	book, err := policy.Open(ctx, a.store)
	if err != nil {
		return err
	}
	a.rules, err = openRules(ctx, book, a.store, a.log)
	return err
}

func (a *App) openBroker(ctx context.Context) error {
	keys, err := datadir.OpenKeys(a.cfg.Data)
	if err != nil {
		return err
	}
	if a.grants, err = grant.NewIssuer(keys.Grants[0].Private, a.public.String()); err != nil {
		return err
	}
	if err := a.grants.Rotate(private(keys.Grants)...); err != nil {
		return err
	}
	a.broker, err = broker.New(ctx, broker.Config{
		Store: a.store, Grants: a.grants, Turn: &forwarding{server: a.turn, urls: turnURLs(a.public), log: a.log},
		Recordings: a.recorder(), CodeKey: keys.Code, Limits: a.rules.Limits, Photo: a.photo, Journal: a.journal.Broker, Log: a.log,
	})
	return err
}

func (a *App) openWeb(context.Context) error {
	accounts, err := account.NewService(account.Config{
		Store: a.store, Journal: a.journal.Account, PublicURL: a.public, Organisation: a.cfg.Organisation,
		SecondFactorRequired: a.rules.secondFactorRequired, Idle: a.rules.idle, Admits: a.rules.admits,
	})
	if err != nil {
		return err
	}
	openID, err := a.openID()
	if err != nil {
		return err
	}
	authority, err := a.openDownloads()
	if err != nil {
		return err
	}
	a.web, err = web.New(web.Config{
		Accounts: accounts, OpenID: openID, Broker: a.broker, Keys: a.grants.Keys, Database: a.store, Audit: a.store, Policy: a.rules,
		Uploads: a.recordings, Recordings: a.desk(), Downloads: a.shelf, Authority: authority, Viewer: a.cfg.Viewer, PublicURL: a.public,
		Organisation: a.cfg.Organisation, Version: a.cfg.Version, Development: a.cfg.TLS == config.TLSSelfSigned,
		HostsPerAddress: a.cfg.HostsPerAddress, TechniciansPerAddress: techniciansPerAddress, Journal: a.journal.Write, Log: a.log,
	})
	return err
}

// Address returns the address that the relay listens on.
func (a *App) Address() netip.AddrPort {
	addr, err := netip.ParseAddrPort(a.listener.Addr().String())
	if err != nil {
		return netip.AddrPort{} // not for a TCP listener
	}
	return addr
}

func (a *App) port() int { return int(a.Address().Port()) }

// PublicURL returns the address that people use.
func (a *App) PublicURL() *url.URL { return a.public }

// Run answers until ctx ends or a part fails, then stops everything. It is called
// once.
func (a *App) Run(ctx context.Context) error {
	a.log.Info("relay started", "address", a.listener.Addr().String(), "url", a.public.String(), "version", a.cfg.Version, "data", a.cfg.Data)
	a.journal.started(a.cfg.Version, a.public.String(), a.publishedKeys())
	turning, stopTurn := context.WithCancel(context.WithoutCancel(ctx))
	defer stopTurn()
	group, ctx := errgroup.WithContext(ctx)
	start := func(run func() error) {
		group.Go(func() error {
			// What a part says while all stop is no failure.
			if err := run(); ctx.Err() == nil {
				return err
			}
			return nil
		})
	}
	start(func() error { return a.splitter.Run(ctx) }) // stops accepting with ctx
	start(func() error { return a.web.Serve(a.splitter.HTTP()) })
	start(func() error { return a.web.Watch(ctx) })
	start(func() error { return a.watchKeys(ctx) })
	start(func() error { return a.shelf.Run(ctx) })
	start(func() error { return a.recordings.Run(ctx) })
	start(func() error { return a.catalogue.Run(ctx) })
	start(func() error { return a.keepBallast(ctx) })
	start(func() error { return a.turn.Run(turning) })
	group.Go(func() error {
		<-ctx.Done()
		defer stopTurn() // after the participants know
		return a.stop()
	})
	err := group.Wait()
	a.journal.stopped()
	err = errors.Join(err, a.abandon())
	a.log.Info("relay stopped")
	return err
}

// stop ends the connections: first those of sessions, which are told, then the
// requests that are under way.
func (a *App) stop() error {
	a.broker.Close()
	ctx, cancel := context.WithTimeout(context.Background(), stopWithin)
	defer cancel()
	if err := a.web.Close(ctx); err != nil {
		return fmt.Errorf("stop: %w", err)
	}
	return nil
}

// abandon closes what Open has opened, the last first. It is also the end of Run;
// what is closed already does not mind.
func (a *App) abandon() error {
	var errs []error
	if a.broker != nil {
		a.broker.Close()
	}
	if a.turn != nil {
		errs = append(errs, a.turn.Close())
	}
	if a.splitter != nil {
		errs = append(errs, a.splitter.Close())
	}
	if a.packets != nil {
		errs = append(errs, unlessClosed(a.packets.Close()), unlessClosed(a.listener.Close()))
	}
	if a.recordings != nil {
		errs = append(errs, a.recordings.Close())
	}
	if a.journal != nil {
		a.journal.Close()
	}
	if a.store != nil {
		errs = append(errs, a.store.Close())
	}
	if a.lock != nil {
		errs = append(errs, a.lock.Release())
	}
	return errors.Join(errs...)
}

func unlessClosed(err error) error {
	if errors.Is(err, net.ErrClosed) {
		return nil
	}
	return err
}
