//go:build linux

package portal

import (
	"context"
	"errors"
	"image"
	"sync"

	"github.com/godbus/dbus/v5"

	"github.com/lendhand/lendhand/client/internal/capture"
	"github.com/lendhand/lendhand/client/internal/input"
)

// Config says what is asked for. The zero Config is a good one.
type Config struct {
	// ViewOnly asks for the picture alone: nobody is ever to control this desktop.
	ViewOnly bool
}

// Desk is this desktop. What it shows and what controls it are one permission of the
// person, which ends when both are closed. Its methods may be called from any goroutine.
type Desk struct {
	config Config // set at construction

	// asking is held while the person is asked, and whoever wants the same waits.
	asking chan struct{}
	// conn is for who holds asking: what the person has allowed for this run they have
	// allowed to one connection. nil for none.
	conn *dbus.Conn

	// Guarded by mu.
	mu      sync.Mutex
	users   int
	session *session // nil for none
	locate  locate   // nil while there is no picture
	token   string   // with which the system need not ask again
}

// locate finds the stream that shows a pixel of the desktop, and the place on it.
type locate func(p image.Point) (node uint32, x, y float64, ok bool)

// New returns a Desk that has asked for nothing.
func New(config Config) *Desk { return &Desk{config: config, asking: make(chan struct{}, 1)} }

// Screen returns what shows the desktop. The system asks the person as soon as somebody
// wants to know its monitors; until they have answered that is capture.ErrUndecided.
func (d *Desk) Screen() capture.Source {
	d.use()
	return newScreen(d)
}

// Injector returns what controls the desktop, while a Screen shows it.
func (d *Desk) Injector() input.Injector {
	d.use()
	return newInjector(d)
}

func (d *Desk) use() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.users++
}

// leave is called once for each use. The last one ends the permission.
func (d *Desk) leave() {
	d.mu.Lock()
	d.users--
	var last *session
	if d.users == 0 {
		last, d.session, d.locate = d.session, nil, nil
	}
	d.mu.Unlock()
	if last != nil {
		last.close()
	}
}

// open returns the session that there is, or asks the person for one.
func (d *Desk) open(ctx context.Context) (*session, error) {
	select {
	case d.asking <- struct{}{}:
		defer func() { <-d.asking }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	s, token := d.present()
	if s != nil && !s.ended() {
		return s, nil
	}
	if s != nil {
		token = "" // whoever ended it does not want it back without being asked
		d.keep(nil, "")
		s.close()
	}
	if err := d.connect(); err != nil {
		return nil, err
	}
	s, err := begin(ctx, d.conn, !d.config.ViewOnly, token)
	if err != nil {
		if errors.Is(err, ErrRefused) {
			d.keep(nil, "")
		}
		return nil, err
	}
	d.keep(s, s.token)
	return s, nil
}

// connect makes sure that there is a connection.
func (d *Desk) connect() (err error) {
	if d.conn != nil && d.conn.Connected() {
		return nil
	}
	d.conn, err = connect()
	return err
}

// Close ends what the person has allowed for this run. Screens and Injectors are closed
// before.
func (d *Desk) Close() error {
	d.asking <- struct{}{}
	defer func() { <-d.asking }()
	if d.conn == nil {
		return nil
	}
	err := d.conn.Close()
	d.conn = nil
	return err
}

func (d *Desk) present() (*session, string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.session, d.token
}

func (d *Desk) keep(s *session, token string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.session, d.token = s, token
}

// shown says where the pixels of the desktop are; nil for nowhere.
func (d *Desk) shown(by locate) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.locate = by
}

// controlled returns the session for one act.
func (d *Desk) controlled() (*session, locate, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	switch {
	case d.session == nil || d.session.ended():
		return nil, nil, errNotShown
	case d.session.devices&(deviceKeyboard|devicePointer) == 0:
		return nil, nil, ErrViewOnly
	}
	return d.session, d.locate, nil
}
