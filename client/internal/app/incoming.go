package app

import (
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/lendhand/lendhand/client/internal/consent"
	"github.com/lendhand/lendhand/client/internal/files"
	"github.com/lendhand/lendhand/client/internal/ui"
	"github.com/lendhand/lendhand/relay/recording/event"
	"github.com/lendhand/lendhand/signaling"
)

// incoming is a file of the technician's on its way here.
type incoming struct {
	// Set at construction.
	id   uint32
	name string // as it was offered
	file *files.Incoming
	over chan struct{} // closed by end

	told atomic.Int64 // when its progress was, in nanoseconds since 1970
	fate atomic.Int32 // undecided, stays or goes

	// Owned by the session's goroutine.
	sum  string // once all of it has been sent
	kept bool   // it is being kept,
	// and has been, under this name.
	keptAs string
}

// take writes a piece as soon as that is allowed, unless the file or the connection ends
// first. It reports whether the session should hear of it. A stop does not wait for the disk,
// which may be at the other end of a network: what is written meanwhile goes with the file.
func (in *incoming) take(gate *consent.Gate, piece []byte, gone <-chan struct{}) (tell bool, err error) {
	for !gate.Allows(signaling.ScopeFilesToHost) {
		select {
		case <-time.After(heldFor):
		case <-in.over:
			return false, nil
		case <-gone:
			return false, nil
		}
	}
	if _, err := in.file.Write(piece); err != nil {
		return false, err
	}
	now := time.Now().UnixNano()
	if in.file.Have() < in.file.Size() && now-in.told.Load() < int64(filesTold) {
		return false, nil
	}
	in.told.Store(now)
	return true, nil
}

// is reports whether it is the file that is offered: nil is none.
func (in *incoming) is(m *signaling.File) bool {
	return in != nil && in.id == m.ID && in.name == m.Name && in.file.Size() == m.Size
}

// What becomes of a file is decided once.
const (
	undecided int32 = iota
	stays
	goes
)

// goes decides that nothing stays of the file, and reports whether that is so.
func (in *incoming) goes() bool {
	return in.fate.CompareAndSwap(undecided, goes) || in.fate.Load() == goes
}

// end leaves nothing of the file, unless it is kept. It is called once.
func (in *incoming) end() {
	close(in.over)
	in.file.Drop()
}

func (in *incoming) shown(state ui.TransferState, problem signaling.FileReason) ui.Transfer {
	return ui.Transfer{
		ID: in.id, ToHost: true, Name: in.file.Name(), Size: in.file.Size(), Done: in.file.Have(),
		State: state, Problem: string(problem),
	}
}

// hearFile takes a file of the technician's, or the rest of one.
func (s *session) hearFile(m *signaling.File) {
	if !s.files.offered.Take(time.Now()) {
		s.fail("files", errTooManyFiles)
		return
	}
	in := s.files.in.Load()
	if last := s.files.last; last.is(m) {
		s.tellOfFile(&signaling.Kept{ID: last.id, Name: last.keptAs}) // the first word of it was lost
		return
	}
	if in.is(m) && in.kept {
		return // it is told what comes of it
	}
	if in.is(m) {
		in.sum = ""
		s.tellOfFile(&signaling.Take{ID: in.id, From: in.file.Have()})
		return
	}
	if in != nil {
		s.forget(in, signaling.FileCancelled)
	}
	file, reason := s.begin(m)
	if reason != "" {
		s.tellOfFile(&signaling.Drop{To: signaling.FileToHost, ID: m.ID, Reason: reason})
		return
	}
	in = &incoming{id: m.ID, name: m.Name, file: file, over: make(chan struct{})}
	s.files.in.Store(in)
	s.showFile(in.shown(ui.TransferMoving, ""))
	s.tellOfFile(&signaling.Take{ID: m.ID})
}

