package web

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/lendhand/lendhand/relay/internal/recordstore"
	"github.com/lendhand/lendhand/relay/recording"
	"github.com/lendhand/lendhand/signaling"
)

// Uploads takes what hosts record; [recordstore.Store] does.
type Uploads interface {
	// Admit checks a host's token, or fails with [recordstore.ErrToken].
	Admit(ctx context.Context, id, token string) error
	TakeManifest(ctx context.Context, id string, line []byte, signature recording.Signature) (recording.Receipt, error)
	Take(ctx context.Context, id string, parts []recording.Part) ([]recording.Receipt, error)
	Next(ctx context.Context, id string) (int64, *recording.Receipt, error)
	// Keys returns the public keys that receipts are signed with.
	Keys() []recording.PublicKey
}

const (
	// maxUpload is how much one request brings, in bytes.
	maxUpload = 16 << 20
	// batch is how many bytes of parts are written together, and batchParts how many of them,
	// if they are small. Between two batches nothing is held in memory: a slow line keeps
	// nobody else from uploading. A batch costs its pace, so that one request is no way
	// around that.
	batch      = 1 << 20
	batchParts = 256
	// slowestUpload is the slowest line that a host records through, in bytes a second.
	slowestUpload = 8 << 10
	// How many uploads run at once, and how many of one recording: a line that died may
	// still seem to send while the next one is there already.
	mostUploads             = 1024
	mostUploadsPerRecording = 3
)

const (
	codeOutOfOrder  signaling.ErrorCode = "out_of_order"
	codeStorageFull signaling.ErrorCode = "storage_full"
	codeBadPart     signaling.ErrorCode = "bad_part"
	codeBeyond      signaling.ErrorCode = "beyond_session"
)

// uploaded is the answer to parts, also to those of which not all were taken.
type uploaded struct {
	problem
	// Receipts are for what was taken, in its order.
	Receipts []recording.Receipt `json:"receipts"`
	// Next is the number of the part that is wanted.
	Next int64 `json:"next"`
}

// uploads counts those that run.
type uploads struct {
	most, mostPer int // set at construction

	mu      sync.Mutex // guards the rest
	running int
	per     map[string]int
}

func newUploads(most, mostPer int) *uploads {
	return &uploads{most: most, mostPer: mostPer, per: make(map[string]int)}
}

// begin takes a place, and returns how to give it back; nil when there is none.
func (u *uploads) begin(id string) (end func()) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.running >= u.most || u.per[id] >= u.mostPer {
		return nil
	}
	u.running++
	u.per[id]++
	return func() {
		u.mu.Lock()
		defer u.mu.Unlock()
		u.running--
		if u.per[id]--; u.per[id] == 0 {
			delete(u.per, id)
		}
	}
}

// uploadRoutes are those of hosts that record.
func (s *Server) uploadRoutes() []route {
	return []route{
		{http.MethodGet, "/.well-known/recording-keys.json", needNothing, s.uploadKeys},
		{http.MethodPut, "/api/recordings/{id}/manifest", needToken, s.uploading(s.uploadManifest)},
		{http.MethodPost, "/api/recordings/{id}/parts", needToken, s.uploading(s.uploadParts)},
		{http.MethodGet, "/api/recordings/{id}/next", needToken, s.uploading(s.uploadNext)},
	}
}

// UploadRoutes serves the routes of hosts that record, and nothing else: for the tests of
// hosts.
func UploadRoutes(u Uploads, log *slog.Logger) http.Handler {
	s := &Server{cfg: Config{Uploads: u}, log: log, uploads: newUploads(mostUploads, mostUploadsPerRecording)}
	mux := http.NewServeMux()
	for _, r := range s.uploadRoutes() {
		mux.HandleFunc(r.method+" "+r.path, r.handle)
	}
	return mux
}

// uploading lets a host in whose token is that of the recording. A wrong one, and one of a
// recording that is not there, are answered alike.
func (s *Server) uploading(handle func(http.ResponseWriter, *http.Request, string)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		id := r.PathValue("id")
		token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		if s.cfg.Uploads == nil || !ok {
			refuse(w, noUpload())
			return
		}
		if err := s.cfg.Uploads.Admit(r.Context(), id, token); err != nil {
			s.refuseUpload(w, r, err)
			return
		}
		end := s.uploads.begin(id)
		if end == nil {
			s.refuseUpload(w, r, recordstore.ErrTooFast)
			return
		}
		defer end()
		handle(w, r, id)
	}
}

func noUpload() problem {
	return problem{http.StatusUnauthorized, signaling.CodeUnauthenticated, "This recording does not take that token.", "It is good for a week after the session."}
}

// uploadManifest takes two lines: the manifest, and its signature.
func (s *Server) uploadManifest(w http.ResponseWriter, r *http.Request, id string) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 2*(recording.MaxLine+1)))
	if err != nil {
		refuse(w, bodyProblem(err))
		return
	}
	line, rest, _ := strings.Cut(string(body), "\n")
	signature, err := recording.ParseSignature([]byte(strings.TrimSuffix(rest, "\n")))
	if err != nil {
		refuse(w, badRequest("This is no manifest with its signature, a line each."))
		return
	}
	receipt, err := s.cfg.Uploads.TakeManifest(r.Context(), id, []byte(line), signature)
	if err != nil {
		s.refuseUpload(w, r, err)
		return
	}
	answer(w, http.StatusOK, struct {
		Receipt recording.Receipt `json:"receipt"`
	}{receipt})
}

