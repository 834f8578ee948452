package web

import (
	"context"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/netip"
	"strconv"
	"sync"
	"time"

	"github.com/lendhand/lendhand/relay/internal/download"
	"github.com/lendhand/lendhand/signaling"
	"github.com/lendhand/lendhand/signaling/pace"
)

// Downloads has the programs that people fetch; [download.Shelf] does.
type Downloads interface {
	Programs(ctx context.Context) ([]download.Program, error)
	Open(ctx context.Context, name string) (*download.File, error)
}

const (
	// downloadPath is where the programs are, each under its fixed name.
	downloadPath = "/download/"
	// listWithin is how long a list may take, when the relay has just started.
	listWithin = 5 * time.Second
	// slowest is the slowest line that a program comes through, in bytes a second.
	slowest = 16 << 10
	// How many downloads run at once. A browser has one, a download manager several.
	mostDownloads           = 512
	mostDownloadsPerAddress = 32
	// How often one address may begin one.
	downloadsAtOnce = 60
	downloadsEvery  = 2 * time.Second
)

// errDownloads says why nobody gets a program at the moment.
var errDownloads = errors.New("too many downloads")

// downloads counts those that run.
type downloads struct {
	most, mostPer int // set at construction

	mu      sync.Mutex // guards the rest
	running int
	per     map[netip.Prefix]int
	begun   *pace.Table[netip.Prefix]
}

func newDownloads(most, mostPer int) *downloads {
	return &downloads{most: most, mostPer: mostPer, per: make(map[netip.Prefix]int), begun: pace.NewTable[netip.Prefix](downloadsAtOnce, downloadsEvery)}
}

// begin takes a place, and returns how to give it back, or fails with errDownloads.
func (d *downloads) begin(addr netip.Addr, now time.Time) (end func(), err error) {
	network := pace.Network(addr)
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.running >= d.most || d.per[network] >= d.mostPer || !d.begun.Of(network, now).Take(now) {
		return nil, errDownloads
	}
	d.running++
	d.per[network]++
	return func() { d.end(network) }, nil
}

func (d *downloads) end(network netip.Prefix) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.running--
	if d.per[network]--; d.per[network] == 0 {
		delete(d.per, network)
	}
}

// download answers with one of the programs, or a part of it.
func (s *Server) download(w http.ResponseWriter, r *http.Request) {
	end, err := s.downloads.begin(clientAddr(r), time.Now())
	if err != nil {
		w.Header().Set("Retry-After", "10")
		refuse(w, problem{http.StatusTooManyRequests, signaling.CodeTooMany, "Too many downloads run from your network.", "Try again in a moment."})
		return
	}
	defer end()
	file, err := s.cfg.Downloads.Open(r.Context(), r.URL.Path[len(downloadPath):])
	switch {
	case errors.Is(err, download.ErrNone):
		refuse(w, noProgram())
	case errors.Is(err, download.ErrChanged):
		w.Header().Set("Retry-After", "2")
		refuse(w, problem{http.StatusServiceUnavailable, codeNotFound, "The program is being replaced.", "Try again in a moment."})
	case err != nil:
		s.fault(w, r, err)
	default:
		s.send(w, r, file)
		_ = file.Close() // it was only read
	}
}

func noProgram() problem {
	return problem{http.StatusNotFound, codeNotFound, "This relay has no such program.", "Its administrator puts programs into the folder that --downloads names."}
}

func (s *Server) send(w http.ResponseWriter, r *http.Request, file *download.File) {
	h := w.Header()
	h.Set("Content-Type", file.Kind)
	h.Set("Content-Disposition", attachment(file.SaveAs))
	h.Set("ETag", strconv.Quote(file.SHA256))
	h.Set("Cache-Control", "no-cache")
	// A program is larger than anything else that is answered: it has its time by its size.
	// Where a connection has no deadlines, nobody waits for it either.
	_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(answerWithin + time.Duration(file.Size/slowest)*time.Second))
	http.ServeContent(w, r, "", file.Changed, io.NewSectionReader(file, 0, file.Size))
}

// attachment is a Content-Disposition: what is named is saved, and never shown.
func attachment(name string) string {
	return mime.FormatMediaType("attachment", map[string]string{"filename": name})
}
