// Package x11 is the clipboard of an X11 desktop: the selection CLIPBOARD (ICCCM
// section 2), whose changes the extension XFIXES tells.
//
// There is no text in an X server. Whoever has copied something owns the selection, and
// gives the text to each program that asks. So a text that was put there is gone when the
// Board is closed, and reading waits for the program that owns it.
package x11

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"sync"
	"time"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/xfixes"
	"github.com/jezek/xgb/xproto"

	"github.com/lendhand/lendhand/client/internal/capture"
	"github.com/lendhand/lendhand/client/internal/capture/xdisplay"
	"github.com/lendhand/lendhand/client/internal/clipboard"
)

const (
	// serverWithin is how long the server may take to answer, ownerWithin the program that
	// owns the selection.
	serverWithin = 2 * time.Second
	ownerWithin  = time.Second

	extensionName = "XFIXES"
)

// Board implements clipboard.Board.
type Board struct {
	// Set at construction.
	c       *xgb.Conn
	wire    net.Conn
	guard   xdisplay.Guard
	window  xproto.Window // owns what we write
	root    xproto.Window
	atoms   atoms
	changed byte // the code of the event that the selection has a new owner
	changes *clipboard.Notices
	answers chan xproto.SelectionNotifyEvent // holds one
	log     *slog.Logger
	reading sync.WaitGroup

	asking sync.Mutex // held by who reads or writes: the guard knows one question

	// Guarded by mu: what we own, if anything.
	mu   sync.Mutex
	owns bool
	text string
}

var _ clipboard.Board = (*Board)(nil)

// Open opens the clipboard of $DISPLAY. It returns clipboard.ErrMissing where the server
// has no XFIXES or this is a Wayland session, whose clipboard X11 sees in part, and
// capture.ErrNoDisplay.
func Open(log *slog.Logger) (*Board, error) {
	if err := xdisplay.RefuseWayland(); err != nil {
		return nil, fmt.Errorf("%w: %w", clipboard.ErrMissing, err)
	}
	c, wire, err := xdisplay.OpenWire(serverWithin, extensionName)
	if errors.Is(err, capture.ErrMissingExtension) {
		return nil, fmt.Errorf("%w: %w", clipboard.ErrMissing, err)
	}
	if err != nil {
		return nil, err
	}
	b := &Board{
		c: c, wire: wire, guard: xdisplay.NewGuard(serverWithin, wire), changes: clipboard.NewNotices(),
		answers: make(chan xproto.SelectionNotifyEvent, 1), log: log,
		root: xproto.Setup(c).DefaultScreen(c).Root,
	}
	b.guard.Begin()
	err = b.begin()
	b.guard.End()
	if err != nil {
		c.Close()
		return nil, fmt.Errorf("open the clipboard of %q: %w", os.Getenv("DISPLAY"), err)
	}
	b.reading.Go(b.serve)
	return b, nil
}

// begin makes the window, and asks for the events.
func (b *Board) begin() error {
	extension, err := xdisplay.Use(b.c, extensionName)
	if err != nil {
		return err
	}
	b.changed = extension.FirstEvent + xfixes.SelectionNotify
	if _, err := xfixes.QueryVersion(b.c, 1, 0).Reply(); err != nil {
		return err
	}
	if b.atoms, err = intern(b.c); err != nil {
		return err
	}
	if b.window, err = b.newWindow(); err != nil {
		return err
	}
	const owner = xfixes.SelectionEventMaskSetSelectionOwner
	return xfixes.SelectSelectionInputChecked(b.c, b.window, b.atoms.clipboard, owner).Check()
}

// newWindow makes a window that nobody sees, which owns a selection or gets one.
func (b *Board) newWindow() (xproto.Window, error) {
	w, err := xproto.NewWindowId(b.c)
	if err != nil {
		return 0, err
	}
	const depth, border, visual = 0, 0, 0
	err = xproto.CreateWindowChecked(b.c, depth, w, b.root, -1, -1, 1, 1, border, xproto.WindowClassInputOnly, visual, 0, nil).Check()
	return w, err
}

// Changes implements clipboard.Board.
func (b *Board) Changes() <-chan time.Time { return b.changes.C() }

// Write implements clipboard.Board.
func (b *Board) Write(text string) error {
	b.asking.Lock()
	defer b.asking.Unlock()
	b.guard.Begin()
	defer b.guard.End()
	b.own(true, text)
	xproto.SetSelectionOwner(b.c, b.window, b.atoms.clipboard, xproto.TimeCurrentTime)
	reply, err := xproto.GetSelectionOwner(b.c, b.atoms.clipboard).Reply()
	if err == nil && reply.Owner != b.window {
		err = errors.New("another program keeps it")
	}
	if err != nil {
		b.own(false, "")
		return fmt.Errorf("write the clipboard: %w", err)
	}
	return nil
}

func (b *Board) own(is bool, text string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.owns, b.text = is, text
}

// ours returns the text that we own, if we do.
func (b *Board) ours() (text string, owns bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text, b.owns
}

// Close implements clipboard.Board.
func (b *Board) Close() error {
	b.guard.End()
	err := b.wire.Close()
	b.reading.Wait()
	if errors.Is(err, net.ErrClosed) {
		return nil // it was closed before, or the display was gone
	}
	return err
}
