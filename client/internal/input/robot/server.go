package robot

import (
	"fmt"
	"image"
	"net"
	"time"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/xproto"
	"github.com/jezek/xgb/xtest"

	"github.com/lendhand/lendhand/client/internal/capture"
	"github.com/lendhand/lendhand/client/internal/capture/xdisplay"
	"github.com/lendhand/lendhand/client/internal/input"
)

const (
	// answerWithin is how long one act may wait for the server. Any program can have the
	// server to itself for as long as it likes, and who says stop waits for the act.
	answerWithin = time.Second
	// restFor is the pause before a server that did not answer is asked again. What is
	// part of the same act fails at once.
	restFor = time.Second
)

// server is what there is of a connection to the server.
type server struct {
	c        *xgb.Conn
	root     xproto.Window
	capsLock *capsLock
	rising   *rising
	guard    xdisplay.Guard
	wires    []net.Conn
}

// connect opens $DISPLAY. raised is for rising.
func connect(raised map[byte]bool) (*server, error) {
	c, wire, err := xdisplay.OpenWire(answerWithin, "XTEST")
	if err != nil {
		return nil, err
	}
	own, capsWire, err := xdisplay.OpenWire(answerWithin)
	if err != nil {
		_ = wire.Close()
		return nil, err
	}
	s := &server{
		c: c, root: xproto.Setup(c).DefaultScreen(c).Root,
		guard: xdisplay.NewGuard(answerWithin, wire, capsWire), wires: []net.Conn{wire, capsWire},
	}
	if err := s.useExtensions(own, raised); err != nil {
		s.abandon()
		return nil, err
	}
	return s, nil
}

func (s *server) useExtensions(own *xgb.Conn, raised map[byte]bool) error {
	s.guard.Begin()
	defer s.guard.End()
	if err := xtest.Init(s.c); err != nil {
		return fmt.Errorf("%w: XTEST: %w", capture.ErrMissingExtension, err)
	}
	var err error
	if s.capsLock, err = newCapsLock(own); err != nil {
		return err
	}
	s.rising = newRising(s.c, s.root, raised)
	return nil
}

// abandon ends the connection at once. The X.Org server drops what it has not read of
// one that has ended.
func (s *server) abandon() {
	s.guard.End()
	for _, wire := range s.wires {
		_ = wire.Close()
	}
}

// act does something with the server, for which desktop is the place where the pointer
// can be. To ask for it is the sign of life: while another program has the server to
// itself nothing is sent that the server would do later.
func (r *Robot) act(f func(desktop image.Rectangle) error) error {
	if r.closed {
		return input.ErrClosed
	}
	if r.server == nil && time.Since(r.lostAt) < restFor {
		return fmt.Errorf("ask the X server: %w: it did not answer", capture.ErrNoDisplay)
	}
	return r.reach(f)
}

// reach is act for whom the pause does not matter.
func (r *Robot) reach(f func(desktop image.Rectangle) error) error {
	if r.server == nil {
		if err := r.reopen(); err != nil {
			r.lose()
			return err
		}
	}
	began := time.Now()
	r.guard.Begin()
	defer r.guard.End()
	desktop, err := r.desktop()
	if err != nil {
		if time.Since(began) < answerWithin {
			gone.Store(true) // it has not just kept silent
		}
		r.lose()
		return err
	}
	return f(desktop)
}

// lose gives up a server that does not answer. The next act after a pause asks again.
func (r *Robot) lose() {
	untrusted.Store(true)
	r.lostAt = time.Now()
	if r.server != nil {
		r.abandon()
		r.server = nil
	}
}

// reopen connects anew, and brings in order what the loss has left half done.
func (r *Robot) reopen() error {
	s, err := connect(r.raised)
	if err != nil {
		return err
	}
	r.server, r.keys = s, nil
	r.guard.Begin()
	defer r.guard.End()
	if err := r.refresh(); err != nil {
		return err
	}
	for key := range r.pressed {
		if r.down[key] {
			continue // whoever pressed it lets it go
		}
		if err := r.fake(xproto.KeyRelease, byte(key)); err != nil {
			return fmt.Errorf("let go key %d: %w", key, err)
		}
	}
	if r.capsOwed {
		return r.capsOn()
	}
	return nil
}