// begin makes a place for a file, or says why there is none.
func (s *session) begin(m *signaling.File) (*files.Incoming, signaling.FileReason) {
	if !s.mayMove(signaling.ScopeFilesToHost) {
		return nil, signaling.FileNotPermitted
	}
	err := s.openInbox()
	if err == nil {
		var file *files.Incoming
		if file, err = s.files.inbox.Take(m.Name, m.Size); err == nil {
			return file, ""
		}
	}
	s.log.Warn("a file is not taken", slog.Any("error", err))
	return nil, reasonOf(err)
}

func (s *session) openInbox() error {
	if s.files.inbox != nil {
		return nil
	}
	dir, err := s.config.Downloads()
	if err == nil {
		s.files.inbox, err = files.Open(dir)
	}
	return err
}

// received handles that more of a file is here.
func (s *session) received(in *incoming) {
	if s.files.in.Load() == in {
		s.showFile(in.shown(ui.TransferMoving, ""))
		s.keep(in)
	}
}

// hearWhole handles that all of a file has been sent.
func (s *session) hearWhole(m *signaling.Whole) {
	if in := s.files.in.Load(); in != nil && in.id == m.ID && in.sum == "" { // the first word counts
		in.sum = m.SHA256
		s.keep(in)
	}
}

// keep keeps a file that is whole. The disk is not waited for.
func (s *session) keep(in *incoming) {
	if in.sum == "" || in.kept || in.file.Have() < in.file.Size() {
		return
	}
	in.kept = true
	sum := in.sum
	s.files.ending.Go(func() {
		var kept string
		err := in.file.Keep(sum, func(act func()) bool { return s.waitToMove(in, act) }, func(name string) {
			kept = name
			s.journal.add(&event.File{To: event.Host, Name: name, Size: in.file.Size(), SHA256: sum})
		})
		select {
		case s.mail <- func() { s.hasKept(in, kept, err) }:
		case <-in.over:
		}
	})
}

// waitToMove runs the last step of a file when that is allowed. It is false when the file
// ends first.
func (s *session) waitToMove(in *incoming, act func()) bool {
	decided := func() {
		if in.fate.CompareAndSwap(undecided, stays) {
			act()
		}
	}
	for !s.gate.Do(signaling.ScopeFilesToHost, decided) {
		select {
		case <-time.After(heldFor):
		case <-in.over:
			return false
		}
	}
	return true
}

// hasKept tells both sides what came of a file.
func (s *session) hasKept(in *incoming, name string, err error) {
	isNewest := s.files.in.Load() == in
	if !isNewest && (err != nil || in.fate.Load() != stays) {
		return
	}
	if err != nil {
		in.fate.Store(goes)
		s.log.Warn("a file is not kept", slog.Any("error", err))
		s.dropIncoming(in, reasonOf(err))
		return
	}
	in.keptAs = name
	if isNewest {
		s.files.in.Store(nil)
	}
	s.files.last = in
	close(in.over)
	done := in.shown(ui.TransferDone, "")
	done.Name, done.Folder = name, s.files.inbox.Dir()
	s.showFile(done)
	s.written(s.config.Events.File("host", name, in.file.Size(), in.sum))
	s.tellOfFile(&signaling.Kept{ID: in.id, Name: name})
}

// dropIncoming ends a file at this side's word.
func (s *session) dropIncoming(in *incoming, reason signaling.FileReason) {
	if s.files.in.Load() == in && s.forget(in, reason) {
		s.tellOfFile(&signaling.Drop{To: signaling.FileToHost, ID: in.id, Reason: reason})
	}
}

// forget ends a file, and leaves nothing of it, unless it has just got its name: then hasKept
// comes. The recording has what there was of it, which some program may have read.
func (s *session) forget(in *incoming, reason signaling.FileReason) (gone bool) {
	if !in.goes() {
		return false
	}
	s.notePart(event.Host, in.file.Name(), in.file.Have(), in.file.Sum)
	s.files.in.Store(nil)
	s.showFile(in.shown(ui.TransferStopped, reason))
	s.files.ending.Go(in.end) // the disk may be slow; joined by closeFiles
	return true
}