// uploadParts takes envelopes with their sealed bytes.
func (s *Server) uploadParts(w http.ResponseWriter, r *http.Request, id string) {
	switch {
	case r.ContentLength < 0:
		refuse(w, problem{http.StatusLengthRequired, signaling.CodeBadMessage, "The request does not say how long it is.", ""})
		return
	case r.ContentLength > maxUpload:
		refuse(w, tooLarge())
		return
	}
	// Where a connection has no deadlines, nobody waits for it either.
	_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(requestWithin + time.Duration(r.ContentLength/slowestUpload)*time.Second))
	receipts, err := s.takeParts(r.Context(), id, http.MaxBytesReader(w, r.Body, maxUpload))
	// What a client is told is what was taken, whatever became of the rest.
	_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(answerWithin))
	status, p := http.StatusOK, problem{}
	if err != nil {
		p = s.uploadProblem(r, err)
		status = p.status
	}
	next, _, nextErr := s.cfg.Uploads.Next(r.Context(), id)
	if nextErr != nil {
		s.refuseUpload(w, r, nextErr)
		return
	}
	answerUpload(w, status, uploaded{p, receipts, next})
}

// takeParts reads parts and has them taken, some at a time.
func (s *Server) takeParts(ctx context.Context, id string, body io.Reader) (receipts []recording.Receipt, err error) {
	receipts = []recording.Receipt{}
	parts := recording.NewParts(bufio.NewReader(body), false)
	for err == nil {
		var some []recording.Part
		some, err = readBatch(parts)
		taken, takeErr := s.cfg.Uploads.Take(ctx, id, some)
		receipts = append(receipts, taken...)
		if takeErr != nil {
			return receipts, takeErr
		}
	}
	if errors.Is(err, io.EOF) {
		return receipts, nil
	}
	return receipts, fmt.Errorf("%w: %w", errBody, err)
}

// errBody says that what a host sends cannot be read.
var errBody = errors.New("read an upload")

// readBatch reads whole parts until they are many bytes, or many, or until an error.
func readBatch(parts *recording.Parts) (some []recording.Part, err error) {
	for size := 0; size < batch && len(some) < batchParts; {
		p, err := parts.Next()
		if err != nil {
			return some, err
		}
		p.Sealed = slices.Clone(p.Sealed) // it is valid until the next one
		some = append(some, p)
		size += len(p.Sealed)
	}
	return some, nil
}

// uploadNext says which part is wanted.
func (s *Server) uploadNext(w http.ResponseWriter, r *http.Request, id string) {
	next, receipt, err := s.cfg.Uploads.Next(r.Context(), id)
	if err != nil {
		s.refuseUpload(w, r, err)
		return
	}
	answer(w, http.StatusOK, struct {
		Next    int64              `json:"next"`
		Receipt *recording.Receipt `json:"receipt"`
	}{next, receipt})
}

// uploadKeys publishes what receipts are checked with.
func (s *Server) uploadKeys(w http.ResponseWriter, _ *http.Request) {
	type key struct {
		ID  string              `json:"id"`
		Key recording.PublicKey `json:"key"`
	}
	keys := []key{}
	if s.cfg.Uploads != nil {
		for _, k := range s.cfg.Uploads.Keys() {
			keys = append(keys, key{recording.KeyID(k.Key()), k})
		}
	}
	answer(w, http.StatusOK, map[string]any{"keys": keys})
}

// refuseUpload answers what the storage does not take.
func (s *Server) refuseUpload(w http.ResponseWriter, r *http.Request, err error) {
	var order *recordstore.OutOfOrder
	p := s.uploadProblem(r, err)
	if errors.As(err, &order) {
		answerUpload(w, p.status, uploaded{p, []recording.Receipt{}, order.Next})
		return
	}
	answerUpload(w, p.status, p)
}

func answerUpload(w http.ResponseWriter, status int, v any) {
	if status == http.StatusTooManyRequests {
		w.Header().Set("Retry-After", strconv.Itoa(1))
	}
	answer(w, status, v)
}

// uploadProblem says what is wrong with an upload.
func (s *Server) uploadProblem(r *http.Request, err error) problem {
	var fault *recording.Fault
	var order *recordstore.OutOfOrder
	switch {
	case errors.Is(err, recordstore.ErrToken), errors.Is(err, recordstore.ErrUnknown):
		return noUpload()
	case errors.As(err, &order):
		return problem{http.StatusConflict, codeOutOfOrder, "Another part is wanted first.", ""}
	case errors.Is(err, recordstore.ErrConflict):
		return problem{http.StatusConflict, codeConflict, "Something else has been taken in its place.", ""}
	case errors.Is(err, recordstore.ErrBeyond):
		return problem{http.StatusConflict, codeBeyond, "The session was not so long, or has not so much.", "What is recorded ends with the session."}
	case errors.Is(err, recordstore.ErrFull):
		return problem{http.StatusInsufficientStorage, codeStorageFull, "There is no room for recordings.", "Try again; the relay's administrator is told."}
	case errors.Is(err, recordstore.ErrTooFast):
		return problem{http.StatusTooManyRequests, signaling.CodeTooMany, "More comes than a recording has.", "Try again in a moment."}
	case errors.As(err, &fault):
		return problem{http.StatusBadRequest, codeBadPart, "It is not as the host has signed it: " + fault.Error() + ".", ""}
	}
	if errors.Is(err, errBody) {
		return bodyProblem(err)
	}
	if r.Context().Err() == nil { // otherwise they just went away
		s.log.Error("upload failed", "recording", r.PathValue("id"), "error", err)
	}
	return internal()
}

func bodyProblem(err error) problem {
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		return tooLarge()
	}
	return badRequest("The request is not whole, or not in the recording's format.")
}

func tooLarge() problem {
	return problem{http.StatusRequestEntityTooLarge, signaling.CodeMessageTooLarge, "The request is too large.", "Send at most 16 MiB at a time."}
}
