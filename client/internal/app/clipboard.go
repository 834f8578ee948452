package app

import (
	"context"
	"crypto/sha256"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/lendhand/lendhand/client/internal/clipboard"
	"github.com/lendhand/lendhand/client/internal/ui"
	"github.com/lendhand/lendhand/relay/recording/event"
	"github.com/lendhand/lendhand/signaling"
	"github.com/lendhand/lendhand/signaling/pace"
)

const (
	toHost   = signaling.ScopeClipboardToHost
	fromHost = signaling.ScopeClipboardFromHost
)

// copies is this machine's clipboard while somebody may put text there, or get what the
// person copies. Nothing is kept of either but what tells the newest text from another.
// The session's goroutine owns it.
type copies struct {
	board    clipboard.Board // nil until it is needed
	failed   bool            // it could not be opened
	cancel   context.CancelFunc
	watching sync.WaitGroup
	since    time.Time // since when what is copied is sent; zero while it is not
	seen     digest    // of what is there: the same is not sent twice
	own      *pace.Bucket

	complained time.Time // of a text without permission
}

// digest stands for a text. Programs that keep a history take the clipboard over with what
// was there before: that is no reason to send it.
type digest [sha256.Size]byte

func newCopies() copies {
	return copies{own: pace.NewBucket(signaling.ClipboardsAtOnce, signaling.ClipboardEvery)}
}

// arriving is a text on its way here, on one connection.
type arriving struct {
	number uint64 // of the newest text
	sent   uint64 // of the newest that was sent from here
	more   bool   // a part of it is missing
	skips  bool   // its beginning was refused, and so is the rest
	text   strings.Builder
	pace   *pace.Bucket
}

func newArriving() arriving {
	return arriving{pace: pace.NewBucket(signaling.ClipboardsTakenAtOnce, signaling.ClipboardTakenEvery)}
}

// able is what this machine can do at all.
func (c *Config) able() signaling.Scopes {
	scopes := []signaling.Scope{signaling.ScopeView, signaling.ScopeControl}
	if c.OpenClipboard != nil {
		scopes = append(scopes, toHost, fromHost)
	}
	if c.Downloads != nil {
		scopes = append(scopes, signaling.ScopeFilesToHost, signaling.ScopeFilesFromHost)
	}
	return signaling.NewScopes(scopes...)
}

// clipboardChanged follows what is allowed. What was copied before is not sent.
func (s *session) clipboardChanged() {
	c := &s.copies
	if c.board == nil && !c.failed && (s.gate.Allows(toHost) || s.gate.Allows(fromHost)) {
		s.openClipboard()
	}
	switch sends := s.gate.Allows(fromHost); {
	case !sends:
		c.since = time.Time{}
	case c.since.IsZero():
		c.since = time.Now()
	}
}

func (s *session) openClipboard() {
	c := &s.copies
	board, err := s.config.OpenClipboard()
	if err != nil {
		c.failed = true
		s.log.Warn("open the clipboard", slog.Any("error", err))
		s.config.UI.Say(ui.Notice{Message: "The clipboard of this computer cannot be reached."})
		return
	}
	ctx, cancel := context.WithCancel(context.Background())
	c.board, c.cancel = board, cancel
	c.watching.Go(func() { s.watchClipboard(ctx, board) })
}

// watchClipboard reads what is copied, and first what is there. Reading may wait for
// another program; what changes meanwhile is read again.
func (s *session) watchClipboard(ctx context.Context, board clipboard.Board) {
	var at time.Time // before everything
	for {
		text, err := board.Read()
		select {
		case at = <-board.Changes():
			continue
		default:
		}
		when := at
		s.post(ctx, func() { s.copied(text, err, when) })
		select {
		case at = <-board.Changes():
		case <-ctx.Done():
			return
		}
	}
}

// closeClipboard gives the clipboard back. What it waits for is done by the end of the
// session.
func (s *session) closeClipboard() {
	c := &s.copies
	if c.board == nil {
		return
	}
	board := c.board
	c.board, c.failed = nil, true
	c.cancel()
	s.parting.Go(func() {
		if err := board.Close(); err != nil {
			s.log.Debug("clipboard closed", slog.Any("error", err))
		}
		c.watching.Wait()
	})
}

