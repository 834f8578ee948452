package app

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"sync/atomic"
	"time"

	"github.com/lendhand/lendhand/client/internal/files"
	"github.com/lendhand/lendhand/client/internal/ui"
	"github.com/lendhand/lendhand/relay/recording/event"
	"github.com/lendhand/lendhand/signaling"
)

var (
	errTooManyFiles = errors.New("the technician's side offers too many files at once")
	errUnread       = errors.New("the file cannot be read any more")
)

// outgoing is a file that the person gives. The session's goroutine owns it, but for what
// its pump uses while that runs.
type outgoing struct {
	id    uint32
	file  *files.Outgoing
	taken bool  // the technician's side is ready for it,
	from  int64 // from this byte on
	whole bool  // all of it has been sent
	noted bool  // the recording has it
	// The technician's side has been offered it on this connection, and ever.
	offered, known bool
	sent           atomic.Int64

	cancel context.CancelFunc // of the pump; nil when there is none
	ended  chan struct{}      // closed by the pump
}

// stop ends the pump, and waits for that: it takes no longer than a piece does.
func (g *outgoing) stop() {
	if g.cancel != nil {
		g.cancel()
		<-g.ended
		g.cancel = nil
	}
}

func (g *outgoing) shown(state ui.TransferState, problem signaling.FileReason) ui.Transfer {
	return ui.Transfer{
		ID: g.id, Name: g.file.Name, Size: g.file.Size, Done: g.sent.Load(), State: state, Problem: string(problem),
	}
}

// outgoing is the file of that number, nil when it is over.
func (t *transfers) outgoing(id uint32) *outgoing {
	if at := slices.IndexFunc(t.out, func(g *outgoing) bool { return g.id == id }); at >= 0 {
		return t.out[at]
	}
	return nil
}

// stopSending stops what is being sent. It goes on when the technician's side takes it
// again.
func (t *transfers) stopSending() {
	if len(t.out) > 0 {
		t.out[0].stop()
		t.out[0].taken = false
	}
}

// wants bounds how often a technician asks for a file: like requests, so that nobody gives in.
type wants struct {
	refused int
	quiet   time.Time // until when nobody is asked
}

func (w *wants) may(now time.Time) bool { return w.refused < maxRefused && !now.Before(w.quiet) }

// answered notes an answer, and whether it was a file.
func (w *wants) answered(given bool, now time.Time) {
	w.quiet = now.Add(signaling.WantEvery)
	if given {
		w.refused = 0
		return
	}
	if w.refused++; w.refused > 1 {
		w.quiet = now.Add(quietFor)
	}
}

// hearWant asks the person for a file.
func (s *session) hearWant() {
	now := time.Now()
	reason := signaling.FileReason("")
	switch {
	case !s.mayMove(signaling.ScopeFilesFromHost):
		reason = signaling.FileNotPermitted
	case s.question != nil || s.gate.Holds() || !s.files.wants.may(now):
		reason = signaling.FileDeclined
	}
	if reason != "" {
		s.tellOfFile(&signaling.Drop{To: signaling.FileToTechnician, Reason: reason})
		return
	}
	s.askForFile(ui.Request{Wanted: true})
}

// give asks the person which file they give, at their own word.
func (s *session) give(path string) {
	switch {
	case s.question != nil:
	case !s.mayMove(signaling.ScopeFilesFromHost):
		s.config.UI.Say(ui.Notice{Message: "Files from this computer are not allowed now.", Hint: "Allow them first, or have the technician ask."})
	default:
		s.askForFile(ui.Request{Path: path})
	}
}

func (s *session) askForFile(r ui.Request) {
	r.Give, r.Technician, r.Photo, r.Within = true, s.technician, s.photo, signaling.AnswerWithin
	s.written(s.config.Events.Giving())
	s.put(&question{request: &signaling.Request{}, give: true, wanted: r.Wanted}, r)
}

// hearGiven handles the person's answer.
func (s *session) hearGiven(q *question, a answer) {
	if a.err == nil && a.Path != "" && s.isPrograms() {
		s.sayUnsure()
		a = answer{err: errPrograms}
	}
	given := a.err == nil && a.Path != "" && s.send(a.Path)
	if q.wanted {
		s.files.wants.answered(given, time.Now())
	}
	if q.wanted && !given {
		s.tellOfFile(&signaling.Drop{To: signaling.FileToTechnician, Reason: signaling.FileDeclined})
	}
}

// send gives a file that the person has chosen, after those before it.
func (s *session) send(path string) bool {
	file, err := files.Give(path)
	if err != nil {
		s.log.Info("a file is not given", slog.Any("error", err))
		message := "That file cannot be read."
		if errors.Is(err, files.ErrLarge) {
			message = "That file is too large: 4 GB are the most."
		}
		s.config.UI.Say(ui.Notice{Message: message})
		return false
	}
	s.files.given++
	g := &outgoing{id: s.files.given, file: file}
	s.files.out = append(s.files.out, g)
	s.showFile(g.shown(ui.TransferWaiting, ""))
	if len(s.files.out) == 1 {
		s.offerFile()
	}
	return true
}

// offerAgain offers what is under way on another connection.
func (s *session) offerAgain() {
	if len(s.files.out) > 0 {
		s.files.out[0].offered = false
		s.offerFile()
	}
}

// offerFile offers the first file that waits, once on a connection, as soon as that is
// allowed: its name says something too.
func (s *session) offerFile() {
	if len(s.files.out) == 0 || s.link == nil || !s.gate.Allows(signaling.ScopeFilesFromHost) {
		return
	}
	if g := s.files.out[0]; !g.offered {
		g.offered, g.known = true, true
		s.tellOfFile(&signaling.File{ID: g.id, Name: g.file.Name, Size: g.file.Size})
	}
}

