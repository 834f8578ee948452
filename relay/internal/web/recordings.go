package web

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strconv"
	"time"

	"github.com/lendhand/lendhand/relay/internal/catalogue"
	"github.com/lendhand/lendhand/signaling"
	hints "github.com/lendhand/lendhand/signaling/problem"
)

// Codes of problems with recordings.
const (
	codeReason     signaling.ErrorCode = "reason_needed"
	codeSealed     signaling.ErrorCode = "sealed"
	codeTooManyOf  signaling.ErrorCode = "too_many"
	codeLastReader signaling.ErrorCode = "last_reader"
)

// Recordings is how a server answers for recordings. RECORDINGS.md beside the package
// catalogue describes every answer.
type Recordings struct {
	Catalogue *catalogue.Catalogue
	Readers   *catalogue.Readers
	// Figures returns how the storage is.
	Figures func(context.Context) (catalogue.Figures, error)
}

// recordingRoutes are there when the relay keeps recordings.
func (s *Server) recordingRoutes() []route {
	if s.cfg.Recordings == nil {
		return nil
	}
	return []route{
		{http.MethodGet, "/api/recordings", needAuditor, s.searchRecordings},
		{http.MethodGet, "/api/recordings/sample", needAuditor, s.sampleRecordings},
		{http.MethodGet, "/api/recordings/readers", needAuditor, s.listReaders},
		{http.MethodGet, "/api/recordings/filters", needAuditor, s.listFilters},
		{http.MethodPost, "/api/recordings/filters", needAuditor, s.saveFilter},
		{http.MethodPost, "/api/recordings/filters/remove", needAuditor, s.removeFilter},
		{http.MethodGet, "/api/recordings/{id}", needAuditor, s.recordingDetails},
		{http.MethodPost, "/api/recordings/{id}/open", needAuditor, s.openRecording},
		{http.MethodGet, "/api/recordings/{id}/parts", needAuditor, s.recordingParts},
		{http.MethodPost, "/api/recordings/{id}/export", needAuditor, s.exportRecording},
		{http.MethodGet, "/api/recordings/{id}/file", needAuditor, s.recordingFile},
		{http.MethodPost, "/api/recordings/{id}/notes", needAuditor, s.addNote},
		{http.MethodPost, "/api/recordings/{id}/notes/remove", needAuditor, s.removeNote},
		{http.MethodPost, "/api/recordings/{id}/hold", needAuditor, s.holdRecording},
		{http.MethodPost, "/api/recordings/{id}/share", needAuditor, s.shareRecording},
		{http.MethodGet, "/api/admin/recordings", needAdmin, s.adminRecordings},
		{http.MethodPost, "/api/admin/recordings/readers", needAdminNow, s.adminAddReader},
		{http.MethodPost, "/api/admin/recordings/readers/remove", needAdminNow, s.adminRemoveReader},
		{http.MethodGet, "/api/mine/{id}", needLink, s.mine},
		{http.MethodGet, "/api/mine/{id}/parts", needLink, s.myParts},
		{http.MethodPost, "/api/mine/{id}/object", needLink, s.object},
	}
}

func (s *Server) searchRecordings(w http.ResponseWriter, r *http.Request) {
	q, err := catalogue.ParseQuery(r.URL.Query())
	if err != nil {
		s.refuseRecording(w, r, err)
		return
	}
	out, err := s.cfg.Recordings.Catalogue.Search(r.Context(), visitorOf(r), q)
	s.tell(w, r, out, err)
}

// sampleRecordings takes what a search takes, and "count".
func (s *Server) sampleRecordings(w http.ResponseWriter, r *http.Request) {
	given := r.URL.Query()
	count, err := catalogue.SampleCount(given.Get("count"))
	given.Del("count")
	q, queryErr := catalogue.ParseQuery(given)
	if err = errors.Join(err, queryErr); err != nil {
		s.refuseRecording(w, r, err)
		return
	}
	out, err := s.cfg.Recordings.Catalogue.Sample(r.Context(), visitorOf(r), q, count)
	s.tell(w, r, out, err)
}

func (s *Server) recordingDetails(w http.ResponseWriter, r *http.Request) {
	out, err := s.cfg.Recordings.Catalogue.Details(r.Context(), visitorOf(r), r.PathValue("id"))
	s.tell(w, r, out, err)
}

// openRecording takes {"reason"}.
func (s *Server) openRecording(w http.ResponseWriter, r *http.Request) {
	var given struct{ Reason string }
	if p, ok := readJSON(w, r, &given); !ok {
		refuse(w, p)
		return
	}
	out, err := s.cfg.Recordings.Catalogue.Open(r.Context(), visitorOf(r), r.PathValue("id"), given.Reason)
	s.tell(w, r, out, err)
}

func (s *Server) recordingParts(w http.ResponseWriter, r *http.Request) {
	from, to, ok := partsAsked(r)
	if !ok {
		refuse(w, badRequest("The parts that are asked for are no numbers."))
		return
	}
	piece, err := s.cfg.Recordings.Catalogue.Parts(r.Context(), visitorOf(r), r.PathValue("id"), from, to)
	s.sendPiece(w, r, piece, err)
}