// copied sends what was copied at a time, if it was allowed then and is now.
func (s *session) copied(text string, err error, at time.Time) {
	c := &s.copies
	before := c.seen
	c.seen = sha256.Sum256([]byte(text))
	sends := !c.since.IsZero() && !at.Before(c.since) && !s.gate.Hides(at) && s.link != nil
	if !sends || c.seen == before && err == nil {
		return
	}
	if err == nil {
		err = signaling.CheckClipboard(text)
	}
	switch {
	case errors.Is(err, clipboard.ErrNoText):
	case err != nil:
		s.log.Debug("not sent from the clipboard", slog.Any("error", err))
		s.config.UI.Say(ui.Notice{Message: "What you copied is not sent: it is too long, or no plain text."})
	case !c.own.Take(time.Now()):
		s.config.UI.Say(ui.Notice{
			Message: "What you copied is not sent: that was too much at once.", Hint: "Copy it again in a moment.",
		})
	default:
		s.sendCopied(text)
	}
}

func (s *session) sendCopied(text string) {
	l := s.link
	l.arriving.sent++
	var err error
	sent := s.gate.Do(fromHost, func() {
		for _, part := range signaling.ClipboardParts(l.arriving.sent, text) {
			if err = l.conn.Send(signaling.ChannelClipboard, part); err != nil {
				return
			}
		}
	})
	switch {
	case err != nil:
		s.log.Debug("clipboard not sent", slog.Any("error", err))
		s.config.UI.Say(ui.Notice{
			Message: "What you copied is not sent: the connection is too slow.", Hint: "Copy it again in a moment.",
		})
	case sent:
		n := utf8.RuneCountInString(text)
		s.written(s.config.Events.Clipboard("technician", n))
		s.journal.add(&event.Clipboard{To: event.Technician, Characters: n})
		s.config.UI.Say(ui.Notice{Message: "%s gets what you copied (%d characters).", Args: []any{ui.Who(s.technician), n}})
	}
}

// hearClipboard handles a message of the clipboard's channel.
func (s *session) hearClipboard(m signaling.Message) {
	part, ok := m.(*signaling.Clipboard)
	if !ok {
		return // they have what was sent
	}
	text, whole, err := s.link.arriving.take(part, s.gate.Allows(toHost))
	switch {
	case err != nil:
		s.fail("clipboard", err)
	case s.link.arriving.skips:
		s.refuseClipboard()
	case whole:
		s.pasted(part.Sent, text)
	}
}

// take takes a part, and returns the text when it is whole.
func (a *arriving) take(part *signaling.Clipboard, allowed bool) (text string, whole bool, err error) {
	switch {
	case !a.pace.Take(time.Now()):
		return "", false, errors.New("the technician's side sends too much at once")
	case a.more && part.Sent != a.number || !a.more && part.Sent <= a.number:
		return "", false, errors.New("parts of different texts")
	case a.text.Len()+len(part.Text) > signaling.MaxClipboard:
		return "", false, errors.New("too long a text")
	}
	a.skips = !allowed || a.more && a.skips
	a.number, a.more = part.Sent, part.More
	if a.text.WriteString(part.Text); a.more && !a.skips {
		return "", false, nil
	}
	text = a.text.String()
	a.text.Reset()
	return text, !a.skips, nil
}

// pasted puts a text of the technician's into the clipboard.
func (s *session) pasted(number uint64, text string) {
	var err error
	if s.copies.board == nil || !s.gate.Do(toHost, func() { err = s.copies.board.Write(text) }) {
		s.refuseClipboard()
		return
	}
	if err != nil {
		s.log.Warn("a text of the technician's is not in the clipboard", slog.Any("error", err))
		s.config.UI.Say(ui.Notice{Message: "The clipboard of this computer cannot be reached."})
		return
	}
	s.copies.seen = sha256.Sum256([]byte(text))
	s.link.drop(signaling.ChannelClipboard, &signaling.InputAck{Last: number})
	n := utf8.RuneCountInString(text)
	s.written(s.config.Events.Clipboard("host", n))
	s.journal.add(&event.Clipboard{To: event.Host, Characters: n})
	s.config.UI.Say(ui.Notice{Message: "%s put text into your clipboard (%d characters).", Args: []any{ui.Who(s.technician), n}})
}

// refuseClipboard tells the technician that a text was not taken.
func (s *session) refuseClipboard() {
	if now := time.Now(); now.Sub(s.copies.complained) >= complainEvery {
		s.copies.complained = now
		s.toTechnician(&signaling.Error{Code: signaling.CodeScopeMissing, Message: "The clipboard is not allowed now."})
	}
}