// hearTake sends a file, from where the technician's side has it.
func (s *session) hearTake(m *signaling.Take) {
	if len(s.files.out) == 0 || s.files.out[0].id != m.ID {
		return
	}
	g := s.files.out[0]
	if m.From > g.file.Size {
		s.fail("files", errors.New("the technician's side has more of a file than there is"))
		return
	}
	g.stop()
	g.taken, g.from, g.whole = true, m.From, false
	s.sendFile()
}

// sendFile sends the file that was taken, when there is a way for it. An empty one needs
// none.
func (s *session) sendFile() {
	if len(s.files.out) == 0 || s.link == nil {
		return
	}
	g, c := s.files.out[0], s.link.carrier
	if !g.taken || g.cancel != nil || g.file.Size > 0 && (c == nil || !c.open) {
		return
	}
	if g.file.Size == 0 {
		s.sentWhole(g)
		return
	}
	ctx, cancel := context.WithCancel(context.Background())
	g.cancel, g.ended = cancel, make(chan struct{})
	s.showFile(g.shown(ui.TransferMoving, ""))
	go func() { // joined by stop
		defer close(g.ended)
		if err := s.pump(ctx, c, g); ctx.Err() == nil {
			go c.post(func(s *session) { s.pumped(g, err) }) // which stop may hold up; ends with the carrier
		}
	}()
}

// pump sends a file, piece by piece, when and as fast as it may.
func (s *session) pump(ctx context.Context, c *carrier, g *outgoing) error {
	if err := g.file.GoOn(ctx, g.from); err != nil {
		return fmt.Errorf("%w: %w", errUnread, err)
	}
	g.sent.Store(g.from)
	piece := binary.BigEndian.AppendUint32(make([]byte, 0, pieceHead+signaling.MaxFileChunk), g.id)
	brake, told := newBrake(), time.Now()
	for {
		n, err := g.file.Read(piece[pieceHead:cap(piece)])
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("%w: %w", errUnread, err)
		}
		if err = brake.wait(ctx, n, c.bytes.RoundTrip); err == nil {
			err = s.sendPiece(ctx, c, piece[:pieceHead+n])
		}
		if err != nil {
			return err
		}
		if g.sent.Add(int64(n)); time.Since(told) >= filesTold {
			told = time.Now()
			s.post(ctx, func() { s.showFile(g.shown(ui.TransferMoving, "")) })
		}
	}
}

// sendPiece sends a piece as soon as that is allowed.
func (s *session) sendPiece(ctx context.Context, c *carrier, piece []byte) (err error) {
	if err := c.bytes.WaitRoom(ctx); err != nil {
		return err
	}
	for !s.gate.Do(signaling.ScopeFilesFromHost, func() { err = c.bytes.Send(piece) }) {
		select {
		case <-time.After(heldFor):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return err
}

// pumped handles the end of a pump.
func (s *session) pumped(g *outgoing, err error) {
	if s.files.outgoing(g.id) != g {
		return
	}
	g.stop()
	switch {
	case err == nil:
		s.sentWhole(g)
	case errors.Is(err, errUnread):
		s.dropOutgoing(g, signaling.FileFailed)
	default:
		g.taken = false // the technician's side takes the rest on another connection
		s.log.Info("a file stands still", slog.Any("error", err))
	}
}

func (s *session) sentWhole(g *outgoing) {
	g.whole = true
	s.noteGiven(g)
	s.tellOfFile(&signaling.Whole{ID: g.id, SHA256: g.file.Sum()})
}

// noteGiven records what has been sent of a file, once: whatever the technician's side says of
// it, that has left this machine.
func (s *session) noteGiven(g *outgoing) {
	switch {
	case g.noted:
	case g.whole:
		s.journal.add(&event.File{To: event.Technician, Name: g.file.Name, Size: g.file.Size, SHA256: g.file.Sum()})
	default:
		s.notePart(event.Technician, g.file.Name, g.sent.Load(), g.file.Sum)
	}
	g.noted = g.noted || g.whole
}

// hearKept handles that the technician's side has a file.
func (s *session) hearKept(m *signaling.Kept) {
	g := s.files.outgoing(m.ID)
	if g == nil || !g.whole {
		return
	}
	sum := g.file.Sum()
	s.finished(g, g.shown(ui.TransferDone, ""))
	s.written(s.config.Events.File("technician", g.file.Name, g.file.Size, sum))
}

// dropOutgoing ends a file at this side's word.
func (s *session) dropOutgoing(g *outgoing, reason signaling.FileReason) {
	if g.known {
		s.tellOfFile(&signaling.Drop{To: signaling.FileToTechnician, ID: g.id, Reason: reason})
	}
	s.dropped(g, reason)
}

// dropped ends a file.
func (s *session) dropped(g *outgoing, reason signaling.FileReason) {
	s.finished(g, g.shown(ui.TransferStopped, reason))
}

// finished takes a file off the list, and goes on with the next.
func (s *session) finished(g *outgoing, last ui.Transfer) {
	g.stop()
	s.noteGiven(g)
	_ = g.file.Close() // only read
	wasFirst := s.files.out[0] == g
	s.files.out = slices.DeleteFunc(s.files.out, func(one *outgoing) bool { return one == g })
	s.showFile(last)
	if wasFirst {
		s.offerFile()
	}
}
