package web

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"slices"
	"strconv"

	"github.com/lendhand/lendhand/relay/internal/photo"
)

// ownPhoto answers with the person's own photo, or with nothing.
func (s *Server) ownPhoto(w http.ResponseWriter, r *http.Request) {
	s.sendPhoto(w, r, visitorOf(r).Account.ID)
}

// adminPhoto answers with the photo of the account that the query names as id, or with
// nothing.
func (s *Server) adminPhoto(w http.ResponseWriter, r *http.Request) {
	s.sendPhoto(w, r, r.URL.Query().Get("id"))
}

func (s *Server) sendPhoto(w http.ResponseWriter, r *http.Request, id string) {
	png, err := s.cfg.Accounts.Photo(r.Context(), id)
	switch {
	case err != nil:
		s.fault(w, r, err)
	case png == nil:
		done(w)
	default:
		h := w.Header()
		h.Set("Content-Type", "image/png")
		h.Set("Content-Length", strconv.Itoa(len(png)))
		h.Set("Cache-Control", "no-store")
		_, _ = w.Write(png) // what can fail is the connection
	}
}

// setPhoto takes a picture as it is, PNG or JPEG.
func (s *Server) setPhoto(w http.ResponseWriter, r *http.Request) {
	file, p, ok := readPicture(w, r)
	if !ok {
		refuse(w, p)
		return
	}
	s.finish(w, r, s.cfg.Accounts.SetPhoto(r.Context(), visitorOf(r), file))
}

// readPicture reads the body, or returns what is wrong with it.
func readPicture(w http.ResponseWriter, r *http.Request) ([]byte, problem, bool) {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || !slices.Contains([]string{"image/png", "image/jpeg"}, kind) {
		return nil, problem{status: http.StatusUnsupportedMediaType, Code: "bad_message", Message: "A photo is a PNG or a JPEG file."}, false
	}
	file, err := io.ReadAll(http.MaxBytesReader(w, r.Body, photo.MaxFile))
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return nil, problem{status: http.StatusRequestEntityTooLarge, Code: "message_too_large", Message: "The photo is too large.", Hint: "Choose a file of at most 1 MiB."}, false
	case err != nil:
		return nil, badRequest("The photo did not arrive whole."), false
	}
	return file, problem{}, true
}

// removePhoto takes {}.
func (s *Server) removePhoto(w http.ResponseWriter, r *http.Request) {
	if p, ok := readJSON(w, r, &struct{}{}); !ok {
		refuse(w, p)
		return
	}
	me := visitorOf(r)
	s.finish(w, r, s.cfg.Accounts.RemovePhoto(r.Context(), by(r), me.Account.ID))
}

// adminRemovePhoto takes {"id"}.
func (s *Server) adminRemovePhoto(w http.ResponseWriter, r *http.Request) {
	id, ok := readID(w, r)
	if !ok {
		return
	}
	s.finish(w, r, s.cfg.Accounts.RemovePhoto(r.Context(), by(r), id))
}
