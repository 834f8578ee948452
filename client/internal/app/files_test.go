package app

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lendhand/lendhand/client/internal/peer/peertest"
	"github.com/lendhand/lendhand/client/internal/ui"
	"github.com/lendhand/lendhand/signaling"
)

var withFiles = signaling.NewScopes(append(viewAndControl, signaling.ScopeFilesToHost, signaling.ScopeFilesFromHost)...)

// filesWorld is a world whose host takes and gives files.
func filesWorld(t *testing.T) (w *world, folder string) {
	t.Helper()
	downloads := t.TempDir()
	w = newRelayWorld(t, Limits{})
	w.more = func(c *Config) { c.Downloads = func() (string, error) { return downloads, nil } }
	w.startHost()
	return w, filepath.Join(downloads, "Lendhand")
}

// filesSession is a session in which files go both ways, with the connection for them.
func filesSession(w *world) (*technician, *peertest.Files) {
	w.t.Helper()
	tech := w.session(withFiles, withFiles)
	tech.waitScopes(withFiles)
	return tech, tech.connectFiles()
}

func (tech *technician) connectFiles() *peertest.Files {
	tech.w.t.Helper()
	f := tech.Files()
	tech.Send(signaling.ChannelFiles, &signaling.Offer{SDP: f.Offer(), Grant: tech.granted.Grant})
	f.Accept(peertest.Wait[*signaling.Answer](tech.Technician).SDP)
	f.AddCandidate(peertest.WaitFor(tech.Technician, func(c *signaling.Candidate) bool { return c.Candidate != "" }))
	f.WaitOpen()
	return f
}

func someBytes(n int) []byte {
	data := make([]byte, n)
	_, _ = rand.Read(data) // never fails
	return data
}

func sumOf(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// offers offers a file to the host, and waits until that is ready for it.
func (tech *technician) offers(id uint32, name string, size int) (from int64) {
	tech.w.t.Helper()
	tech.Send(signaling.ChannelFiles, &signaling.File{ID: id, Name: name, Size: int64(size)})
	return peertest.WaitFor(tech.Technician, func(m *signaling.Take) bool { return m.ID == id }).From
}

func (tech *technician) waitDrop(want signaling.Drop) {
	tech.w.t.Helper()
	if diff := cmp.Diff(&want, peertest.Wait[*signaling.Drop](tech.Technician)); diff != "" {
		tech.w.t.Errorf("dropped (-want +got):\n%s", diff)
	}
}

// inFolder is what is in a folder, partial files too.
func inFolder(folder string) (names []string) {
	list, _ := os.ReadDir(folder) // none is empty
	for _, one := range list {
		names = append(names, one.Name())
	}
	return names
}

// gives has the person give a file, and waits until it is offered.
func (w *world) gives(tech *technician, path string) *signaling.File {
	w.t.Helper()
	w.person.commands <- ui.Give{Path: path}
	if r := receive(w.t, "question", w.person.requests); !r.Give || r.Wanted || r.Path != path {
		w.t.Errorf("asked %+v", r)
	}
	w.person.paths <- path
	return peertest.Wait[*signaling.File](tech.Technician)
}

func written(t *testing.T, data []byte) (path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "given.bin")
	must(t, os.WriteFile(path, data, 0o600))
	return path
}

// comes collects the pieces of the first file, until it has so many bytes.
func comes(t *testing.T, f *peertest.Files, n int) (data []byte) {
	t.Helper()
	for len(data) < n {
		piece := receive(t, "piece", f.Pieces)
		if binary.BigEndian.Uint32(piece) != 1 {
			t.Fatalf("a piece of file %d", binary.BigEndian.Uint32(piece))
		}
		data = append(data, piece[4:]...)
	}
	return data
}

