package app

import (
	"testing"

	"github.com/lendhand/lendhand/client/internal/peer/peertest"
	"github.com/lendhand/lendhand/client/internal/ui"
	"github.com/lendhand/lendhand/signaling"
)

// Each message about files, under each set of permissions: what is allowed goes, and nothing else,
// whatever is said.
func TestEveryMessageAboutFilesUnderEveryPermission(t *testing.T) {
	toHost, fromHost := signaling.ScopeFilesToHost, signaling.ScopeFilesFromHost
	for name, scopes := range map[string][]signaling.Scope{
		"neither": nil, "to the host": {toHost}, "from the host": {fromHost}, "both": {toHost, fromHost},
	} {
		t.Run(name, func(t *testing.T) {
			w, folder := filesWorld(t)
			allowed := signaling.NewScopes(append(scopes, viewAndControl...)...)
			tech := w.session(withFiles, allowed)
			tech.waitScopes(allowed)
			f := tech.connectFiles()
			tech.strays()
			w.triesToSend(tech, f, folder, allowed.Has(toHost))
			w.triesToGet(tech, f, allowed.Has(fromHost))
			tech.strays()
			tech.send(&signaling.End{Reason: signaling.EndTechnicianStopped})
			if e := w.person.waitPhase(t, ui.Ended); e.Reason != signaling.EndTechnicianStopped {
				t.Errorf("it ended with %q", e.Reason)
			}
		})
	}
}

// strays says things about files that there are not. They are no offence, and change nothing.
func (tech *technician) strays() {
	for _, m := range []signaling.Message{
		&signaling.Take{ID: 9}, &signaling.Whole{ID: 9, SHA256: sumOf(nil)}, &signaling.Kept{ID: 9, Name: "a"},
		&signaling.Drop{To: signaling.FileToHost, ID: 9, Reason: signaling.FileCancelled},
		&signaling.Drop{To: signaling.FileToTechnician, ID: 9, Reason: signaling.FileCancelled},
	} {
		tech.Send(signaling.ChannelFiles, m)
	}
}

// triesToSend sends a file to the host, whatever that says.
func (w *world) triesToSend(tech *technician, f *peertest.Files, folder string, allowed bool) {
	w.t.Helper()
	tech.Send(signaling.ChannelFiles, &signaling.File{ID: 1, Name: "a", Size: 4})
	if allowed {
		peertest.Wait[*signaling.Take](tech.Technician)
	} else {
		tech.waitDrop(signaling.Drop{To: signaling.FileToHost, ID: 1, Reason: signaling.FileNotPermitted})
	}
	f.Put(1, []byte("text"))
	tech.Send(signaling.ChannelFiles, &signaling.Whole{ID: 1, SHA256: sumOf([]byte("text"))})
	if allowed {
		peertest.Wait[*signaling.Kept](tech.Technician)
	}
	if got := inFolder(folder); len(got) > 0 != allowed {
		w.t.Errorf("there is %q", got)
	}
}

// triesToGet asks for a file, takes it, and has the person give one.
func (w *world) triesToGet(tech *technician, f *peertest.Files, allowed bool) {
	w.t.Helper()
	path := written(w.t, []byte("text"))
	tech.Send(signaling.ChannelFiles, &signaling.Want{})
	if !allowed {
		tech.waitDrop(signaling.Drop{To: signaling.FileToTechnician, Reason: signaling.FileNotPermitted})
		w.person.commands <- ui.Give{Path: path}
		w.waitSaid("not allowed now")
		tech.Send(signaling.ChannelFiles, &signaling.Take{ID: 1})
	} else {
		receive(w.t, "question", w.person.requests)
		w.person.paths <- path
		peertest.Wait[*signaling.File](tech.Technician)
		tech.Send(signaling.ChannelFiles, &signaling.Take{ID: 1})
		if got := comes(w.t, f, 4); string(got) != "text" {
			w.t.Errorf("%q came", got)
		}
	}
	if len(w.person.requests) > 0 || len(f.Pieces) > 0 {
		w.t.Errorf("%d questions, %d pieces", len(w.person.requests), len(f.Pieces))
	}
}