// partsAsked reads from and to; without them it is from the first on.
func partsAsked(r *http.Request) (from, to int64, ok bool) {
	given := r.URL.Query()
	var err, toErr error
	if text := given.Get("from"); text != "" {
		from, err = strconv.ParseInt(text, 10, 32)
	}
	to = from + catalogue.MaxParts - 1
	if text := given.Get("to"); text != "" {
		to, toErr = strconv.ParseInt(text, 10, 32)
	}
	return from, to, err == nil && toErr == nil
}

// sendPiece answers with parts of a recording.
func (s *Server) sendPiece(w http.ResponseWriter, r *http.Request, p catalogue.Stretch, err error) {
	if err != nil {
		s.refuseRecording(w, r, err)
		return
	}
	h := w.Header()
	h.Set("Lendhand-Next", strconv.FormatInt(p.Next, 10))
	h.Set("Lendhand-Parts", strconv.FormatInt(p.Count, 10))
	h.Set("Lendhand-State", string(p.State))
	s.stream(w, r, p, catalogue.MaxBytes)
}

// stream answers with bytes of a recording, of about that size.
func (s *Server) stream(w http.ResponseWriter, r *http.Request, from io.ReadCloser, size int64) {
	defer func() { _ = from.Close() }() // it was only read
	h := w.Header()
	h.Set("Content-Type", "application/octet-stream")
	h.Set("Cache-Control", "no-store")
	// As for downloads: a large answer has its time by its size.
	_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(answerWithin + time.Duration(size/slowest)*time.Second))
	if _, err := io.Copy(w, from); err != nil && r.Context().Err() == nil {
		s.log.Error("recording not sent", "path", r.URL.Path, "error", err)
		panic(http.ErrAbortHandler) // what came so far must not look whole
	}
}

// exportRecording takes {"reason"}.
func (s *Server) exportRecording(w http.ResponseWriter, r *http.Request) {
	var given struct{ Reason string }
	if p, ok := readJSON(w, r, &given); !ok {
		refuse(w, p)
		return
	}
	until, size, err := s.cfg.Recordings.Catalogue.Export(r.Context(), visitorOf(r), r.PathValue("id"), given.Reason)
	s.tell(w, r, map[string]any{"until": until, "size": size}, err)
}

func (s *Server) recordingFile(w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("id")
	file, size, err := s.cfg.Recordings.Catalogue.File(r.Context(), visitorOf(r), id)
	if err != nil {
		s.refuseRecording(w, r, err)
		return
	}
	w.Header().Set("Content-Disposition", attachment(id+".lendhand"))
	w.Header().Set("Content-Length", strconv.FormatInt(size, 10))
	s.stream(w, r, file, size)
}

// tell answers with v, or with what is wrong.
func (s *Server) tell(w http.ResponseWriter, r *http.Request, v any, err error) {
	if err != nil {
		s.refuseRecording(w, r, err)
		return
	}
	answer(w, http.StatusOK, v)
}

// refuseRecording answers an error of the catalogue.
func (s *Server) refuseRecording(w http.ResponseWriter, r *http.Request, err error) {
	for cause, p := range map[error]problem{
		catalogue.ErrNone:       {http.StatusNotFound, codeNotFound, "There is no such recording.", "It may have been deleted when its time was over."},
		catalogue.ErrNothing:    {http.StatusNotFound, codeNotFound, "There is no such thing of yours.", ""},
		catalogue.ErrReason:     {http.StatusForbidden, codeReason, "A reason is needed to watch this.", "Say why; it is written down for twelve hours of watching."},
		catalogue.ErrNotAllowed: {http.StatusForbidden, codeNotAllowed, "Your copy is the summary.", "The organisation does not give the recording itself."},
		catalogue.ErrSealed:     {http.StatusConflict, codeSealed, "The relay cannot open this recording.", "Open it with an auditor's key in the browser first."},
		catalogue.ErrTooMany:    {http.StatusConflict, codeTooManyOf, "There are as many as there may be.", "Remove one first."},
		// Those have hints of their own.
		catalogue.ErrReaderTaken: {http.StatusConflict, codeTaken, sentence(catalogue.ErrReaderTaken.Error()), hints.Hint(err)},
		catalogue.ErrReadersFull: {http.StatusConflict, codeTooManyOf, sentence(catalogue.ErrReadersFull.Error()), hints.Hint(err)},
		catalogue.ErrLastReader:  {http.StatusConflict, codeLastReader, sentence(catalogue.ErrLastReader.Error()), hints.Hint(err)},
		catalogue.ErrNoReader:    {http.StatusNotFound, codeNotFound, sentence(catalogue.ErrNoReader.Error()), ""},
	} {
		if errors.Is(err, cause) {
			refuse(w, p)
			return
		}
	}
	s.refuseAccount(w, r, err)
}