// Scenario: the technician sends files, one of them empty and one by a name that is taken.
func TestAFileComesToTheHost(t *testing.T) {
	w, folder := filesWorld(t)
	tech, f := filesSession(w)
	large := someBytes(1_000_000)
	for n, c := range []struct {
		name, kept string
		data       []byte
	}{
		{"log.txt", "log.txt", large},
		{"../log.txt", "log (2).txt", []byte("x")},
		{"empty", "empty", nil},
	} {
		id := uint32(n + 1)
		tech.offers(id, c.name, len(c.data))
		f.Put(id, c.data)
		tech.Send(signaling.ChannelFiles, &signaling.Whole{ID: id, SHA256: sumOf(c.data)})
		kept := peertest.Wait[*signaling.Kept](tech.Technician)
		if diff := cmp.Diff(&signaling.Kept{ID: id, Name: c.kept}, kept); diff != "" {
			t.Errorf("kept (-want +got):\n%s", diff)
		}
		got, err := os.ReadFile(filepath.Join(folder, c.kept))
		must(t, err)
		if !bytes.Equal(got, c.data) {
			t.Errorf("%s: %d bytes, want %d others", c.kept, len(got), len(c.data))
		}
	}
	if got := inFolder(folder); !slices.Equal(got, []string{"empty", "log (2).txt", "log.txt"}) {
		t.Errorf("left in the folder: %q", got)
	}
	// The word that it is kept may be lost with a connection: then it is said again.
	tech.Send(signaling.ChannelFiles, &signaling.File{ID: 3, Name: "empty"})
	if got := peertest.Wait[*signaling.Kept](tech.Technician); got.Name != "empty" {
		t.Errorf("kept as %q", got.Name)
	}
	events, err := os.ReadFile(w.events)
	must(t, err)
	if n := bytes.Count(events, []byte(`"event":"file","of":"host"`)); n != 3 {
		t.Errorf("%d events, want one for each file", n)
	}
}

// Scenario: the person gives a file, and the technician loses the connection half-way.
func TestAFileComesFromTheHost(t *testing.T) {
	w, _ := filesWorld(t)
	tech, f := filesSession(w)
	data := someBytes(600_000)
	offer := w.gives(tech, written(t, data))
	if diff := cmp.Diff(&signaling.File{ID: 1, Name: "given.bin", Size: int64(len(data))}, offer); diff != "" {
		t.Errorf("offered (-want +got):\n%s", diff)
	}
	tech.Send(signaling.ChannelFiles, &signaling.Take{ID: 1})
	got := comes(t, f, 200_000)
	f.Close()
	f = tech.connectFiles()
	tech.Send(signaling.ChannelFiles, &signaling.Take{ID: 1, From: int64(len(got))})
	got = append(got, comes(t, f, len(data)-len(got))...)
	if whole := peertest.Wait[*signaling.Whole](tech.Technician); !bytes.Equal(got, data) || whole.SHA256 != sumOf(data) {
		t.Errorf("%d bytes came, of %d, with the sum %s", len(got), len(data), whole.SHA256)
	}
	tech.Send(signaling.ChannelFiles, &signaling.Kept{ID: 1, Name: "given.bin"})
	eventually(t, "the event", func() bool {
		events, err := os.ReadFile(w.events)
		return err == nil && bytes.Contains(events, []byte(`"event":"file","of":"technician","name":"given.bin"`))
	})
}

// A page that comes back after the whole connection was lost goes on where it was.
func TestAFileGoesOnOnAnotherConnection(t *testing.T) {
	w, folder := filesWorld(t)
	tech, f := filesSession(w)
	data := someBytes(300_000)
	tech.offers(1, "a.bin", len(data))
	f.Put(1, data[:100_000])
	eventually(t, "a part is there", func() bool { return partSize(folder) == 100_000 })
	before := tech.Technician
	before.Close()
	w.person.waitPhase(t, ui.Reconnecting)
	f.Close()

	tech = &technician{Technician: before.Reload(), w: w, client: tech.client, granted: tech.granted}
	tech.send(&signaling.Offer{SDP: tech.Offer(false), Grant: tech.granted.Grant})
	tech.Accept(peertest.Wait[*signaling.Answer](before).SDP)
	tech.WaitOpen()
	w.person.waitPhase(t, ui.Active)
	f = tech.connectFiles()
	if from := tech.offers(1, "a.bin", len(data)); from != 100_000 {
		t.Errorf("goes on at %d", from)
	}
	f.Put(1, data[100_000:])
	tech.Send(signaling.ChannelFiles, &signaling.Whole{ID: 1, SHA256: sumOf(data)})
	peertest.Wait[*signaling.Kept](tech.Technician)
	if got, err := os.ReadFile(filepath.Join(folder, "a.bin")); err != nil || !bytes.Equal(got, data) {
		t.Errorf("%d bytes are there, %v", len(got), err)
	}
}

