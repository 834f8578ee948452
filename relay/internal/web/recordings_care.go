package web

import (
	"net/http"

	"github.com/lendhand/lendhand/relay/internal/catalogue"
)

// maxSealedBody is room for the longest text, and for a recording's key that is sealed to a reader.
const maxSealedBody = 32 << 10

// finishRecording answers that something is done, or what is wrong.
func (s *Server) finishRecording(w http.ResponseWriter, r *http.Request, err error) {
	if err != nil {
		s.refuseRecording(w, r, err)
		return
	}
	done(w)
}

// addNote takes {"at","text"}.
func (s *Server) addNote(w http.ResponseWriter, r *http.Request) {
	var given struct {
		At   int64
		Text string
	}
	if p, ok := readLarge(w, r, &given); !ok {
		refuse(w, p)
		return
	}
	id, err := s.cfg.Recordings.Catalogue.AddNote(r.Context(), visitorOf(r), r.PathValue("id"), given.At, given.Text)
	s.tell(w, r, map[string]string{"id": id}, err)
}

// removeNote takes {"id"}.
func (s *Server) removeNote(w http.ResponseWriter, r *http.Request) {
	if note, ok := readID(w, r); ok {
		s.finishRecording(w, r, s.cfg.Recordings.Catalogue.RemoveNote(r.Context(), visitorOf(r), r.PathValue("id"), note))
	}
}

// holdRecording takes {"on","reason"}.
func (s *Server) holdRecording(w http.ResponseWriter, r *http.Request) {
	var given struct {
		On     bool
		Reason string
	}
	if p, ok := readJSON(w, r, &given); !ok {
		refuse(w, p)
		return
	}
	s.finishRecording(w, r, s.cfg.Recordings.Catalogue.Hold(r.Context(), visitorOf(r), r.PathValue("id"), given.On, given.Reason))
}

// shareRecording takes {"reader","reason"}, and "sealedKey" where the relay cannot seal.
func (s *Server) shareRecording(w http.ResponseWriter, r *http.Request) {
	var given struct{ Reader, Reason, SealedKey string }
	if p, ok := readLarge(w, r, &given); !ok {
		refuse(w, p)
		return
	}
	s.finishRecording(w, r, s.cfg.Recordings.Catalogue.Share(r.Context(), visitorOf(r), r.PathValue("id"), given.Reader, given.Reason, given.SealedKey))
}

func (s *Server) listFilters(w http.ResponseWriter, r *http.Request) {
	list, err := s.cfg.Recordings.Catalogue.Filters(r.Context(), visitorOf(r))
	s.tell(w, r, map[string]any{"filters": list}, err)
}

// saveFilter takes {"name","query"}.
func (s *Server) saveFilter(w http.ResponseWriter, r *http.Request) {
	var given struct{ Name, Query string }
	if p, ok := readLarge(w, r, &given); !ok {
		refuse(w, p)
		return
	}
	id, err := s.cfg.Recordings.Catalogue.SaveFilter(r.Context(), visitorOf(r), given.Name, given.Query)
	s.tell(w, r, map[string]string{"id": id}, err)
}

// removeFilter takes {"id"}.
func (s *Server) removeFilter(w http.ResponseWriter, r *http.Request) {
	if id, ok := readID(w, r); ok {
		s.finishRecording(w, r, s.cfg.Recordings.Catalogue.RemoveFilter(r.Context(), visitorOf(r), id))
	}
}

// listReaders is the book as auditors need it: without who wrote it.
func (s *Server) listReaders(w http.ResponseWriter, r *http.Request) {
	book, err := s.cfg.Recordings.Readers.Current(r.Context())
	s.tell(w, r, book.Public(), err)
}

// adminAnswer is what administrators see: figures and readers, and no recording.
type adminAnswer struct {
	catalogue.Figures
	catalogue.Book
	Who string `json:"who"`
}

func (s *Server) adminRecordings(w http.ResponseWriter, r *http.Request) {
	figures, err := s.cfg.Recordings.Figures(r.Context())
	if err != nil {
		s.fault(w, r, err)
		return
	}
	book, err := s.cfg.Recordings.Readers.Current(r.Context())
	if figures.Warnings == nil {
		figures.Warnings = []string{}
	}
	s.tell(w, r, adminAnswer{figures, book, book.Who()}, err)
}

// adminAddReader takes {"name","key"}, or {"held":true} for the relay itself.
func (s *Server) adminAddReader(w http.ResponseWriter, r *http.Request) {
	var given struct {
		Name, Key string
		Held      bool
	}
	if p, ok := readJSON(w, r, &given); !ok {
		refuse(w, p)
		return
	}
	if given.Held {
		s.finishRecording(w, r, s.cfg.Recordings.Catalogue.AddOwnReader(r.Context(), visitorOf(r)))
		return
	}
	s.finishRecording(w, r, s.cfg.Recordings.Catalogue.AddReader(r.Context(), visitorOf(r), given.Name, given.Key))
}

// adminRemoveReader takes {"name"}.
func (s *Server) adminRemoveReader(w http.ResponseWriter, r *http.Request) {
	var given struct{ Name string }
	if p, ok := readJSON(w, r, &given); !ok {
		refuse(w, p)
		return
	}
	s.finishRecording(w, r, s.cfg.Recordings.Catalogue.RemoveReader(r.Context(), visitorOf(r), given.Name))
}
