package web

import (
	"context"
	"net/http"

	"github.com/lendhand/lendhand/relay/internal/download"
)

// getting is what the page for people who need help has to know.
type getting struct {
	// Server is the relay's public address, Organisation whom its technicians work for.
	Server       string     `json:"server"`
	Organisation string     `json:"organisation"`
	Programs     []gettable `json:"programs"`
	// Authority is null where systems trust the relay's certificate by themselves.
	Authority *authority `json:"authority"`
}

// gettable is one program.
type gettable struct {
	System download.System `json:"system"`
	// Name is that at /download/, SaveAs the one that browsers give it. Pointed says that
	// the program knows the relay by the latter.
	Name    string `json:"name"`
	SaveAs  string `json:"saveAs"`
	Pointed bool   `json:"pointed"`
	Size    int64  `json:"size"`
	SHA256  string `json:"sha256"`
	Signed  bool   `json:"signed"`
}

// authority is the relay's own one, whose certificate is at /ca.pem.
type authority struct {
	// SHA256 is the certificate's fingerprint, in lower-case hexadecimal.
	SHA256 string `json:"sha256"`
}

// get says what can be fetched, and how it finds this relay.
func (s *Server) get(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), listWithin)
	defer cancel()
	programs, err := s.cfg.Downloads.Programs(ctx)
	if err != nil {
		s.fault(w, r, err)
		return
	}
	g := getting{Server: s.cfg.PublicURL.String(), Organisation: s.cfg.Organisation, Programs: make([]gettable, len(programs))}
	for i, p := range programs {
		g.Programs[i] = gettable{System: p.System, Name: p.Name, SaveAs: p.SaveAs, Pointed: p.Pointed, Size: p.Size, SHA256: p.SHA256, Signed: p.Signed}
	}
	if s.cfg.Authority != nil {
		g.Authority = &authority{SHA256: s.cfg.Authority.Fingerprint()}
	}
	answer(w, http.StatusOK, g)
}

// authorityFile answers with the certificate of the relay's own authority.
func (s *Server) authorityFile(w http.ResponseWriter, _ *http.Request) {
	if s.cfg.Authority == nil {
		refuse(w, problem{http.StatusNotFound, codeNotFound, "This relay has no authority of its own.", "Systems trust its certificate by themselves."})
		return
	}
	h := w.Header()
	h.Set("Content-Type", "application/x-pem-file")
	h.Set("Content-Disposition", attachment("ca.pem"))
	h.Set("Cache-Control", "no-cache")
	_, _ = w.Write(s.cfg.Authority.PEM()) // what can fail is the connection
}