// partSize is how much there is of the only file in a folder.
func partSize(folder string) int64 {
	names := inFolder(folder)
	if len(names) != 1 {
		return -1
	}
	about, err := os.Stat(filepath.Join(folder, names[0]))
	if err != nil {
		return -1
	}
	return about.Size()
}

// Whatever ends a file half-way leaves nothing of it.
func TestWhatEndsAFileLeavesNothing(t *testing.T) {
	for _, c := range []struct {
		name   string
		end    func(*world, *technician, *peertest.Files)
		reason signaling.FileReason // what the technician hears; empty when the session is over
	}{
		{"it is allowed no more", func(w *world, _ *technician, _ *peertest.Files) {
			w.person.commands <- ui.Allow{Scopes: viewAndControl}
		}, signaling.FileNotPermitted},
		{"the person cancels it", func(w *world, _ *technician, _ *peertest.Files) {
			w.person.commands <- ui.StopFile{ToHost: true, ID: 1}
		}, signaling.FileCancelled},
		{"more comes than was said", func(_ *world, _ *technician, f *peertest.Files) {
			f.Put(1, make([]byte, 200_000))
		}, signaling.FileDamaged},
		{"another hash is said", func(_ *world, tech *technician, f *peertest.Files) {
			f.Put(1, make([]byte, 100_000))
			tech.Send(signaling.ChannelFiles, &signaling.Whole{ID: 1, SHA256: sumOf(nil)})
		}, signaling.FileDamaged},
		{"the person stops the session", func(w *world, _ *technician, _ *peertest.Files) {
			w.person.commands <- ui.Stop{}
		}, ""},
		{"the technician stops it", func(_ *world, tech *technician, _ *peertest.Files) {
			tech.send(&signaling.End{Reason: signaling.EndTechnicianStopped})
		}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			w, folder := filesWorld(t)
			tech, f := filesSession(w)
			tech.offers(1, "a.bin", 200_000)
			f.Put(1, make([]byte, 100_000))
			eventually(t, "a part is there", func() bool { return partSize(folder) == 100_000 })
			c.end(w, tech, f)
			if c.reason == "" {
				w.person.waitPhase(t, ui.Ended)
			} else {
				tech.waitDrop(signaling.Drop{To: signaling.FileToHost, ID: 1, Reason: c.reason})
			}
			f.Put(1, make([]byte, 10_000)) // what was on the way
			eventually(t, "nothing is there", func() bool { return len(inFolder(folder)) == 0 })
		})
	}
}

// In a pause nothing moves, either way, not even a name; and it ends at the person's word as ever.
func TestFilesInAPause(t *testing.T) {
	w, folder := filesWorld(t)
	tech, f := filesSession(w)
	data := someBytes(200_000)
	tech.offers(1, "a.bin", len(data))
	f.Put(1, data[:100_000])
	eventually(t, "a part is there", func() bool { return partSize(folder) == 100_000 })
	w.person.commands <- ui.Pause{}
	tech.waitPaused(true)
	f.Put(1, data[100_000:])
	tech.Send(signaling.ChannelFiles, &signaling.Whole{ID: 1, SHA256: sumOf(data)})
	path := written(t, data)
	w.person.commands <- ui.Give{Path: path}
	receive(t, "question", w.person.requests)
	w.person.paths <- path
	time.Sleep(300 * time.Millisecond)
	if got := partSize(folder); got > 100_000+signaling.MaxFileChunk {
		t.Errorf("%d bytes are there in a pause", got)
	}
	for len(tech.Messages) > 0 {
		if m, ok := (<-tech.Messages).Message.(*signaling.File); ok {
			t.Errorf("%q was offered in a pause", m.Name)
		}
	}
	w.person.commands <- ui.Unpause{Own: true}
	peertest.Wait[*signaling.Kept](tech.Technician)
	peertest.Wait[*signaling.File](tech.Technician)
	if got, err := os.ReadFile(filepath.Join(folder, "a.bin")); err != nil || !bytes.Equal(got, data) {
		t.Errorf("%d bytes are there, %v", len(got), err)
	}
}

