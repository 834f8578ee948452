package web

import (
	"net/http"
	"strings"
)

// linkToken returns the token of a person's link, "" for none. It is a header: no other
// page can send it, and no browser by itself.
func linkToken(r *http.Request) string {
	token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !ok {
		return ""
	}
	return token
}

// mine answers with what somebody may know of the session in which they were helped.
func (s *Server) mine(w http.ResponseWriter, r *http.Request) {
	out, err := s.cfg.Recordings.Catalogue.Mine(r.Context(), clientAddr(r), r.PathValue("id"), linkToken(r))
	s.tell(w, r, out, err)
}

func (s *Server) myParts(w http.ResponseWriter, r *http.Request) {
	from, to, ok := partsAsked(r)
	if !ok {
		refuse(w, badRequest("The parts that are asked for are no numbers."))
		return
	}
	piece, err := s.cfg.Recordings.Catalogue.MyParts(r.Context(), clientAddr(r), r.PathValue("id"), linkToken(r), from, to)
	s.sendPiece(w, r, piece, err)
}

// object takes {"text"}.
func (s *Server) object(w http.ResponseWriter, r *http.Request) {
	var given struct{ Text string }
	if p, ok := readLarge(w, r, &given); !ok {
		refuse(w, p)
		return
	}
	s.finishRecording(w, r, s.cfg.Recordings.Catalogue.Object(r.Context(), clientAddr(r), r.PathValue("id"), linkToken(r), given.Text))
}
