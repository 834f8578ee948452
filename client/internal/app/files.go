package app

import (
	"errors"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/lendhand/lendhand/client/internal/files"
	"github.com/lendhand/lendhand/client/internal/peer"
	"github.com/lendhand/lendhand/client/internal/ui"
	"github.com/lendhand/lendhand/relay/recording/event"
	"github.com/lendhand/lendhand/signaling"
	"github.com/lendhand/lendhand/signaling/pace"
)

const (
	// filesTold is how often progress is told, and heldFor how long what may not move now
	// waits before it asks again.
	filesTold = 250 * time.Millisecond
	heldFor   = 50 * time.Millisecond
	// shownFiles is how many files the person is shown.
	shownFiles = 20
	// A technician's side says something about files so often at once, and once more in each
	// while.
	filesSaid      = 200
	filesSaidEvery = time.Second / 20
)

// transfers are a session's files. The session's goroutine owns them, but for in, which
// others read.
type transfers struct {
	inbox  *files.Inbox // nil until a file has come
	in     atomic.Pointer[incoming]
	last   *incoming   // the newest that is kept; nil before there is one
	out    []*outgoing // the first is under way
	given  uint32      // the number of the newest
	shown  []ui.Transfer
	wants  wants
	ending sync.WaitGroup // what lets go of files in the inbox

	said, offered *pace.Bucket
}

func newTransfers() transfers {
	return transfers{
		said:    pace.NewBucket(filesSaid, filesSaidEvery),
		offered: pace.NewBucket(2*signaling.FilesAtOnce, signaling.FileEvery/2),
	}
}

// hearFiles handles a message of the files' channel.
func (s *session) hearFiles(m signaling.Message) {
	if !s.files.said.Take(time.Now()) {
		s.fail("files", errors.New("the technician's side says too much at once"))
		return
	}
	switch m := m.(type) {
	case *signaling.Offer:
		s.hearBytesOffer(m)
	case *signaling.Candidate:
		s.hearBytesCandidate(m)
	case *signaling.File:
		s.hearFile(m)
	case *signaling.Whole:
		s.hearWhole(m)
	case *signaling.Take:
		s.hearTake(m)
	case *signaling.Kept:
		s.hearKept(m)
	case *signaling.Drop:
		s.hearDrop(m)
	case *signaling.Want:
		s.hearWant()
	}
}

func (s *session) hearBytesCandidate(m *signaling.Candidate) {
	if s.link.carrier == nil {
		return
	}
	switch err := s.link.carrier.bytes.AddCandidate(m); {
	case errors.Is(err, peer.ErrCandidates):
		s.fail("candidate", err)
	case err != nil:
		s.log.Info("candidate of no use", slog.Any("error", err))
	}
}

// hearDrop handles that the technician's side ends a file.
func (s *session) hearDrop(m *signaling.Drop) {
	if in := s.files.in.Load(); m.To == signaling.FileToHost && in != nil && in.id == m.ID {
		s.forget(in, m.Reason)
		return
	}
	if g := s.files.outgoing(m.ID); m.To == signaling.FileToTechnician && g != nil {
		s.dropped(g, m.Reason)
	}
}

// stopFile ends a file at the person's word.
func (s *session) stopFile(c ui.StopFile) {
	if in := s.files.in.Load(); c.ToHost && in != nil && in.id == c.ID {
		s.dropIncoming(in, signaling.FileCancelled)
		return
	}
	if g := s.files.outgoing(c.ID); !c.ToHost && g != nil {
		s.dropOutgoing(g, signaling.FileCancelled)
	}
}

// filesChanged follows what is allowed: what may not go any more is dropped.
func (s *session) filesChanged() {
	if in := s.files.in.Load(); in != nil && !s.mayMove(signaling.ScopeFilesToHost) {
		s.dropIncoming(in, signaling.FileNotPermitted)
	}
	if s.mayMove(signaling.ScopeFilesFromHost) {
		s.offerFile()
		return
	}
	for _, g := range slices.Clone(s.files.out) {
		s.dropOutgoing(g, signaling.FileNotPermitted)
	}
	if s.question != nil && s.question.give {
		s.withdraw(errWithdrawn)
	}
}

// mayMove reports whether files may go, now or when an open question is answered. Each
// piece of one asks the gate besides.
func (s *session) mayMove(scope signaling.Scope) bool {
	if s.question == nil {
		return s.gate.Permits(scope)
	}
	_, grantable := s.gate.Permissions()
	return grantable.Has(scope) && s.agreed.allowed.Has(scope)
}

// closeFiles leaves nothing of what is on its way, at the end.
func (s *session) closeFiles() {
	f := &s.files
	in, inbox := f.in.Swap(nil), f.inbox
	f.inbox = nil
	f.stopSending()
	for _, g := range f.out {
		s.noteGiven(g)
		_ = g.file.Close() // only read
		s.showFile(ui.Transfer{ID: g.id, Name: g.file.Name, Size: g.file.Size, State: ui.TransferStopped, Problem: string(signaling.FileCancelled)})
	}
	f.out = nil
	switch {
	case in == nil:
	case in.goes():
		s.notePart(event.Host, in.file.Name(), in.file.Have(), in.file.Sum)
		s.showFile(in.shown(ui.TransferStopped, signaling.FileCancelled))
	default:
		s.showFile(in.shown(ui.TransferDone, ""))
	}
	s.parting.Go(func() {
		if in != nil {
			in.end()
		}
		f.ending.Wait()
		if inbox != nil {
			_ = inbox.Close() // only a folder
		}
	})
}

// notePart records that a file does not arrive, of which so many bytes have.
func (s *session) notePart(to, name string, bytes int64, sum func() string) {
	if bytes > 0 {
		s.journal.add(&event.File{To: to, Name: name, Size: bytes, SHA256: sum(), Part: true})
	}
}

// tellOfFile sends a message about a file. When the connection is gone, another one begins
// with what is under way.
func (s *session) tellOfFile(m signaling.Message) {
	if s.link != nil {
		s.link.drop(signaling.ChannelFiles, m)
	}
}

// showFile shows the person how far a file is.
func (s *session) showFile(t ui.Transfer) {
	f := &s.files
	at := slices.IndexFunc(f.shown, func(old ui.Transfer) bool {
		return old.ToHost == t.ToHost && old.ID == t.ID && !old.Over()
	})
	if at < 0 {
		f.shown = append(f.shown, t)
		f.shown = f.shown[max(0, len(f.shown)-shownFiles):]
	} else {
		f.shown[at] = t
	}
	s.config.UI.ShowFiles(slices.Clone(f.shown))
}

// reasonOf is the protocol's name of why a file could not be taken.
func reasonOf(err error) signaling.FileReason {
	switch {
	case errors.Is(err, files.ErrName):
		return signaling.FileBadName
	case errors.Is(err, files.ErrRoom):
		return signaling.FileNoRoom
	case errors.Is(err, files.ErrDamaged):
		return signaling.FileDamaged
	case errors.Is(err, files.ErrLarge):
		return signaling.FileTooLarge
	}
	return signaling.FileFailed
}