// A technician's side that sends on while a file is being kept, in a pause, holds up nobody: the
// person stops the session at once.
func TestNoFileHoldsUpAStop(t *testing.T) {
	w, folder := filesWorld(t)
	tech, f := filesSession(w)
	data := someBytes(50_000)
	tech.offers(1, "a.bin", len(data))
	f.Put(1, data)
	tech.Send(signaling.ChannelFiles, &signaling.Whole{ID: 1, SHA256: sumOf(data)})
	for range 20 {
		f.Put(1, data)
	}
	w.person.commands <- ui.Pause{}
	w.person.commands <- ui.Stop{}
	w.person.waitPhase(t, ui.Ended)
	eventually(t, "no part is left", func() bool {
		return !slices.ContainsFunc(inFolder(folder), func(name string) bool { return name[0] == '.' })
	})
}

// Scenario: the technician asks for a file. The person says no, then gives two; the second waits, and
// is taken back before the technician hears of it.
func TestAFileThatIsWanted(t *testing.T) {
	w, _ := filesWorld(t)
	tech, _ := filesSession(w)
	tech.Send(signaling.ChannelFiles, &signaling.Want{})
	if r := receive(t, "question", w.person.requests); !r.Give || !r.Wanted {
		t.Errorf("asked %+v", r)
	}
	w.person.paths <- ""
	tech.waitDrop(signaling.Drop{To: signaling.FileToTechnician, Reason: signaling.FileDeclined})
	tech.Send(signaling.ChannelFiles, &signaling.Want{}) // too soon: nobody is asked
	tech.waitDrop(signaling.Drop{To: signaling.FileToTechnician, Reason: signaling.FileDeclined})

	path := written(t, []byte("text"))
	w.gives(tech, path)
	w.person.commands <- ui.Give{Path: path}
	receive(t, "question", w.person.requests)
	w.person.paths <- path
	eventually(t, "both are shown", func() bool { return len(w.person.transfers()) == 2 })
	w.person.commands <- ui.Allow{Scopes: viewAndControl}
	tech.waitDrop(signaling.Drop{To: signaling.FileToTechnician, ID: 1, Reason: signaling.FileNotPermitted})
	eventually(t, "both are over", func() bool {
		return !slices.ContainsFunc(w.person.transfers(), func(one ui.Transfer) bool { return !one.Over() })
	})
	time.Sleep(100 * time.Millisecond)
	for len(tech.Messages) > 0 {
		switch m := (<-tech.Messages).Message.(type) {
		case *signaling.File, *signaling.Drop:
			t.Errorf("the technician heard %+v", m)
		}
	}
}

// A technician's side that breaks the protocol ends the session.
func TestFilesThatBreakTheRules(t *testing.T) {
	for name, offend := range map[string]func(*technician, *peertest.Files){
		"a piece without a number": func(_ *technician, f *peertest.Files) { f.PutRaw([]byte("abc")) },
		"a piece that is too long": func(_ *technician, f *peertest.Files) {
			f.PutRaw(make([]byte, 4+signaling.MaxFileChunk+1))
		},
		"too many files": func(tech *technician, _ *peertest.Files) {
			for n := range 100 {
				tech.Try(signaling.ChannelFiles, &signaling.File{ID: uint32(n + 1), Name: "a", Size: 1})
			}
		},
		"another key": func(tech *technician, _ *peertest.Files) {
			stranger := peertest.New(tech.w.t).Files()
			tech.Send(signaling.ChannelFiles, &signaling.Offer{SDP: stranger.Offer(), Grant: tech.granted.Grant})
		},
	} {
		t.Run(name, func(t *testing.T) {
			w, folder := filesWorld(t)
			tech, f := filesSession(w)
			offend(tech, f)
			w.person.waitPhase(t, ui.Ended)
			eventually(t, "nothing is left", func() bool { return len(inFolder(folder)) == 0 })
		})
	}
}
